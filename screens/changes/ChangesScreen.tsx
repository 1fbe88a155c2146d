import { Box } from "ink";
import { useState } from "react";
import { DataTable, listPosition, tableRows } from "../../components/DataTable.tsx";
import { Line } from "../../components/Line.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { ScrollRows } from "../../components/ScrollRows.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { ChangeRecord, DriftedFile } from "../../src/changes/change.ts";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type FrameFacts, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { type Query, useNow } from "../app/useQuery.ts";
import { changesActions } from "./actions.ts";
import { changeColumns, driftColumns } from "./columns.ts";
import { driftRows } from "./driftRows.ts";
import { changeCommand } from "./proof.ts";
import { recordRows } from "./recordRows.ts";
import { useChangeActions } from "./useChangeActions.ts";
import { type Journal, SHOWN, useJournal } from "./useJournal.ts";

/** The journal, or one thing of it. */
type View =
  | { readonly kind: "list" }
  | { readonly kind: "record"; readonly id: number }
  | { readonly kind: "file"; readonly path: string };

/** The journal of changes (`!`): what waits, what was done, its way back, and what somebody else changed since. */
export function ChangesScreen({ facts }: ScreenComponentProps) {
  const shell = useShell();
  const body = useFrameBody(facts);
  const query = useJournal();
  const [view, setView] = useState<View>(() => firstView(shell.place.focus, facts));
  const lists = useLists(query.data, body, shell.place.focus === "drift");
  const selected = selectedOf(view, lists, query.data);
  const { record, file } = selected;
  const open = (): void => {
    if (file !== undefined) setView({ kind: "file", path: file.path });
    else if (record !== undefined) setView({ kind: "record", id: record.id });
  };
  const onList = view.kind === "list";
  const nothing = record === undefined && file === undefined && "nothing is there";
  const actions = [
    bind(changesActions.open, open, {
      disabled: onList ? nothing : "it is open",
      command: changeCommand("show", record),
    }),
    ...useChangeActions({ ...selected, waiting: facts.waiting }),
    bind(changesActions.pane, lists.togglePane, {
      disabled: !onList ? "only on the lists" : lists.driftHeight === 0 && "no file was edited by hand",
    }),
    bind(changesActions.back, () => (onList ? void shell.back() : setView({ kind: "list" }))),
  ];
  return (
    <Frame facts={facts} actions={actions} status={statusOf(query.data, lists.records)}>
      {!onList && record !== undefined ? (
        <RecordPage record={record} facts={facts} body={body} />
      ) : !onList && file !== undefined ? (
        <FilePage file={file} body={body} />
      ) : (
        <JournalLists lists={lists} query={query} body={body} onOpen={open} />
      )}
    </Frame>
  );
}

/** The change or the edited file that is open, or under the cursor; at most one of them. */
function selectedOf(view: View, lists: Lists, journal: Journal | undefined) {
  const none = { record: undefined, file: undefined };
  switch (view.kind) {
    case "record":
      return { ...none, record: journal?.records.find(({ id }) => id === view.id) };
    case "file":
      return { ...none, file: journal?.drift.find(({ path }) => path === view.path) };
    case "list":
      return lists.pane === "drift"
        ? { ...none, file: lists.drift.current }
        : { ...none, record: lists.records.current };
  }
}

/** `#7` opens change 7; without anything said, what waits is what one came for. */
function firstView(focus: string | undefined, { waiting }: FrameFacts): View {
  const id = /^#(\d{1,9})$/.exec(focus ?? "")?.[1];
  if (id !== undefined) return { kind: "record", id: Number(id) };
  return focus === undefined && waiting !== null
    ? { kind: "record", id: waiting.record.id }
    : { kind: "list" };
}

interface Lists {
  readonly records: List<ChangeRecord>;
  readonly drift: List<DriftedFile>;
  readonly recordsHeight: number;
  readonly driftHeight: number;
  readonly pane: "records" | "drift";
  readonly togglePane: () => void;
}

