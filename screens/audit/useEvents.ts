import { useState } from "react";
import { tableRows } from "../../components/DataTable.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { AuditEvent } from "../../src/audit/event.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";
import { type AuditFilter, queryOf } from "./filter.ts";
import { readEvents } from "./readEvents.ts";

/** Rows read at once; more come when the cursor nears the end. */
const PAGE = 200;

/** The rows that pass the filter, newest first, and the one under the cursor. */
export interface Events {
  readonly query: Query<readonly AuditEvent[]>;
  readonly list: List<AuditEvent>;
}

/** @param height rows of the table */
export function useEvents(filter: AuditFilter, height: number): Events {
  const { castellan } = useCore();
  const [limit, setLimit] = useState(PAGE);
  const query = useQuery(`audit:${JSON.stringify(filter)}:${limit}`, () =>
    readEvents(castellan.audit, queryOf(filter, castellan.clock.now(), limit)),
  );
  const [kept, setKept] = useState<readonly AuditEvent[]>([]);
  if (query.data !== undefined && query.data !== kept) setKept(query.data);
  const rows = query.data ?? kept;
  const list = useList({ rows, rowKey: ({ seq }) => String(seq), page: tableRows(height) });
  if (rows.length === limit && list.state.index > limit - PAGE / 2) setLimit(limit + PAGE);
  return { query: { ...query, data: query.data ?? (kept.length > 0 ? kept : undefined) }, list };
}

/** The row of this number, wherever in the log it stands. */
export function useEvent(seq: number | undefined): AuditEvent | undefined {
  const { castellan } = useCore();
  const { data } = useQuery(
    `audit:row:${seq}`,
    () => readEvents(castellan.audit, { before: (seq ?? 0) + 1, limit: 1 }),
    seq !== undefined,
  );
  return seq === undefined ? undefined : data?.[0];
}
