import { useState } from "react";
import { listPosition, tableRows } from "../../components/DataTable.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { ScrollRows } from "../../components/ScrollRows.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { AdvisorReport, AdvisorRun, Finding } from "../../src/advisor/advisor.ts";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useJob } from "../app/jobs.ts";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { AcceptForm } from "./AcceptForm.tsx";
import { advisorActions } from "./actions.ts";
import { FindingsView, layFindings, NoReport } from "./FindingsView.tsx";
import { findingRows, type Measured } from "./findingRows.ts";
import { chartRows, HistoryView } from "./HistoryView.tsx";
import { listed, type Selection, turnsOf } from "./order.ts";
import { useFindingActions, useListActions } from "./useAdvisorActions.ts";
import { usePast, useReport, useRuns } from "./useReport.ts";
import type { View } from "./view.ts";

/** Screen 4: which wall is weak, why, and what mends it. `focus`: the id of a check to open at. */
export function AdvisorScreen({ facts }: ScreenComponentProps) {
  const { readOnly } = useCore();
  const shell = useShell();
  const body = useFrameBody(facts);
  const job = useJob(shell.jobs, "advisor");
  const [view, setView] = useState<View>(shell.place.focus === undefined ? "list" : "finding");
  const [runId, setRunId] = useState<number | null>(null);
  const [measured, setMeasured] = useState<Measured | null>(null);
  const [selection, select] = useState<Selection>({ order: "gravity", onlyChanged: false, filter: "" });
  const query = useReport(runId);
  const report = query.data ?? undefined;
  const list = useFindings(report, selection, body, view === "filter");
  const finding = usePointed(report, list, shell.place.focus);
  const runs = useRuns(view === "history");
  const runList = useList<AdvisorRun>({
    rows: runs.data ?? [],
    rowKey: ({ id }) => String(id),
    page: tableRows(body.height - chartRows(body.height)),
  });
  const old = runId !== null;
  const back = (): void => {
    if (view !== "list") setView("list");
    else if (old) setRunId(null);
    else if (selection.filter !== "" || selection.onlyChanged)
      select({ ...selection, filter: "", onlyChanged: false });
    else shell.back();
  };
  const hasChanged = report !== undefined && Object.values(turnsOf(report)).some((amount) => amount > 0);
  const parts = { view, setView, finding, list, selection, select, hasChanged, old, onMeasured: setMeasured };
  const [explain, ...others] = useFindingActions(parts);
  const listActions = useListActions(parts);
  const openRun = (run: AdvisorRun): void => {
    setRunId(run.id === runs.data?.[0]?.id ? null : run.id);
    setView("list");
  };
  const actions = [
    ...(view === "history" || explain === undefined ? [] : [explain]),
    ...(report === undefined ? [] : others),
    ...listActions,
    bind(advisorActions.back, back),
  ];
  if (view === "accept" && finding !== undefined) {
    const end = (told?: string): void => {
      setView("finding");
      if (told !== undefined) shell.toast("info", told);
    };
    return <AcceptForm facts={facts} finding={finding} onEnd={end} />;
  }
  return (
    <Frame
      facts={facts}
      actions={actions}
      typing={view === "filter"}
      status={statusOf(report, list, selection, view)}
    >
      {view === "history" ? (
        <HistoryView runs={runs} list={runList} body={body} onOpen={openRun} />
      ) : report === undefined ? (
        <NoReport query={query} job={job} canRun={!readOnly} body={body} />
      ) : view === "finding" && finding !== undefined ? (
        <FindingPage
          key={finding.id}
          finding={finding}
          measured={measured?.checkId === finding.id ? measured : null}
          body={body}
        />
      ) : (
        <FindingsView
          report={report}
          list={list}
          selection={selection}
          typing={view === "filter"}
          old={old}
          job={job}
          body={body}
          onOpen={() => setView("finding")}
          onFilter={(filter) => select({ ...selection, filter })}
          onTyped={() => setView("list")}
        />
      )}
    </Frame>
  );
}

function useFindings(
  report: AdvisorReport | undefined,
  selection: Selection,
  body: BodySize,
  typing: boolean,
): List<Finding> {
  return useList<Finding>({
    rows: report === undefined ? [] : listed(report, selection),
    rowKey: ({ id }) => id,
    page: tableRows(layFindings(body.height, typing).list),
  });
}

/** The finding under the cursor; the cursor goes to the one that the screen was opened at, once it is there. */
function usePointed(
  report: AdvisorReport | undefined,
  list: List<Finding>,
  focus: string | undefined,
): Finding | undefined {
  const [pointed, setPointed] = useState(focus);
  if (pointed !== undefined && report !== undefined) {
    const index = list.rows.findIndex(({ id }) => id === pointed);
    setPointed(undefined);
    if (index >= 0) list.move({ to: index });
    return list.rows[index] ?? list.current;
  }
  return list.current;
}

function FindingPage(props: {
  readonly finding: Finding;
  readonly measured: Measured | null;
  readonly body: BodySize;
}) {
  const { unicode } = useTerminal();
  const { finding, measured, body } = props;
  const past = usePast(finding);
  return (
    <ScrollRows rows={findingRows(finding, past, measured, { width: body.width - 1, unicode })} {...body} />
  );
}

function statusOf(
  report: AdvisorReport | undefined,
  list: List<Finding>,
  { order, onlyChanged, filter }: Selection,
  view: View,
): Content {
  if (report === undefined || view === "history") return "";
  const accepted = report.run.accepted > 0 ? ` · ${plural(report.run.accepted, "accepted risk")}` : "";
  const by = order === "area" ? "by area" : "what has changed first, then by gravity";
  const narrowed = `${onlyChanged ? " · only changed" : ""}${filter === "" ? "" : ` · /${filter}`}`;
  return ` ${listPosition(list)}${narrowed} · ${by}${accepted}`;
}
