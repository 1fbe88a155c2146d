import { Box } from "ink";
import { useState } from "react";
import { Banner } from "../../components/Banner.tsx";
import { Blank } from "../../components/Blank.tsx";
import { DataTable, listPosition } from "../../components/DataTable.tsx";
import { FOOTNOTE_ROWS, Footnote } from "../../components/Footnote.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import type { AuditEvent } from "../../src/audit/event.ts";
import type { AnchorVerdict } from "../../src/audit/verify-anchors.ts";
import type { Run } from "../../src/terminal/line.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type FrameFacts, type ScreenComponentProps } from "../app/Frame.tsx";
import { type Job, useJob } from "../app/jobs.ts";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useNow, useQuery } from "../app/useQuery.ts";
import { FilterLine } from "../forms/FilterLine.tsx";
import { AcceptForm } from "./AcceptForm.tsx";
import { auditColumns, detailText } from "./columns.ts";
import { ExportForm } from "./ExportForm.tsx";
import { FilterForm } from "./FilterForm.tsx";
import { type AuditFilter, filterText, isFiltered, NO_FILTER } from "./filter.ts";
import { RowView } from "./RowView.tsx";
import { type AuditMode, useAuditActions } from "./useAuditActions.ts";
import { type Events, useEvent, useEvents } from "./useEvents.ts";

/** Screen 5: who did what, when, from where, and proof that nobody rewrote it. */
export function AuditScreen({ facts }: ScreenComponentProps) {
  const { castellan } = useCore();
  const shell = useShell();
  const pointed = pointedRow(shell.place.focus);
  const [mode, setMode] = useState<AuditMode>(pointed === undefined ? "list" : "row");
  const [filter, setFilter] = useState<AuditFilter>(NO_FILTER);
  const { data: anchors } = useQuery("anchors", () => castellan.audit.check());
  const room = layAudit(useFrameBody(facts), anchors, mode);
  const events = useEvents(filter, room.list);
  const event = useEvent(mode === "row" ? pointed : undefined) ?? events.list.current;
  const actions = useAuditActions({ mode, setMode, filter, setFilter, event, anchors });
  const job = useJob(shell.jobs, "audit");
  const parts: BodyParts = { mode, setMode, filter, setFilter, events, anchors, room };
  if (mode === "filter" || mode === "export" || mode === "accept")
    return <AuditForm facts={facts} {...parts} />;
  return (
    <Frame
      facts={facts}
      actions={actions}
      typing={mode === "text"}
      status={isFiltered(filter) ? ` ${filterText(filter)}` : " all rows"}
      statusRight={[statusRight(job), ` ${listPosition(events.list)} `]}
    >
      {mode === "row" && event !== undefined ? (
        <RowView event={event} body={room} />
      ) : (
        <AuditList {...parts} />
      )}
    </Frame>
  );
}

/** `#17` opens the log at row 17. */
function pointedRow(focus: string | undefined): number | undefined {
  const seq = /^#(\d{1,15})$/.exec(focus ?? "")?.[1];
  return seq === undefined ? undefined : Number(seq);
}

/** From this height on what is cut in its row stands whole below the list. */
const WHOLE_FROM = 16;

/** The body, and how many of its rows the list and what is said below it have. */
interface Room extends BodySize {
  readonly list: number;
  readonly footnote: number;
}

function layAudit(body: BodySize, anchors: AnchorVerdict | undefined, mode: AuditMode): Room {
  const taken = (anchors?.ok === false ? 1 : 0) + (mode === "text" ? 1 : 0);
  const footnote = body.height >= WHOLE_FROM ? FOOTNOTE_ROWS : 0;
  return { ...body, list: body.height - taken - footnote, footnote };
}

function statusRight(job: Job | undefined): Run {
  if (job !== undefined) return { text: `${job.title}: ${job.step || "begins"} `, tone: "accent" };
  return { text: "hash-chained, newest first ", tone: "muted" };
}

interface BodyParts {
  readonly mode: AuditMode;
  readonly setMode: (mode: AuditMode) => void;
  readonly filter: AuditFilter;
  readonly setFilter: (filter: AuditFilter) => void;
  readonly events: Events;
  readonly anchors: AnchorVerdict | undefined;
  readonly room: Room;
}

function AuditForm({ facts, mode, setMode, filter, setFilter }: BodyParts & { readonly facts: FrameFacts }) {
  const toList = (): void => setMode("list");
  if (mode === "accept") return <AcceptForm facts={facts} onEnd={toList} />;
  if (mode === "export") return <ExportForm facts={facts} filter={filter} onEnd={toList} />;
  const apply = (next: AuditFilter): void => {
    setFilter(next);
    toList();
  };
  return <FilterForm facts={facts} filter={filter} onCancel={toList} onDone={apply} />;
}

/** The rows; above them what is wrong with the log, below them the text that is looked for while it is typed. */
function AuditList({ mode, setMode, filter, setFilter, events, anchors, room }: BodyParts) {
  const { width, height } = room;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {anchors?.ok === false && <Banner banner={brokenBanner(anchors)} width={width} />}
      <DataTable
        list={events.list}
        columns={auditColumns(width, useNow(60_000))}
        width={width}
        height={room.list}
        focused={mode === "list"}
        onOpen={() => setMode("row")}
        notice={noticeOf(events, filter)}
      />
      {room.footnote > 0 && <Whole event={events.list.current} width={width} />}
      {mode === "text" && (
        <FilterLine
          filter={filter.text}
          width={width}
          placeholder="text in the target or the details"
          onFilter={(text) => setFilter({ ...filter, text })}
          onTyped={() => setMode("list")}
        />
      )}
    </Box>
  );
}

function Whole({ event, width }: { readonly event: AuditEvent | undefined; readonly width: number }) {
  if (event === undefined) return <Blank width={width} height={FOOTNOTE_ROWS} />;
  const { action, target, address } = event;
  const from = address === null ? "" : ` from ${address}`;
  return <Footnote title={`${action} ${target}${from}`} text={detailText(event)} width={width} />;
}

function brokenBanner({ reason }: AnchorVerdict) {
  return { tone: "alarm" as const, text: reason ?? "the log does not hold", hint: "v tells" };
}

function noticeOf({ query: { data, error } }: Events, filter: AuditFilter): Notice | undefined {
  if (data === undefined) {
    return error === undefined
      ? { kind: "loading", title: "Reading the log …" }
      : { kind: "failed", title: error.message, hint: "press r to look again" };
  }
  if (data.length > 0) return undefined;
  return isFiltered(filter)
    ? { kind: "empty", title: "No row matches.", hint: "c shows all rows again" }
    : {
        kind: "empty",
        title: "Nothing has happened yet.",
        hint: "Every change of state is written here.",
      };
}
