import type { Run } from "../src/terminal/line.ts";
import type { Colour } from "../src/terminal/theme.ts";

/** A state that must not be overlooked: READ-ONLY, PAUSED, IMPERSONATING. */
export interface BadgeSpec {
  readonly text: string;
  readonly tone?: "info" | "warn" | "crit" | undefined;
}

const COLOURS: Readonly<Record<NonNullable<BadgeSpec["tone"]>, Colour>> = {
  info: "cyan",
  warn: "yellow",
  crit: "red",
};

/** A badge as a run for a line: inverse, so that it also stands out without colour. */
export function badgeRun({ text, tone = "info" }: BadgeSpec): Run {
  return { text: ` ${text} `, colour: COLOURS[tone], inverse: true };
}
