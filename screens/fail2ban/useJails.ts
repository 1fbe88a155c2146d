import { useState } from "react";
import { tableRows } from "../../components/DataTable.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { Ban, Fail2banState, Jail } from "../../src/fail2ban/fail2ban.ts";
import { useCore } from "../app/core.tsx";
import { type Reading, useRead } from "../app/useRead.ts";

/** A row of the list: a jail that runs, or (null) one that is switched on and does not. */
export interface JailRow {
  readonly name: string;
  readonly jail: Jail | null;
}

/** What fail2ban says; asked when the screen opens and when somebody asks again. */
export function useFail2ban(): Reading<Fail2banState> {
  const { castellan } = useCore();
  return useRead("fail2ban", () => castellan.fail2ban.read());
}

/** Those that should run and do not come first: nothing on this screen matters more. */
export function rowsOf(state: Fail2banState | undefined): readonly JailRow[] {
  if (state === undefined || state.kind === "absent") return [];
  const down = state.off.filter(({ wanted }) => wanted).map(({ name }) => ({ name, jail: null }));
  const up = state.kind === "running" ? state.jails.map((jail) => ({ name: jail.name, jail })) : [];
  return [...down, ...up];
}

/** The two lists, and which of them has the keys. */
export interface JailLists {
  readonly jails: List<JailRow>;
  /** Of the jail under the cursor, who is free soonest first. */
  readonly bans: List<Ban>;
  readonly jailsHeight: number;
  readonly bansHeight: number;
  readonly pane: "jails" | "bans";
  readonly togglePane: () => void;
}

/** Lines between the lists: the heading of the bans. */
const BETWEEN = 1;
const LEAST = 3;

/** Jails get what they need up to half of the room; on a small terminal the list that has the keys has all of it. */
export function useJailLists(state: Fail2banState | undefined, height: number): JailLists {
  const [pane, setPane] = useState<JailLists["pane"]>("jails");
  const rows = rowsOf(state);
  const half = Math.max(LEAST, Math.min(rows.length + 1, Math.floor(height / 2)));
  const both = height - half - BETWEEN >= LEAST;
  const jailsHeight = both ? half : pane === "jails" ? height : 0;
  const bansHeight = both ? height - half - BETWEEN : pane === "bans" ? height - BETWEEN : 0;
  const jails = useList<JailRow>({
    rows,
    rowKey: ({ name }) => name,
    page: tableRows(Math.max(2, jailsHeight)),
  });
  const bans = useList<Ban>({
    rows: (jails.current?.jail?.bans ?? []).toSorted(bySoonest),
    rowKey: ({ address }) => address,
    page: tableRows(Math.max(2, bansHeight)),
  });
  const togglePane = (): void => setPane(pane === "jails" ? "bans" : "jails");
  return { jails, bans, jailsHeight, bansHeight, pane, togglePane };
}

function bySoonest(a: Ban, b: Ban): number {
  return (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY) || 0;
}
