import { setImmediate } from "node:timers/promises";
import type { PanelDatabase } from "../database/open.ts";
import { auditReading } from "../database/sqlite-text.ts";
import type { Clock } from "../host/clock.ts";
import { facetList } from "./facets.ts";
import { indexedValues } from "./filters.ts";
import { inTurn } from "./statements.ts";
import { quote, textMatch } from "./text-terms.ts";
import type { SeqRange } from "./time-ranges.ts";
import { facetWalker, type Matching, scanWalker, textWalker, type Walker } from "./walkers.ts";

/** Rows found, and whether every row that could match was looked at. */
export interface Found {
  /** Newest first. */
  readonly seqs: number[];
  readonly complete: boolean;
  /** Rows below this number were not looked at. */
  readonly searchedTo: number;
}

export interface SearchParts {
  readonly database: PanelDatabase;
  readonly clock: Clock;
  readonly matching: Matching;
}

const TEXT_BUDGET_MS = 60;
const FILTER_BUDGET_MS = 15;
/** Filters that let through more than one row in so many are quicker to check than to look up. */
const DENSE = 50;
const SAMPLE = 50;
const COUNTED = 256;

/**
 * Searches where no index alone has the answer. First the newest rows themselves: what is frequent is found
 * there. Then, which way is quickest depends on what is rare, the text or the other filters, and that is not
 * known beforehand: both ways are walked in turns, and whichever has enough rows or comes to the end first has
 * won. What takes longer than a screen can wait ends early and says so.
 */
export async function search(parts: SearchParts, ranges: readonly SeqRange[], limit: number): Promise<Found> {
  const { clock, matching } = parts;
  const deadline = clock.monotonic() + (matching.filters.text === null ? FILTER_BUDGET_MS : TEXT_BUDGET_MS);
  const seqs: number[] = [];
  for (const range of ranges) {
    const winner = await race(parts, range, limit - seqs.length, deadline);
    seqs.push(...winner.hits.slice(0, limit - seqs.length));
    if (seqs.length >= limit) break;
    if (!winner.done) return { seqs, complete: false, searchedTo: winner.reached };
  }
  return { seqs, complete: true, searchedTo: lookedDownTo(seqs, ranges, limit) };
}

/** A full page ends at its last row; any other has seen all that there is. */
export function lookedDownTo(seqs: readonly number[], ranges: readonly SeqRange[], limit: number): number {
  return (seqs.length >= limit ? seqs.at(-1) : ranges.at(-1)?.lo) ?? 0;
}

async function race(parts: SearchParts, range: SeqRange, enough: number, deadline: number): Promise<Walker> {
  const { database, clock, matching } = parts;
  let walkers = [scanWalker(matching, range)];
  for (let round = 0; ; round += 1) {
    for (const walker of walkers) {
      await inTurn(database, () => walker.advance());
      if (walker.done || walker.hits.length >= enough) return walker;
      if (clock.monotonic() > deadline) return furthest(walkers);
      await setImmediate();
    }
    const [scan] = walkers;
    if (round === 0 && scan !== undefined)
      walkers = await inTurn(database, () => contenders(matching, range, scan));
  }
}

/** Who goes on from where the first look at the newest rows has come to. */
function contenders(matching: Matching, range: SeqRange, scan: Walker): Walker[] {
  const rest = { lo: range.lo, hi: scan.reached - 1 };
  const list = facetList(matching.statements, matching.filters);
  const sample = list?.newest(rest, SAMPLE) ?? [];
  const isDense = sample.length === SAMPLE && rest.hi - (sample.at(-1) ?? 0) < SAMPLE * DENSE;
  const byFilters = list === null || isDense ? scan : facetWalker(matching, list, range, scan);
  const byText = walkerByText(matching, range, scan);
  return byText === null ? [byFilters] : [byFilters, byText];
}

function walkerByText(matching: Matching, range: SeqRange, scan: Walker): Walker | null {
  const { text } = matching.filters;
  if (text === null) return null;
  const match = textMatch(text, indexedValues(matching.filters), (trigram) => rowsWith(matching, trigram));
  return match === null ? null : textWalker(matching, match, range, scan);
}

/** How many rows have a trigram: counted when rare, else judged from how densely it stands in the newest. */
function rowsWith({ statements }: Matching, trigram: string): number {
  const [bounds] = statements.all<{ last: number | null }>(auditReading.bounds, {});
  const last = bounds?.last ?? 0;
  const parameters = { match: quote(trigram), lo: 0, hi: last, n: COUNTED };
  const newest = statements.column<number>(auditReading.text, parameters);
  const span = last - (newest.at(-1) ?? 0) + 1;
  return newest.length < COUNTED ? newest.length : (COUNTED / span) * last;
}

function furthest(walkers: readonly Walker[]): Walker {
  return walkers.reduce((best, walker) => (walker.reached < best.reached ? walker : best));
}
