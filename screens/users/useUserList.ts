import { useMemo, useState } from "react";
import { tableRows } from "../../components/DataTable.tsx";
import { type List, useList } from "../../components/useList.ts";
import { filterRows, SORTS, type Sort, sortRows, type UserRow } from "./rows.ts";

/** The list of accounts as it is filtered and sorted; it keeps its cursor while an account is open. */
export interface UserList {
  readonly list: List<UserRow>;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly typing: boolean;
  readonly setTyping: (typing: boolean) => void;
  readonly sort: Sort;
  readonly sortNext: () => void;
  readonly reverse: () => void;
}

/** @param height rows of the body */
export function useUserList(rows: readonly UserRow[], height: number, now: number): UserList {
  const [filter, setFilter] = useState("");
  const [typing, setTyping] = useState(false);
  const [sort, setSort] = useState<Sort>({ id: "name", descending: false });
  const shown = useMemo(() => sortRows(filterRows(rows, filter, now), sort), [rows, filter, now, sort]);
  const list = useList({
    rows: shown,
    rowKey: (row) => String(row.account.id),
    page: tableRows(height - (typing ? 1 : 0)),
  });
  return {
    list,
    filter,
    setFilter,
    typing,
    setTyping,
    sort,
    sortNext: () =>
      setSort(({ id }) => ({
        id: SORTS[(SORTS.indexOf(id) + 1) % SORTS.length] ?? "name",
        descending: false,
      })),
    reverse: () => setSort(({ id, descending }) => ({ id, descending: !descending })),
  };
}
