import type { Rating, Verdict } from "./rating.ts";

const LONGEST_SUMMARY = 100;
const MOST_EVIDENCE = 40;

/** As it should be. */
export function passed(summary: string, evidence: readonly string[] = []): Verdict {
  return verdict("passed", summary, evidence);
}

/** Very likely weak. */
export function warning(summary: string, evidence: readonly string[] = []): Verdict {
  return verdict("warning", summary, evidence);
}

/** Certain and dangerous. */
export function critical(summary: string, evidence: readonly string[] = []): Verdict {
  return verdict("critical", summary, evidence);
}

/** Could not be known. */
export function unknown(summary: string, evidence: readonly string[] = []): Verdict {
  return verdict("unknown", summary, evidence);
}

/** A verdict whose summary and evidence have room on a screen: cut ends in `…`, left out lines are counted. */
export function verdict(rating: Rating, summary: string, evidence: readonly string[] = []): Verdict {
  const cut = summary.length > LONGEST_SUMMARY ? `${summary.slice(0, LONGEST_SUMMARY - 1)}…` : summary;
  const left = evidence.length - MOST_EVIDENCE;
  const shown = left > 0 ? [...evidence.slice(0, MOST_EVIDENCE), `… and ${left} more`] : evidence;
  // What is not passed never stands without evidence: then the summary is all there is.
  return { rating, summary: cut, evidence: shown.length === 0 && rating !== "passed" ? [summary] : shown };
}

/** How bad a rating is: what could not be known is worse than passed, but hides nothing that is known to be weak. */
const BADNESS: Record<Rating, number> = { passed: 0, unknown: 1, warning: 2, critical: 3 };

export function worse(a: Rating, b: Rating): Rating {
  return BADNESS[b] > BADNESS[a] ? b : a;
}

/** One step less severe, for what is likely but not certain. */
export function doubted(rating: Rating): Rating {
  return rating === "critical" ? "warning" : rating;
}

/**
 * The worst of several verdicts speaks; the evidence of the others follows, the worst first. Without any, `ifNone`.
 */
export function worstOf(verdicts: readonly Verdict[], ifNone: Verdict): Verdict {
  const sorted = [...verdicts].sort((a, b) => BADNESS[b.rating] - BADNESS[a.rating]);
  const [first] = sorted;
  if (first === undefined) return ifNone;
  return verdict(
    first.rating,
    first.summary,
    sorted.flatMap(({ evidence }) => evidence),
  );
}
