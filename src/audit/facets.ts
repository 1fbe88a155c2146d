import { auditReading, type FacetIndex, facetsSql, newestOfFacetsSql } from "../database/sqlite-text.ts";
import { type Filters, hasFacets } from "./filters.ts";
import type { Statements } from "./statements.ts";
import type { SeqRange } from "./time-ranges.ts";

/** Finds the newest rows that match every filter but text, through an index. */
export interface FacetList {
  /** At most `n` row numbers within the range, newest first. */
  newest(range: SeqRange, n: number): number[];
}

/** One combination of actor, action and outcome that is in the log, with a row that has it. */
interface Facet {
  readonly seq: number;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
}

const BY_ACTOR: FacetIndex = { fixed: ["actor"], walked: ["action", "outcome"] };
const BY_ACTION: FacetIndex = { fixed: [], walked: ["action", "outcome"] };
const BY_ADDRESS: FacetIndex = { fixed: ["address"], walked: ["actor", "action", "outcome"] };
const BY_ADDRESS_AND_ACTOR: FacetIndex = { fixed: ["address", "actor"], walked: ["action", "outcome"] };
const ON_BEHALF: FacetIndex = { fixed: ["on_behalf_of"], walked: ["action", "outcome"] };
const ON_BEHALF_FROM_ADDRESS: FacetIndex = { ...ON_BEHALF, checkAddress: true };

/** With more combinations than this, looking into each takes longer than a scan. */
const FACETS_MAX = 2_000;

/**
 * The index lists for the filters. There are few actions and three outcomes, so that a log of any size has few
 * combinations; each has its rows in order in an index, and the newest of all are the newest of the newest.
 * Null: too many combinations (an address with thousands of users behind it).
 */
export function facetList(statements: Statements, filters: Filters): FacetList | null {
  const { user, address } = filters;
  if (!hasFacets(filters))
    return { newest: (range, n) => statements.column(auditReading.newest, { ...range, n }) };
  const parameters = { actor: user, on_behalf_of: user, address };
  const lists = indexesFor(filters).map((index) => {
    const found = statements.all<Facet>(facetsSql(index), { ...parameters, most: FACETS_MAX + 1 });
    if (found.length > FACETS_MAX) return null;
    const examples = JSON.stringify(found.filter((facet) => isWanted(filters, facet)).map(({ seq }) => seq));
    const sql = newestOfFacetsSql(index);
    return (range: SeqRange, n: number) =>
      statements.column<number>(sql, { ...parameters, ...range, examples, n });
  });
  if (lists.includes(null)) return null;
  return {
    newest: (range, n) =>
      newestOf(
        lists.map((list) => list?.(range, n) ?? []),
        n,
      ),
  };
}

function indexesFor({ user, address }: Filters): FacetIndex[] {
  if (user === null) return [address === null ? BY_ACTION : BY_ADDRESS];
  return address === null ? [BY_ACTOR, ON_BEHALF] : [BY_ADDRESS_AND_ACTOR, ON_BEHALF_FROM_ADDRESS];
}

function isWanted({ actionFrom, actionTo, outcome }: Filters, facet: Facet): boolean {
  const inRange = compareUtf8(facet.action, actionFrom) >= 0 && compareUtf8(facet.action, actionTo) <= 0;
  return inRange && (outcome === null || facet.outcome === outcome);
}

/** As SQLite compares text: by bytes of UTF-8, which is by code point. */
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function newestOf(lists: number[][], n: number): number[] {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) return only;
  // A row may be in both: somebody who acts on their own behalf.
  return [...new Set(lists.flat())].sort((a, b) => b - a).slice(0, n);
}
