import type { AdvisorReport, Finding } from "../../src/advisor/advisor.ts";
import { AREAS, type Rating } from "../../src/advisor/rating.ts";

/** How findings are ordered: what needs the admin first, or area by area. */
export type Order = "gravity" | "area";

/** What happened to a finding since the run before. */
export type Turn = "worse" | "better" | "new";

const GRAVITY: Readonly<Record<Rating, number>> = { critical: 0, warning: 1, unknown: 2, passed: 3 };

/**
 * What happened to a finding since the run before; null: nothing, or there was none. Better is only what was seen to
 * be better: to lose sight of a critical is worse.
 */
export function turnOf({ rating, before }: Finding, hasPrevious: boolean): Turn | null {
  if (rating === before || !hasPrevious) return null;
  if (before === null) return "new";
  return rating === "passed" || (rating === "warning" && before === "critical") ? "better" : "worse";
}

const TURNS: Readonly<Record<Turn, number>> = { worse: 0, new: 1, better: 2 };

/** Accepted risks stand behind what is open; the rating stays what it is. */
function gravityOf({ rating, accepted }: Finding): number {
  return rating !== "passed" && accepted !== null ? GRAVITY.passed - 0.5 : GRAVITY[rating];
}

/** Which findings are shown, and in which order. */
export interface Selection {
  readonly order: Order;
  /** Only what has changed since the run before. */
  readonly onlyChanged: boolean;
  /** Text that stands in the row. */
  readonly filter: string;
  /** The finding that was mended last: listed whatever is asked for, so that what became of it is seen. */
  readonly mended?: string | undefined;
}

/** The findings of a report as they are listed: by gravity, what has changed on top; or by area, then gravity. */
export function listed({ findings, previous }: AdvisorReport, selection: Selection): Finding[] {
  const { order, onlyChanged, filter, mended } = selection;
  const text = filter.toLowerCase();
  const turn = (finding: Finding): Turn | null => turnOf(finding, previous !== null);
  const kept = findings.filter(
    (finding) =>
      finding.id === mended ||
      ((!onlyChanged || turn(finding) !== null) && (text === "" || haystack(finding).includes(text))),
  );
  const rank = (finding: Finding): number[] => {
    const moved = turn(finding);
    return order === "area"
      ? [AREAS.indexOf(finding.area), gravityOf(finding)]
      : [moved === null ? TURNS.better + 1 : TURNS[moved], gravityOf(finding)];
  };
  return kept
    .map((finding) => ({ finding, ranks: rank(finding) }))
    .sort((a, b) => compare(a.ranks, b.ranks))
    .map(({ finding }) => finding);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function haystack({ id, area, title, summary, rating, accepted }: Finding): string {
  return [id, area, title, summary, rating, accepted === null ? "" : "accepted"].join(" ").toLowerCase();
}

/** How many got worse, better, or are new. */
export function turnsOf({ findings, previous }: AdvisorReport): Readonly<Record<Turn, number>> {
  const turns = { worse: 0, better: 0, new: 0 };
  for (const finding of findings) {
    const turn = turnOf(finding, previous !== null);
    if (turn !== null) turns[turn]++;
  }
  return turns;
}

/** The next finding of this rating behind `from`, around the end; undefined: there is none. */
export function nextOf(findings: readonly Finding[], rating: Rating, from: number): number | undefined {
  for (let step = 1; step <= findings.length; step++) {
    const index = (from + step) % findings.length;
    if (findings[index]?.rating === rating) return index;
  }
  return undefined;
}

const NEEDS_ROOT = /\broot\b|permission|EACCES|EPERM|not permitted/i;

/** How many findings are unknown because castellan may not read what they need. */
export function unknownForRoot(findings: readonly Finding[]): number {
  return findings.filter(
    ({ rating, summary, evidence }) =>
      rating === "unknown" && [summary, ...evidence].some((line) => NEEDS_ROOT.test(line)),
  ).length;
}
