import type { Check } from "./check.ts";
import type { FactDefinition, Known } from "./fact.ts";
import { reasonOf } from "./gather.ts";
import type { Verdict } from "./rating.ts";

/** A check with its verdict. */
export interface Judged {
  readonly check: Check;
  readonly verdict: Verdict;
  /** castellan has a remedy of its own for what was found. */
  readonly fixable: boolean;
}

/** What is kept of a verdict: an attacker may own the longest line of a log. */
const SUMMARY_LENGTH = 100;
const EVIDENCE_LENGTH = 400;
const EVIDENCE_LINES = 60;

/**
 * Judges every check over what is known; one that does not concern this host is left out. A check that throws is
 * unknown with its reason: a defect of one never takes the others down, and never looks green.
 */
export function judgeAll(
  checks: readonly Check[],
  known: ReadonlyMap<FactDefinition<unknown>, Known<unknown>>,
): Judged[] {
  return checks.flatMap((check) => judgeOne(check, factsOf(check, known)) ?? []);
}

/** One check over its facts, in its own order; null: it does not concern this host. */
export function judgeOne(check: Check, facts: readonly Known<unknown>[]): Judged | null {
  try {
    const verdict = check.judge(facts);
    return verdict === null
      ? null
      : { check, verdict: kept(verdict), fixable: isFixable(check, verdict, facts) };
  } catch (error) {
    const why = `castellan could not judge this: ${reasonOf(error)}`;
    return { check, verdict: kept({ rating: "unknown", summary: why, evidence: [why] }), fixable: false };
  }
}

/** A remedy that cannot be worked out is none. */
function isFixable(check: Check, { rating }: Verdict, facts: readonly Known<unknown>[]): boolean {
  if (rating === "passed" || rating === "unknown") return false;
  try {
    return check.fix(facts) !== null;
  } catch {
    return false;
  }
}

function factsOf(
  check: Check,
  known: ReadonlyMap<FactDefinition<unknown>, Known<unknown>>,
): Known<unknown>[] {
  return check.facts.map((fact) => known.get(fact) ?? { known: false, why: `${fact.name} was not gathered` });
}

function kept({ rating, summary, evidence }: Verdict): Verdict {
  const lines = evidence.slice(0, EVIDENCE_LINES).map((line) => cut(line, EVIDENCE_LENGTH));
  const more = evidence.length - lines.length;
  return {
    rating,
    summary: cut(summary, SUMMARY_LENGTH),
    evidence: more > 0 ? [...lines, `… and ${more} more`] : lines,
  };
}

/** SQLite keeps UTF-8, which has no lone surrogates. */
function cut(text: string, length: number): string {
  const line = text.replaceAll("\n", " ").toWellFormed();
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`;
}
