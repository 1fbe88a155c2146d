import { useState } from "react";
import { type ListMove, type ListState, type ListView, moveList, startList, syncList } from "./listState.ts";

/** What a list is made of. */
export interface ListOptions<Row> {
  readonly rows: readonly Row[];
  /** what identifies a row: the cursor stays on it when others come and go */
  readonly rowKey: (row: Row) => string;
  /** rows that fit on the screen; see {@link import("./DataTable.tsx").tableRows} */
  readonly page: number;
  /** where new rows appear, when the cursor shall stick there until it is moved away */
  readonly follow?: "start" | "end" | undefined;
}

/** A list with its cursor. */
export interface List<Row> {
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly page: number;
  readonly state: ListState;
  /** the row under the cursor; undefined in an empty list */
  readonly current: Row | undefined;
  readonly move: (move: ListMove) => void;
}

/** Holds the cursor of a list. The rows stay the caller's. */
export function useList<Row>({ rows, rowKey, page, follow }: ListOptions<Row>): List<Row> {
  const [state, setState] = useState(() => startList(follow));
  const view: ListView = {
    count: rows.length,
    page: Math.max(1, page),
    keyAt: (index) => {
      const row = rows[index];
      return row === undefined ? undefined : rowKey(row);
    },
    follow,
  };
  const synced = syncList(state, view);
  if (synced !== state) setState(synced);
  return {
    rows,
    rowKey,
    page: view.page,
    state: synced,
    current: rows[synced.index],
    move: (move) => setState((before) => moveList(syncList(before, view), move, view)),
  };
}
