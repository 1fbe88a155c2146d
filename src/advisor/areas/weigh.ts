import type { Verdict } from "../rating.ts";
import { passed, verdict } from "../verdict.ts";

/** Something that is not as it should be. */
export interface Problem {
  readonly rating: "warning" | "critical" | "unknown";
  /** One line without its place: `server_tokens on`. The first of the worst is the summary. */
  readonly what: string;
  /** Where it was seen: `/etc/nginx/nginx.conf:12: server_tokens on`. */
  readonly evidence: string;
}

/** Very likely weak. */
export function warningAt(what: string, evidence: string): Problem {
  return { rating: "warning", what, evidence };
}

/** Certain and dangerous. */
export function criticalAt(what: string, evidence: string): Problem {
  return { rating: "critical", what, evidence };
}

/** Could not be known. */
export function unknownAt(what: string, evidence: string): Problem {
  return { rating: "unknown", what, evidence };
}

const WORST_FIRST = ["critical", "warning", "unknown"] as const;
const ROOM_FOR_COUNT = 84;

/** The verdict of many observations: the worst one's rating and summary, and as evidence all of them, worst first. */
export function weigh(
  problems: readonly Problem[],
  otherwise: { readonly summary: string; readonly evidence?: readonly string[] },
): Verdict {
  const sorted = WORST_FIRST.flatMap((rating) => problems.filter((problem) => problem.rating === rating));
  const worst = sorted[0];
  if (worst === undefined) return passed(otherwise.summary, [...new Set(otherwise.evidence ?? [])]);
  const alike = sorted.filter(({ rating }) => rating === worst.rating).length;
  const what =
    worst.what.length > ROOM_FOR_COUNT ? `${worst.what.slice(0, ROOM_FOR_COUNT - 1)}…` : worst.what;
  const summary = alike > 1 ? `${what} (and ${alike - 1} more)` : worst.what;
  return verdict(worst.rating, summary, [...new Set(sorted.map(({ evidence }) => evidence))]);
}
