import { useState } from "react";
import { DataTable, listPosition, tableRows } from "../../components/DataTable.tsx";
import { Line } from "../../components/Line.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { Lockout } from "../../src/lockout/lockouts.ts";
import type { Attempt } from "../../src/watch/queries.ts";
import { useNow } from "../app/useQuery.ts";
import { attemptColumns, lockoutColumns } from "./columns.ts";
import { type Subject, subjectOfAttempt, subjectOfLockout } from "./subject.ts";
import type { LiveView } from "./useLive.ts";

type Pane = "attempts" | "lockouts";

/** The two lists of the live view, and where their cursors stand. */
export interface Lists {
  readonly attempts: List<Attempt>;
  readonly locked: List<Lockout>;
  readonly listHeight: number;
  readonly lockedHeight: number;
  readonly pane: Pane;
  readonly hasLockouts: boolean;
  /** What the cursor stands on. */
  readonly subject: Subject | null;
  readonly togglePane: () => void;
  readonly showAttempts: () => void;
}

export function useLists(view: LiveView, body: BodySize, typing: boolean): Lists {
  const [pane, setPane] = useState<Pane>("attempts");
  const lockouts = view.lockouts.data ?? [];
  const lockedHeight = lockoutsHeight(body.height, lockouts.length);
  const listHeight = body.height - lockedHeight - (typing ? 1 : 0) - (lockedHeight > 0 ? 1 : 0);
  const attempts = useList<Attempt>({
    rows: view.attempts.data ?? [],
    rowKey: (attempt) => String(attempt.id),
    page: tableRows(listHeight),
    follow: "start",
  });
  const locked = useList<Lockout>({
    rows: lockouts,
    rowKey: (lockout) => `${lockout.scope}:${lockout.target}`,
    page: tableRows(lockedHeight),
  });
  const shown = lockedHeight === 0 ? "attempts" : pane;
  return {
    attempts,
    locked,
    listHeight,
    lockedHeight,
    pane: shown,
    hasLockouts: lockedHeight > 0,
    subject: shown === "attempts" ? subjectOfAttempt(attempts.current) : subjectOfLockout(locked.current),
    togglePane: () => setPane(shown === "attempts" ? "lockouts" : "attempts"),
    showAttempts: () => setPane("attempts"),
  };
}

export function ListsView(props: {
  readonly view: LiveView;
  readonly lists: Lists;
  readonly filter: string;
  readonly typing: boolean;
  readonly width: number;
}) {
  const { view, lists, typing, width } = props;
  const onAttempts = lists.pane === "attempts";
  return (
    <>
      <DataTable
        list={lists.attempts}
        columns={attemptColumns(useNow(60_000))}
        width={width}
        height={lists.listHeight}
        focused={onAttempts && !typing}
        {...noticeOf(view, props.filter)}
      />
      {lists.lockedHeight > 0 && (
        <LockedTable
          list={lists.locked}
          width={width}
          height={lists.lockedHeight}
          focused={!onAttempts && !typing}
        />
      )}
    </>
  );
}

function lockoutsHeight(height: number, locked: number): number {
  if (locked === 0 || height < 9) return 0;
  return Math.min(locked + 1, Math.max(3, Math.floor(height * 0.4)));
}

function noticeOf(view: LiveView, filter: string): { notice?: Notice } {
  const { data, error } = view.attempts;
  if (data === undefined) {
    return error === undefined
      ? { notice: { kind: "loading", title: "Reading the attempts …" } }
      : { notice: { kind: "failed", title: error.message, hint: "press r to look again" } };
  }
  if (data.length > 0) return {};
  return filter === ""
    ? {
        notice: {
          kind: "empty",
          title: "Nobody has tried to get in yet.",
          hint: "Attempts appear here the moment they are logged.",
        },
      }
    : { notice: { kind: "empty", title: `Nothing matches ${filter}.`, hint: "Esc clears the filter" } };
}

function LockedTable(props: {
  readonly list: List<Lockout>;
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
}) {
  const soon = props.list.rows.some((row) => row.expiresAt !== null);
  const now = useNow(1_000, soon);
  return (
    <>
      <Line width={props.width} tone="muted" right={{ text: `${listPosition(props.list)} `, tone: "muted" }}>
        {" "}
      </Line>
      <DataTable
        list={props.list}
        columns={lockoutColumns(now)}
        width={props.width}
        height={props.height}
        focused={props.focused}
      />
    </>
  );
}
