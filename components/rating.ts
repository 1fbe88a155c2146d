import type { Run } from "../src/terminal/line.ts";
import type { Tone } from "../src/terminal/theme.ts";

/** What a check says of the host. What could not be read is `unknown` and never green. */
export type RatingName = "passed" | "warning" | "critical" | "unknown";

/** Word, shape and tone of a rating: each alone tells it. The shape is one column, also in plain ASCII. */
export interface RatingLook {
  readonly word: string;
  readonly shape: string;
  readonly tone: Tone;
}

const LOOKS: Readonly<Record<RatingName, { word: string; shapes: readonly [string, string]; tone: Tone }>> = {
  passed: { word: "passed", shapes: ["●", "+"], tone: "ok" },
  warning: { word: "WARNING", shapes: ["▲", "!"], tone: "warn" },
  critical: { word: "CRITICAL", shapes: ["■", "#"], tone: "crit" },
  unknown: { word: "unknown", shapes: ["?", "?"], tone: "unknown" },
};

/** How a rating looks on this terminal. */
export function ratingLook(rating: RatingName, unicode: boolean): RatingLook {
  const { word, shapes, tone } = LOOKS[rating];
  return { word, shape: shapes[unicode ? 0 : 1], tone };
}

/** The columns of {@link ratingRun}. */
export const RATING_COLUMNS = 10;

/** Shape and word as one run: `■ CRITICAL`. */
export function ratingRun(rating: RatingName, unicode: boolean): Run {
  const { word, shape, tone } = ratingLook(rating, unicode);
  return { text: `${shape} ${word}`, tone };
}

/** Shape and count: `■ 3 critical`, `▲ 9 warnings`; a count of nothing is quiet. */
export function ratingCount(rating: RatingName, amount: number, unicode: boolean): Run {
  const { word, shape, tone } = ratingLook(rating, unicode);
  const many = rating === "warning" && amount !== 1 ? "s" : "";
  return { text: `${shape} ${amount} ${word.toLowerCase()}${many}`, tone: amount === 0 ? "muted" : tone };
}
