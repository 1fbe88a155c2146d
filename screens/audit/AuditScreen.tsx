import { Box } from "ink";
import { useState } from "react";
import { DataTable, listPosition, tableRows } from "../../components/DataTable.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { TextFieldLine, useTextField } from "../../components/TextField.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { AuditEvent } from "../../src/audit/event.ts";
import { type Action, bind } from "../app/action.ts";
import { type Core, useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { type Shell, useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { type Query, useQuery } from "../app/useQuery.ts";
import { auditActions } from "./actions.ts";
import { auditColumns } from "./columns.ts";
import { ExportForm, writeExport } from "./ExportForm.tsx";
import { FilterForm } from "./FilterForm.tsx";
import { type AuditFilter, filterText, isFiltered, NO_FILTER, queryOf } from "./filter.ts";
import { RowView } from "./RowView.tsx";
import { readEvents } from "./readEvents.ts";
import { VerdictDialog } from "./verdict.tsx";

type Mode = "list" | "row" | "text" | "filter" | "export";

/** Rows read at once; more come when the cursor nears the end. */
const PAGE = 200;

/** Screen 5: who did what, when, from where, and proof that nobody rewrote it. */
export function AuditScreen({ facts }: ScreenComponentProps) {
  const core = useCore();
  const shell = useShell();
  const body = useFrameBody(facts);
  const pointed = pointedRow(shell.place.focus);
  const [mode, setMode] = useState<Mode>(pointed === undefined ? "list" : "row");
  const [filter, setFilter] = useState<AuditFilter>(NO_FILTER);
  const { rows, list } = useEvents(core, filter, mode === "text" ? body.height - 1 : body.height);
  const event = usePointed(core, mode === "row" ? pointed : undefined) ?? list.current;
  const actions = useActions({ core, shell, filter, mode, event, setMode, setFilter });
  const parts = { core, shell, body, filter, setFilter, mode, setMode, rows, list, event };
  return (
    <Frame
      facts={facts}
      actions={actions}
      typing={mode === "text" || mode === "filter" || mode === "export"}
      status={` ${listPosition(list)}${isFiltered(filter) ? ` · ${filterText(filter)}` : ""}`}
      statusRight={{ text: "hash-chained, newest first ", tone: "muted" }}
    >
      <AuditBody {...parts} />
    </Frame>
  );
}

/** `#17` opens the log at row 17. */
function pointedRow(focus: string | undefined): number | undefined {
  const seq = /^#(\d{1,15})$/.exec(focus ?? "")?.[1];
  return seq === undefined ? undefined : Number(seq);
}

function usePointed({ castellan }: Core, seq: number | undefined): AuditEvent | undefined {
  const { data } = useQuery(
    `audit:row:${seq}`,
    () => readEvents(castellan.audit, { before: (seq ?? 0) + 1, limit: 1 }),
    seq !== undefined,
  );
  return seq === undefined ? undefined : data?.[0];
}

interface BodyParts {
  readonly core: Core;
  readonly shell: Shell;
  readonly body: BodySize;
  readonly filter: AuditFilter;
  readonly setFilter: (filter: AuditFilter) => void;
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
  readonly rows: Query<readonly AuditEvent[]>;
  readonly list: List<AuditEvent>;
  readonly event: AuditEvent | undefined;
}

function AuditBody(props: BodyParts) {
  const { core, shell, body, filter, setFilter, mode, setMode, event } = props;
  const toList = (): void => setMode("list");
  if (mode === "row" && event !== undefined) return <RowView event={event} body={body} />;
  if (mode === "filter") {
    const apply = (next: AuditFilter): void => {
      setFilter(next);
      toList();
    };
    return <FilterForm filter={filter} body={body} onCancel={toList} onDone={apply} />;
  }
  if (mode === "export") {
    return (
      <ExportForm
        body={body}
        onCancel={toList}
        onDone={(values) => exportRows(core, shell, filter, values, setMode)}
      />
    );
  }
  return (
    <Box flexDirection="column" width={body.width} height={body.height}>
      <DataTable
        list={props.list}
        columns={auditColumns}
        width={body.width}
        height={mode === "text" ? body.height - 1 : body.height}
        focused={mode === "list"}
        onOpen={() => setMode("row")}
        {...noticeOf(props.rows, filter)}
      />
      {mode === "text" && (
        <TextLine filter={filter} width={body.width} onFilter={setFilter} onDone={toList} />
      )}
    </Box>
  );
}

function useEvents({ castellan }: Core, filter: AuditFilter, height: number) {
  const [limit, setLimit] = useState(PAGE);
  const now = castellan.clock.now();
  const rows = useQuery(`audit:${JSON.stringify(filter)}:${limit}`, () =>
    readEvents(castellan.audit, queryOf(filter, now, limit)),
  );
  const [kept, setKept] = useState<readonly AuditEvent[]>([]);
  if (rows.data !== undefined && rows.data !== kept) setKept(rows.data);
  const data = rows.data ?? kept;
  const list = useList<AuditEvent>({
    rows: data,
    rowKey: (event) => String(event.seq),
    page: tableRows(height),
  });
  if (data.length === limit && list.state.index > limit - PAGE / 2) setLimit(limit + PAGE);
  return { rows: { ...rows, data: rows.data ?? (kept.length > 0 ? kept : undefined) }, list };
}

interface ActionParts {
  readonly core: Core;
  readonly shell: Shell;
  readonly filter: AuditFilter;
  readonly mode: Mode;
  readonly event: AuditEvent | undefined;
  readonly setMode: (mode: Mode) => void;
  readonly setFilter: (filter: AuditFilter) => void;
}

function useActions({ core, shell, filter, mode, event, setMode, setFilter }: ActionParts): Action[] {
  const { castellan } = core;
  const back = (): void => {
    if (mode !== "list") setMode("list");
    else if (isFiltered(filter)) setFilter(NO_FILTER);
    else shell.back();
  };
  const verify = async (): Promise<void> => {
    shell.toast("info", "checking every row …");
    const verdict = await castellan.audit.verify();
    shell.openDialog((close) => <VerdictDialog verdict={verdict} onClose={close} />);
  };
  const none = event === undefined && "no row is selected";
  return [
    bind(auditActions.open, () => setMode("row"), {
      disabled: none || (mode === "row" && "the row is open"),
    }),
    bind(auditActions.text, () => setMode("text"), { command: "castellan audit list --text TEXT" }),
    bind(auditActions.filter, () => setMode("filter"), {
      command: "castellan audit list --user U --action A --since 1h",
    }),
    bind(auditActions.verify, verify, { command: "castellan audit verify" }),
    bind(auditActions.export, () => setMode("export"), { command: "castellan audit export --format csv" }),
    bind(auditActions.clear, () => setFilter(NO_FILTER), {
      disabled: !isFiltered(filter) && "all rows are shown",
    }),
    bind(auditActions.copy, () => shell.copy(JSON.stringify(event), "the row"), { disabled: none }),
    bind(auditActions.back, back),
  ];
}

function exportRows(
  { castellan }: Core,
  shell: Shell,
  filter: AuditFilter,
  values: { readonly format: string; readonly path: string },
  setMode: (mode: Mode) => void,
): void {
  setMode("list");
  shell.perform(async () => {
    await writeExport(castellan, queryOf(filter, castellan.clock.now(), Number.MAX_SAFE_INTEGER), values);
    shell.toast("info", `written to ${values.path}`);
  });
}

function noticeOf(rows: Query<readonly AuditEvent[]>, filter: AuditFilter): { notice?: Notice } {
  if (rows.data === undefined) {
    return rows.error === undefined
      ? { notice: { kind: "loading", title: "Reading the log …" } }
      : { notice: { kind: "failed", title: rows.error.message, hint: "press r to look again" } };
  }
  if (rows.data.length > 0) return {};
  return isFiltered(filter)
    ? { notice: { kind: "empty", title: "No row matches.", hint: "c shows all rows again" } }
    : {
        notice: {
          kind: "empty",
          title: "Nothing has happened yet.",
          hint: "Every change of state is written here.",
        },
      };
}

function TextLine(props: {
  readonly filter: AuditFilter;
  readonly width: number;
  readonly onFilter: (filter: AuditFilter) => void;
  readonly onDone: () => void;
}) {
  const { filter, width, onFilter, onDone } = props;
  const [state] = useTextField({
    initial: filter.text,
    max: 128,
    onChange: (text) => onFilter({ ...filter, text }),
    onSubmit: onDone,
    onCancel: () => {
      onFilter({ ...filter, text: "" });
      onDone();
    },
  });
  return (
    <TextFieldLine state={state} width={width} label=" /" placeholder="text in the target or the details" />
  );
}
