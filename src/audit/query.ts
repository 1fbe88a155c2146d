import type { PanelDatabase } from "../database/open.ts";
import type { AuditRow } from "../database/schema.ts";
import { auditReading } from "../database/sqlite-text.ts";
import type { Clock } from "../host/clock.ts";
import { type AuditPage, type AuditQuery, toEvent } from "./event.ts";
import { facetList } from "./facets.ts";
import { filtersOf, hasFacets } from "./filters.ts";
import { type Found, lookedDownTo, search } from "./search.ts";
import { inTurn, statementsOf } from "./statements.ts";
import { type SeqRange, seqRanges } from "./time-ranges.ts";
import { type Matching, scanWalker } from "./walkers.ts";

export interface QueryParts {
  readonly database: PanelDatabase;
  readonly clock: Clock;
}

const NAMES_MAX = 1_000;
const LOOKED_AT_FIRST = 1_000;

/**
 * Reads a page, newest first. Filters other than text are answered from indexes in a few milliseconds at any
 * size; a search for text that is neither rare nor frequent may end early (`complete: false`) after 60 ms.
 * @throws CastellanError `invalid_input` (limit, length of the text), `database_damaged`
 */
export async function queryAudit(parts: QueryParts, query: AuditQuery): Promise<AuditPage> {
  const { database } = parts;
  const matching = { statements: statementsOf(database), filters: filtersOf(query) };
  const { ranges, found } = await inTurn(database, () => lookUp(matching, query));
  const { seqs, complete, searchedTo } = found ?? (await search({ ...parts, matching }, ranges, query.limit));
  const rows = await inTurn(database, () =>
    matching.statements.all<AuditRow>(auditReading.rows, { seqs: JSON.stringify(seqs) }),
  );
  return { events: rows.map(toEvent), complete, searchedTo };
}

/** Ranges of a query, and its rows when they are found without a search. */
function lookUp(matching: Matching, query: AuditQuery): { ranges: SeqRange[]; found: Found | null } {
  const { statements, filters } = matching;
  const ranges = seqRanges(statements, query);
  if (filters.text !== null) return { ranges, found: null };
  const seqs = amongNewest(matching, ranges, query.limit) ?? fromIndex(matching, ranges, query.limit);
  if (seqs === null) return { ranges, found: null };
  return { ranges, found: { seqs, complete: true, searchedTo: lookedDownTo(seqs, ranges, query.limit) } };
}

/** A page out of the newest rows: they lie side by side, where an index leads all over the file. */
function amongNewest(matching: Matching, [newest]: readonly SeqRange[], limit: number): number[] | null {
  if (newest === undefined || !hasFacets(matching.filters)) return null;
  const look = scanWalker(matching, newest, LOOKED_AT_FIRST);
  look.advance();
  return look.hits.length < limit ? null : look.hits.slice(0, limit);
}

function fromIndex(matching: Matching, ranges: readonly SeqRange[], limit: number): number[] | null {
  const list = facetList(matching.statements, matching.filters);
  if (list === null) return null;
  const seqs: number[] = [];
  for (const range of ranges) {
    if (seqs.length < limit) seqs.push(...list.newest(range, limit - seqs.length));
  }
  return seqs;
}

/** All actions that stand in the log, in order; at most 1,000. */
export async function auditActions({ database }: QueryParts): Promise<string[]> {
  return inTurn(database, () => statementsOf(database).column(auditReading.actions, { most: NAMES_MAX }));
}

/** Everybody who acted, in order; at most 1,000. */
export async function auditActors({ database }: QueryParts): Promise<string[]> {
  return inTurn(database, () => statementsOf(database).column(auditReading.actors, { most: NAMES_MAX }));
}
