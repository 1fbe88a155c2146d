import type { PanelDatabase } from "../database/open.ts";
import type { AuditRow } from "../database/schema.ts";
import { auditReading } from "../database/sqlite-text.ts";
import type { Clock } from "../host/clock.ts";
import { type AuditPage, type AuditQuery, toEvent } from "./event.ts";
import { facetList } from "./facets.ts";
import { type Filters, filtersOf } from "./filters.ts";
import { type Found, lookedDownTo, search } from "./search.ts";
import { inTurn, type Statements, statementsOf } from "./statements.ts";
import { seqRanges } from "./time-ranges.ts";

export interface QueryParts {
  readonly database: PanelDatabase;
  readonly clock: Clock;
}

const NAMES_MAX = 1_000;

/**
 * Reads a page, newest first. Filters other than text are answered from indexes in a few milliseconds at any
 * size; a search for text that is neither rare nor frequent may end early (`complete: false`) after 80 ms.
 * @throws CastellanError `invalid_input` (limit, length of the text), `database_damaged`
 */
export async function queryAudit(parts: QueryParts, query: AuditQuery): Promise<AuditPage> {
  const { database } = parts;
  const filters = filtersOf(query);
  const statements = statementsOf(database);
  const { ranges, list, found } = await inTurn(database, () => lookUp(statements, query, filters));
  const matching = { statements, filters };
  const { seqs, complete, searchedTo } =
    found ?? (await search({ ...parts, matching, list }, ranges, query.limit));
  const rows = await inTurn(database, () =>
    statements.all<AuditRow>(auditReading.rows, { seqs: JSON.stringify(seqs) }),
  );
  return { events: rows.map(toEvent), complete, searchedTo };
}

/** Ranges and index lists of a query, and its rows when they alone have the answer. */
function lookUp(statements: Statements, query: AuditQuery, filters: Filters) {
  const ranges = seqRanges(statements, query);
  const list = facetList(statements, filters);
  if (list === null || filters.text !== null) return { ranges, list, found: null };
  const seqs: number[] = [];
  for (const range of ranges) {
    if (seqs.length < query.limit) seqs.push(...list.newest(range, query.limit - seqs.length));
  }
  const found: Found = { seqs, complete: true, searchedTo: lookedDownTo(seqs, ranges, query.limit) };
  return { ranges, list, found };
}

/** All actions that stand in the log, in order; at most 1,000. */
export async function auditActions({ database }: QueryParts): Promise<string[]> {
  return inTurn(database, () => statementsOf(database).column(auditReading.actions, { most: NAMES_MAX }));
}

/** Everybody who acted, in order; at most 1,000. */
export async function auditActors({ database }: QueryParts): Promise<string[]> {
  return inTurn(database, () => statementsOf(database).column(auditReading.actors, { most: NAMES_MAX }));
}
