import { listPosition } from "../../components/DataTable.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { ScrollRows } from "../../components/ScrollRows.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { Finding } from "../../src/advisor/advisor.ts";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { type Action, bind, told } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useJob } from "../app/jobs.ts";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useNow } from "../app/useQuery.ts";
import { AcceptForm } from "./AcceptForm.tsx";
import { advisorActions } from "./actions.ts";
import { FindingsView, NoReport } from "./FindingsView.tsx";
import { findingRows, type Measured } from "./findingRows.ts";
import { runText } from "./Header.tsx";
import { HistoryView } from "./HistoryView.tsx";
import { type AdvisorState, useAdvisor } from "./useAdvisor.ts";
import { useFindingActions, useListActions } from "./useAdvisorActions.ts";
import { usePast } from "./useReport.ts";

/** Screen 4: which wall is weak, why, and what mends it. */
export function AdvisorScreen({ facts }: ScreenComponentProps) {
  const shell = useShell();
  const body = useFrameBody(facts);
  const state = useAdvisor(body, shell.place.focus);
  const actions = useActions(state);
  const now = useNow(10_000);
  const { view, finding, report } = state;
  if (view === "accept" && finding !== undefined) {
    const end = (told?: string): void => {
      state.setView("finding");
      if (told !== undefined) shell.toast("info", told);
    };
    return <AcceptForm facts={facts} finding={finding} onEnd={end} />;
  }
  return (
    <Frame
      facts={facts}
      actions={actions}
      typing={view === "filter"}
      status={statusOf(state)}
      statusRight={report === undefined ? "" : `${runText(report.run, now)}${positionOf(state)}`}
    >
      <AdvisorBody state={state} body={body} />
    </Frame>
  );
}

function useActions(state: AdvisorState): Action[] {
  const { view, runList, openRun } = state;
  const mending = useFindingActions(state);
  const listing = useListActions(state);
  const openCurrent = (): void => {
    if (runList.current !== undefined) openRun(runList.current);
  };
  const back = bind(advisorActions.back, state.back);
  if (view === "history") return [bind(advisorActions.openRun, openCurrent), told(back), ...listing];
  if (view === "finding") return [...mending, told(back), ...listing];
  // What can be done with every finding stands first: hints that come and go move nothing before them.
  const [explain, ...some] = mending;
  const [critical, warning, ...rest] = listing;
  return [explain, critical, warning, ...some, ...rest, back].filter((action) => action !== undefined);
}

function AdvisorBody({ state, body }: { readonly state: AdvisorState; readonly body: BodySize }) {
  const { readOnly } = useCore();
  const job = useJob(useShell().jobs, "advisor");
  const { view, report, finding, measured, selection } = state;
  if (view === "history") {
    return <HistoryView runs={state.runs} list={state.runList} body={body} onOpen={state.openRun} />;
  }
  if (report === undefined) return <NoReport query={state.query} job={job} canRun={!readOnly} body={body} />;
  if (view === "finding" && finding !== undefined) {
    const told = measured?.checkId === finding.id ? measured : null;
    return <FindingPage key={finding.id} finding={finding} measured={told} body={body} />;
  }
  return (
    <FindingsView
      report={report}
      list={state.list}
      selection={selection}
      typing={view === "filter"}
      old={state.old}
      job={job}
      body={body}
      onOpen={() => state.setView("finding")}
      onFilter={(filter) => state.select({ ...selection, filter })}
      onTyped={() => state.setView("list")}
    />
  );
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

/** At the right end: what stands behind what changes would be sent again with each step of the cursor. */
function positionOf({ view, list, runList }: AdvisorState): string {
  return ` ${view === "history" ? listPosition(runList) : listPosition(list)} `;
}

function statusOf({ report, selection, view }: AdvisorState): Content {
  if (report === undefined || view === "history") return "";
  const { order, onlyChanged, filter } = selection;
  const accepted = report.run.accepted > 0 ? ` · ${plural(report.run.accepted, "accepted risk")}` : "";
  const by = order === "area" ? "by area" : "what has changed first, then by gravity";
  const narrowed = `${onlyChanged ? " · only changed" : ""}${filter === "" ? "" : ` · /${filter}`}`;
  return ` ${by}${narrowed}${accepted}`;
}
