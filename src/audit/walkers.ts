import { auditReading } from "../database/sqlite-text.ts";
import type { FacetList } from "./facets.ts";
import { containsText, type Filters, isAscii, likePatterns, type SearchedTexts } from "./filters.ts";
import type { Parameters, Statements } from "./statements.ts";
import type { SeqRange } from "./time-ranges.ts";

/**
 * Goes through a range of rows, newest first, in portions of a few milliseconds. One that takes over from
 * another (`from`) begins where that one is, with what it found.
 */
export interface Walker {
  /** Matching rows found so far, newest first. */
  readonly hits: readonly number[];
  /** Every row from here upwards has been looked at. */
  readonly reached: number;
  readonly done: boolean;
  /** Looks at the next portion. */
  advance(): void;
}

/** What rows are compared with. */
export interface Matching {
  readonly statements: Statements;
  readonly filters: Filters;
}

/** One portion: the hits in it, and down to where it looked. */
interface Portion {
  readonly hits: number[];
  readonly reached: number;
}

const SCANNED_AT_ONCE = 5_000;
const CHECKED_AT_ONCE = 500;
const CANDIDATES_AT_ONCE = 20_000;

/** Row by row. */
export function scanWalker(matching: Matching, range: SeqRange, atOnce = SCANNED_AT_ONCE): Walker {
  const parameters = filterParameters(matching.filters);
  return walker(range, (hi) => {
    const lo = Math.max(range.lo, hi - atOnce + 1);
    const bounds = { lo, hi, n: atOnce };
    const found = matching.statements.column<number>(auditReading.scan, { ...parameters, ...bounds });
    return { hits: confirmed(matching, found), reached: lo };
  });
}

/** Through the rows that an index lists for the other filters. */
export function facetWalker(matching: Matching, list: FacetList, range: SeqRange, from?: Walker): Walker {
  const portion = (hi: number) => {
    const seqs = list.newest({ lo: range.lo, hi }, CHECKED_AT_ONCE);
    const reached = seqs.length < CHECKED_AT_ONCE ? range.lo : (seqs.at(-1) ?? range.lo);
    return { hits: checked(matching, seqs), reached };
  };
  return walker(range, portion, from);
}

/** Through the rows that the text index names for `match`. */
export function textWalker(matching: Matching, match: string, range: SeqRange, from?: Walker): Walker {
  let waiting: number[] = [];
  let exhausted = false;
  const portion = (hi: number) => {
    if (waiting.length === 0) {
      const parameters = { match, lo: range.lo, hi, n: CANDIDATES_AT_ONCE };
      waiting = matching.statements.column<number>(auditReading.text, parameters);
      exhausted = waiting.length < CANDIDATES_AT_ONCE;
    }
    const seqs = waiting.slice(0, CHECKED_AT_ONCE);
    waiting = waiting.slice(CHECKED_AT_ONCE);
    const reached = exhausted && waiting.length === 0 ? range.lo : (seqs.at(-1) ?? range.lo);
    return { hits: checked(matching, seqs), reached };
  };
  return walker(range, portion, from);
}

function walker(range: SeqRange, portion: (hi: number) => Portion, from?: Walker): Walker {
  const hits = [...(from?.hits ?? [])];
  let reached = from?.reached ?? range.hi + 1;
  return {
    hits,
    get reached() {
      return reached;
    },
    get done() {
      return reached <= range.lo;
    },
    advance() {
      const next = portion(reached - 1);
      hits.push(...next.hits);
      reached = next.reached;
    },
  };
}

/** Those of the rows that match every filter and the text. */
function checked(matching: Matching, seqs: readonly number[]): number[] {
  if (seqs.length === 0) return [];
  const parameters = { ...filterParameters(matching.filters), seqs: JSON.stringify(seqs) };
  return confirmed(matching, matching.statements.column<number>(auditReading.check, parameters));
}

/** LIKE knows the case of ASCII letters only; other text is compared once more. */
function confirmed({ statements, filters: { text } }: Matching, seqs: number[]): number[] {
  if (text === null || isAscii(text) || seqs.length === 0) return seqs;
  return statements
    .all<SearchedTexts & { seq: number }>(auditReading.rows, { seqs: JSON.stringify(seqs) })
    .filter((row) => containsText(row, text))
    .map(({ seq }) => seq);
}

function filterParameters(filters: Filters): Parameters {
  const { user, address, outcome, actionFrom, actionTo, text } = filters;
  return { user, address, outcome, actionFrom, actionTo, ...likePatterns(text) };
}
