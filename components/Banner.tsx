import type { Run } from "../src/terminal/line.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** A line across the screen about something that stays true for a while. */
export interface BannerSpec {
  /** `warn`: yellow, something is missing; `alarm`: orange, you act as somebody else */
  readonly tone: "warn" | "alarm";
  readonly text: string;
  /** what to do about it, at the right end */
  readonly hint?: string | undefined;
}

/** Draws a banner over the full width. The `!` says what the colour says. */
export function Banner({ banner, width }: { readonly banner: BannerSpec; readonly width: number }) {
  const { palette256 } = useTerminal();
  const alarm = palette256 ? "bannerOrange" : "bannerAlarm";
  const tone = banner.tone === "alarm" ? alarm : "bannerWarn";
  const mark = banner.tone === "alarm" ? "!!" : "!";
  const right: Run | undefined = banner.hint ? { text: `${banner.hint} `, tone } : undefined;
  return (
    <Line width={width} tone={tone} right={right}>
      {` ${mark} ${banner.text}`}
    </Line>
  );
}