function useLists(journal: Journal | undefined, body: BodySize, driftFirst: boolean): Lists {
  const [wanted, setPane] = useState<Lists["pane"]>(driftFirst ? "drift" : "records");
  const drifted = journal?.drift ?? [];
  const driftHeight = drifted.length === 0 ? 0 : Math.min(drifted.length + 1, Math.max(3, body.height >> 1));
  const recordsHeight = body.height - driftHeight - (driftHeight > 0 ? 1 : 0);
  const records = useList<ChangeRecord>({
    rows: journal?.records ?? [],
    rowKey: ({ id }) => String(id),
    page: tableRows(recordsHeight),
  });
  const drift = useList<DriftedFile>({
    rows: drifted,
    rowKey: ({ path }) => path,
    page: tableRows(driftHeight),
  });
  const pane = driftHeight === 0 ? "records" : wanted;
  const togglePane = (): void => setPane(pane === "records" ? "drift" : "records");
  return { records, drift, recordsHeight, driftHeight, pane, togglePane };
}

function JournalLists(props: {
  readonly lists: Lists;
  readonly query: Query<Journal>;
  readonly body: BodySize;
  readonly onOpen: () => void;
}) {
  const { lists, query, body, onOpen } = props;
  const { width } = body;
  const now = useNow(60_000);
  return (
    <Box flexDirection="column" width={width} height={body.height}>
      <DataTable
        list={lists.records}
        columns={changeColumns(now)}
        width={width}
        height={lists.recordsHeight}
        focused={lists.pane === "records"}
        onOpen={onOpen}
        {...noticeOf(query)}
      />
      {lists.driftHeight > 0 && (
        <>
          <Line width={width} />
          <DataTable
            list={lists.drift}
            columns={driftColumns}
            width={width}
            height={lists.driftHeight}
            focused={lists.pane === "drift"}
            onOpen={onOpen}
          />
        </>
      )}
    </Box>
  );
}

function RecordPage(props: {
  readonly record: ChangeRecord;
  readonly facts: FrameFacts;
  readonly body: BodySize;
}) {
  const { castellan, operator } = useCore();
  const { glyphs } = useTerminal();
  const { record, facts, body } = props;
  const waiting = facts.waiting?.record.id === record.id ? facts.waiting : null;
  const context = { operator, hostName: castellan.hostName, waiting };
  return <ScrollRows rows={recordRows(record, context, { width: body.width - 1, glyphs })} {...body} />;
}

function FilePage({ file, body }: { readonly file: DriftedFile; readonly body: BodySize }) {
  const { glyphs } = useTerminal();
  return <ScrollRows rows={driftRows(file, { width: body.width - 1, glyphs })} {...body} />;
}

function statusOf(journal: Journal | undefined, list: List<ChangeRecord>): Content {
  if (journal === undefined) return "";
  const { records, drift, driftFault } = journal;
  const edited = drift.filter(({ kept }) => !kept).length;
  const told: Content[] = [
    ` ${records.length === SHOWN ? "the newest " : ""}${plural(records.length, "change")} · ${listPosition(list)}`,
    ...(edited > 0 ? [{ text: ` · ! ${plural(edited, "file")} edited by hand`, tone: "warn" as const }] : []),
    ...(driftFault === undefined
      ? []
      : [{ text: ` · ? files not compared: ${driftFault}`, tone: "unknown" as const }]),
  ];
  return told.flat() as Content;
}

function noticeOf({ data, error }: Query<Journal>): { notice?: Notice } {
  if (data === undefined) {
    return error === undefined
      ? { notice: { kind: "loading", title: "Reading the journal …" } }
      : { notice: { kind: "failed", title: error.message, hint: "press r to look again" } };
  }
  if (data.records.length > 0) return {};
  return {
    notice: {
      kind: "empty",
      title: "castellan has changed nothing on this host yet.",
      hint: "What it writes is listed here, with its way back. 4 finds what to mend, 8 hardens SSH.",
    },
  };
}
