import { Box } from "ink";
import { type Column, DataTable } from "../../components/DataTable.tsx";
import { FOOTNOTE_ROWS, Footnote } from "../../components/Footnote.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import { type Notice, Placeholder } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { ScrollRows } from "../../components/ScrollRows.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { List } from "../../components/useList.ts";
import type { AdvisorReport, Finding } from "../../src/advisor/advisor.ts";
import { AREAS } from "../../src/advisor/rating.ts";
import { useCore } from "../app/core.tsx";
import type { Job } from "../app/jobs.ts";
import { type Query, useNow } from "../app/useQuery.ts";
import { FilterLine } from "../forms/FilterLine.tsx";
import { findingColumns } from "./columns.ts";
import { findingRows } from "./findingRows.ts";
import { HEADER_ROWS, Header } from "./Header.tsx";
import { type Selection, turnsOf } from "./order.ts";

/** From this height on the finding under the cursor is explained below the list. */
const EXPLAIN_FROM = 28;
const EXPLAINED_ROWS = 13;

/** From this height on what is cut in its row stands whole below the list. */
const WHOLE_FROM = 16;

/** How the rows of the body are shared out. */
export function layFindings(height: number, typing: boolean) {
  const explained = height >= EXPLAIN_FROM ? EXPLAINED_ROWS : height >= WHOLE_FROM ? FOOTNOTE_ROWS : 0;
  return { explained, list: Math.max(2, height - HEADER_ROWS - explained - (typing ? 1 : 0)) };
}

/** The findings below the score. */
export function FindingsView(props: {
  readonly report: AdvisorReport;
  readonly list: List<Finding>;
  readonly selection: Selection;
  readonly typing: boolean;
  readonly old: boolean;
  readonly job: Job | undefined;
  readonly body: BodySize;
  readonly onOpen: () => void;
  readonly onFilter: (text: string) => void;
  readonly onTyped: () => void;
}) {
  const { report, list, selection, typing, old, job } = props;
  const { isRoot } = useCore();
  const now = useNow(10_000);
  const { width, height } = props.body;
  const layout = layFindings(height, typing);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Header report={report} job={job} old={old} isRoot={isRoot} now={now} width={width} />
      <DataTable
        list={list}
        columns={useColumns(report, selection, width)}
        width={width}
        height={layout.list}
        focused={!typing}
        onOpen={props.onOpen}
        {...(list.rows.length === 0 ? { notice: emptyNotice(selection) } : {})}
      />
      {layout.explained > 0 && <Explained finding={list.current} width={width} height={layout.explained} />}
      {typing && (
        <FilterLine
          filter={selection.filter}
          width={width}
          placeholder="id, area, rating or any text"
          onFilter={props.onFilter}
          onTyped={props.onTyped}
        />
      )}
    </Box>
  );
}

function useColumns(report: AdvisorReport, { order }: Selection, width: number): readonly Column<Finding>[] {
  const { unicode } = useTerminal();
  const { worse, better, new: added } = turnsOf(report);
  return findingColumns({
    unicode,
    hasPrevious: report.previous !== null,
    showTurns: worse + better + added > 0,
    byArea: order === "area",
    width,
  });
}

/** The finding under the cursor, as far as there is room; Enter shows it whole. */
function Explained(props: {
  readonly finding: Finding | undefined;
  readonly width: number;
  readonly height: number;
}) {
  const { unicode } = useTerminal();
  const { finding, width, height } = props;
  const inner = panelInner(width, height);
  if (height === FOOTNOTE_ROWS) {
    return <Footnote title={finding?.title ?? ""} text={finding?.summary ?? ""} width={width} />;
  }
  const rows = finding === undefined ? [] : findingRows(finding, [], null, { width: inner.width, unicode });
  return (
    <Panel title="Why" width={width} height={height} right={{ text: "Enter: whole", tone: "muted" }}>
      <ScrollRows rows={rows} {...inner} focused={false} />
    </Panel>
  );
}

function emptyNotice({ filter, onlyChanged }: Selection): Notice {
  if (filter !== "")
    return { kind: "empty", title: `Nothing matches ${filter}.`, hint: "Esc clears the filter" };
  return onlyChanged
    ? { kind: "empty", title: "Nothing has changed since the run before.", hint: "c shows everything" }
    : { kind: "empty", title: "No check concerns this host." };
}

/** While there is no report: that it is read, that nobody has looked yet, or how far the first look is. */
export function NoReport(props: {
  readonly query: Query<AdvisorReport | null>;
  readonly job: Job | undefined;
  readonly canRun: boolean;
  readonly body: BodySize;
}) {
  return <Placeholder notice={noticeOf(props)} width={props.body.width} height={props.body.height} />;
}

function noticeOf({ query, job, canRun }: Parameters<typeof NoReport>[0]): Notice {
  if (query.error !== undefined) {
    return { kind: "failed", title: query.error.message, hint: "press r to look again" };
  }
  if (job !== undefined) {
    return {
      kind: "loading",
      title: `Looking at every wall: ${job.step === "" ? "begins" : job.step}`,
      hint: "It goes on when you leave this screen.",
    };
  }
  if (query.data === undefined) return { kind: "loading", title: "Reading the last run …" };
  return {
    kind: "empty",
    title: "Nobody has looked at the walls of this host yet.",
    hint: canRun
      ? `r looks now: ${AREAS.join(", ")}. It takes seconds, only reads, and can be left running.`
      : "castellan runs with --read-only, and a run is kept: start it without to look.",
  };
}
