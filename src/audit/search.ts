import { setImmediate } from "node:timers/promises";
import type { PanelDatabase } from "../database/open.ts";
import { auditReading } from "../database/sqlite-text.ts";
import type { Clock } from "../host/clock.ts";
import type { FacetList } from "./facets.ts";
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
  /** The index lists for the filters beside the text; null when there is none. */
  readonly list: FacetList | null;
}

const TEXT_BUDGET_MS = 80;
const FILTER_BUDGET_MS = 15;
/** Filters that let through more than one row in so many are quicker to check than to look up. */
const DENSE = 50;
const SAMPLE = 50;
const COUNTED = 256;

/**
 * Searches where no index alone has the answer. Which way is quickest depends on what is rare, the text or the
 * other filters, and that is not known beforehand: both ways are walked in turns, and whichever has enough
 * rows or comes to the end first has won. What takes longer than a screen can wait ends early and says so.
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
  const { database, clock } = parts;
  const walkers = [await inTurn(database, () => firstWalker(parts, range))];
  for (let round = 0; ; round += 1) {
    for (const walker of walkers) {
      await inTurn(database, () => walker.advance());
      if (walker.done || walker.hits.length >= enough) return walker;
      if (clock.monotonic() > deadline) return furthest(walkers);
      await setImmediate();
    }
    // A frequent text has been found by now; for any other the text index is asked.
    const byText = round === 0 ? await inTurn(database, () => walkerByText(parts, range)) : null;
    if (byText !== null) walkers.push(byText);
  }
}

function firstWalker({ matching, list }: SearchParts, range: SeqRange): Walker {
  const sample = list?.newest(range, SAMPLE) ?? [];
  const isDense = sample.length === SAMPLE && range.hi - (sample.at(-1) ?? 0) < SAMPLE * DENSE;
  return list === null || isDense ? scanWalker(matching, range) : facetWalker(matching, list, range);
}

function walkerByText({ matching }: SearchParts, range: SeqRange): Walker | null {
  const { text } = matching.filters;
  if (text === null) return null;
  const match = textMatch(text, indexedValues(matching.filters), (trigram) => rowsWith(matching, trigram));
  return match === null ? null : textWalker(matching, match, range);
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
