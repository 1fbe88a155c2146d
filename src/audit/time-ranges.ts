import { auditReading } from "../database/sqlite-text.ts";
import type { AuditQuery } from "./event.ts";
import type { Statements } from "./statements.ts";

/** Row numbers from `lo` to `hi`, both included. */
export interface SeqRange {
  readonly lo: number;
  readonly hi: number;
}

/** A clock that went back more often than this is not followed any further back. */
const STEPS_FOLLOWED = 1_000;

/**
 * The rows that a query's times and row numbers allow, newest first. Where the clock only went forward that is
 * one range; each step back begins another.
 */
export function seqRanges(statements: Statements, query: AuditQuery): SeqRange[] {
  const [bounds] = statements.all<{ first: number | null; last: number | null; cut: number | null }>(
    auditReading.bounds,
    {},
  );
  const first = Math.max(bounds?.first ?? 1, (bounds?.cut ?? 0) + 1, (query.after ?? 0) + 1);
  const last = Math.min(bounds?.last ?? 0, (query.before ?? Number.MAX_SAFE_INTEGER) - 1);
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = query;
  if (first > last || since > until) return [];
  if (query.since === undefined && query.until === undefined) return [{ lo: first, hi: last }];
  return forwardRuns(statements, first, last)
    .map((run) => ({
      lo: firstRow(statements, run, (time) => time >= since),
      hi: firstRow(statements, run, (time) => time > until) - 1,
    }))
    .filter(({ lo, hi }) => lo <= hi);
}

/** Runs of rows within which time only grows, newest first. */
function forwardRuns(statements: Statements, first: number, last: number): SeqRange[] {
  const parameters = { lo: first + 1, hi: last, most: STEPS_FOLLOWED };
  const steps = statements.column<number>(auditReading.clockSteps, parameters);
  const starts = [...steps, first];
  return starts.map((lo, index) => ({ lo, hi: (starts[index - 1] ?? last + 1) - 1 }));
}

/** The first row of a run whose time holds; one past the end when none does. Bisection: 24 reads for 10 M. */
function firstRow(statements: Statements, { lo, hi }: SeqRange, holds: (time: number) => boolean): number {
  let [low, high] = [lo, hi + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [time] = statements.column<number>(auditReading.timeAt, { seq: middle });
    if (time === undefined || holds(time)) high = middle;
    else low = middle + 1;
  }
  return low;
}
