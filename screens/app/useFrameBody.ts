import type { BodySize } from "../../components/Screen.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { FrameFacts } from "./Frame.tsx";

/** Lines of the frame: title, tabs, status, hints. */
const FRAME_ROWS = 4;

/** The size of a screen's body, known before the frame is drawn: lists live in the screen, not in its body. */
export function useFrameBody(facts: FrameFacts): BodySize {
  const { columns, rows } = useTerminal();
  return { width: columns, height: Math.max(0, rows - FRAME_ROWS - (facts.banner === undefined ? 0 : 1)) };
}
