import { Box } from "ink";
import { useState } from "react";
import { DataTable, listPosition, tableRows } from "../../components/DataTable.tsx";
import { Line } from "../../components/Line.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { TextFieldLine, useTextField } from "../../components/TextField.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { Lockout } from "../../src/lockout/lockouts.ts";
import { ago, count, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import type { Attempt } from "../../src/watch/queries.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useNow, useQuery } from "../app/useQuery.ts";
import { liveActions } from "./actions.ts";
import { attemptColumns, lockoutColumns } from "./columns.ts";
import { StoryView } from "./StoryView.tsx";
import { useAddressActions } from "./useAddressActions.tsx";
import { type LiveView, useLive } from "./useLive.ts";

type Pane = "attempts" | "lockouts";

/** Screen 2: attempts as they arrive, what is locked, and what can be done about it. */
export function LiveScreen({ facts }: ScreenComponentProps) {
  const shell = useShell();
  const body = useFrameBody(facts);
  const [filter, setFilter] = useState(shell.place.focus ?? "");
  const [typing, setTyping] = useState(false);
  const [story, setStory] = useState<string | null>(null);
  const view = useLive(filter);
  const lists = useLists(view, body, typing);
  const target = story ?? lists.target;
  const onList = story !== null && "only on the list";
  const leave = (): void => {
    if (story !== null) setStory(null);
    else if (filter !== "") setFilter("");
    else shell.back();
  };
  const actions: Action[] = [
    bind(liveActions.story, () => setStory(target), {
      disabled: onList || (target === null && "no address is selected"),
    }),
    ...useAddressActions(target),
    bind(liveActions.pause, view.togglePause, { disabled: onList }),
    bind(liveActions.filter, () => setTyping(true), { disabled: onList }),
    bind(liveActions.pane, lists.togglePane, {
      disabled: onList || (!lists.hasLockouts && "nobody is locked"),
    }),
    bind(liveActions.back, leave),
  ];
  return (
    <Frame
      facts={facts}
      actions={actions}
      typing={typing}
      badges={view.paused ? [{ text: `PAUSED +${count(view.waiting)}`, tone: "warn" }] : []}
      status={statusOf(view, filter)}
      statusRight={useSourceLine()}
    >
      {story !== null ? (
        <StoryView address={story} body={body} />
      ) : (
        <Box flexDirection="column" width={body.width} height={body.height}>
          <ListsView
            view={view}
            lists={lists}
            filter={filter}
            typing={typing}
            width={body.width}
            onOpen={setStory}
          />
          {typing && (
            <FilterLine
              filter={filter}
              width={body.width}
              onFilter={setFilter}
              onTyped={() => setTyping(false)}
            />
          )}
        </Box>
      )}
    </Frame>
  );
}

function statusOf(view: LiveView, filter: string): Content {
  const shown = view.attempts.data?.length ?? 0;
  const locked = view.lockouts.data?.length ?? 0;
  const by = filter === "" ? "" : `/${filter} · `;
  return ` ${by}${plural(shown, "attempt")} · ${plural(locked, "lockout")}`;
}

/** Who watches what, and how far behind: in the status line, so that silence can be trusted. */
function useSourceLine(): Content {
  const { castellan } = useCore();
  // By the minute: a clock that ticks on a screen where nothing happens fills an SSH line for nothing.
  const now = useNow(60_000);
  const { data } = useQuery("watching", async () => ({
    engine: await castellan.watch.engine(),
    sources: await castellan.watch.sources(),
  }));
  if (data === undefined) return "";
  if (data.engine === null) return { text: "!! nobody is watching ", tone: "crit" };
  const faulty = data.sources.find((source) => source.fault !== null);
  if (faulty !== undefined) return { text: `!! ${faulty.name}: ${faulty.fault} `, tone: "crit" };
  const [source] = data.sources;
  if (source === undefined) return { text: "! no log found to watch ", tone: "warn" };
  const more = data.sources.length > 1 ? ` +${data.sources.length - 1}` : "";
  const last =
    source.lastLineAt === null ? "no line yet" : ago(source.lastLineAt, Math.max(now, source.lastLineAt));
  return { text: `${source.name}${more} · ${source.trust} · ${last} `, tone: "muted" };
}

interface Lists {
  readonly attempts: List<Attempt>;
  readonly locked: List<Lockout>;
  readonly listHeight: number;
  readonly lockedHeight: number;
  readonly pane: Pane;
  readonly hasLockouts: boolean;
  /** The address or network under the cursor. */
  readonly target: string | null;
  readonly togglePane: () => void;
}

function useLists(view: LiveView, body: BodySize, typing: boolean): Lists {
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
  const target = shown === "attempts" ? attempts.current?.address : locked.current?.target;
  return {
    attempts,
    locked,
    listHeight,
    lockedHeight,
    pane: shown,
    hasLockouts: lockedHeight > 0,
    target: target ?? null,
    togglePane: () => setPane(shown === "attempts" ? "lockouts" : "attempts"),
  };
}

function ListsView(props: {
  readonly view: LiveView;
  readonly lists: Lists;
  readonly filter: string;
  readonly typing: boolean;
  readonly width: number;
  readonly onOpen: (target: string) => void;
}) {
  const { view, lists, typing, width, onOpen } = props;
  const onAttempts = lists.pane === "attempts";
  return (
    <>
      <DataTable
        list={lists.attempts}
        columns={attemptColumns(useNow(60_000))}
        width={width}
        height={lists.listHeight}
        focused={onAttempts && !typing}
        onOpen={(attempt) => attempt.address !== null && onOpen(attempt.address)}
        {...noticeOf(view, props.filter)}
      />
      {lists.lockedHeight > 0 && (
        <LockedTable
          list={lists.locked}
          width={width}
          height={lists.lockedHeight}
          focused={!onAttempts && !typing}
          onOpen={onOpen}
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
  readonly onOpen: (target: string) => void;
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
        onOpen={(lockout) => props.onOpen(lockout.target)}
      />
    </>
  );
}

function FilterLine(props: {
  readonly filter: string;
  readonly width: number;
  readonly onFilter: (text: string) => void;
  readonly onTyped: () => void;
}) {
  const [state] = useTextField({
    initial: props.filter,
    max: 128,
    onChange: props.onFilter,
    onSubmit: props.onTyped,
    onCancel: () => {
      props.onFilter("");
      props.onTyped();
    },
  });
  return (
    <TextFieldLine
      state={state}
      width={props.width}
      label=" /"
      placeholder="address, account, user:NAME or any text"
    />
  );
}
