import { keyLabel } from "../src/terminal/keyNames.ts";
import type { Run } from "../src/terminal/line.ts";
import { columnsOf } from "../src/terminal/text.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** What a key does now. Only enabled actions are hinted at. */
export interface HintSpec {
  /** key names; the first one is shown */
  readonly keys: readonly string[];
  readonly title: string;
}

/** As many whole hints as fit, in their order: the caller puts the most useful one first. */
export function layHints(hints: readonly HintSpec[], width: number, unicode: boolean): Run[] {
  const runs: Run[] = [];
  let room = width - 1;
  for (const { keys, title } of hints) {
    const label = keyLabel(keys[0] ?? "", unicode);
    const columns = columnsOf(label) + 1 + columnsOf(title);
    if (columns > room) break;
    runs.push({ text: runs.length === 0 ? " " : "  " });
    runs.push({ text: label, bold: true }, { text: ` ${title}`, tone: "muted" });
    room -= columns + 2;
  }
  return runs;
}

/** The line of key hints. */
export function KeyHints({ hints, width }: { readonly hints: readonly HintSpec[]; readonly width: number }) {
  const { unicode } = useTerminal();
  return <Line width={width}>{layHints(hints, width, unicode)}</Line>;
}
