import { useState } from "react";
import { tableRows } from "../../components/DataTable.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { AdvisorReport, AdvisorRun, Finding } from "../../src/advisor/advisor.ts";
import { useShell } from "../app/shell.tsx";
import type { Query } from "../app/useQuery.ts";
import { layFindings } from "./FindingsView.tsx";
import type { Measured } from "./findingRows.ts";
import { chartRows } from "./HistoryView.tsx";
import { listed, type Selection, turnsOf } from "./order.ts";
import { useReport, useRuns } from "./useReport.ts";
import type { View } from "./view.ts";

/** What the Advisor shows, and where in it the admin stands. */
export interface AdvisorState {
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly query: Query<AdvisorReport | null>;
  readonly report: AdvisorReport | undefined;
  /** An older run is shown: it can be read, not mended. */
  readonly old: boolean;
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  readonly list: List<Finding>;
  readonly finding: Finding | undefined;
  /** Something has changed since the run before. */
  readonly hasChanged: boolean;
  readonly runs: Query<readonly AdvisorRun[]>;
  readonly runList: List<AdvisorRun>;
  readonly openRun: (run: AdvisorRun) => void;
  readonly measured: Measured | null;
  readonly onMeasured: (measured: Measured) => void;
  /** One step towards where one came from. */
  readonly back: () => void;
}

const ALL: Selection = { order: "gravity", onlyChanged: false, filter: "" };

/** Holds the state of the screen; `focus`: the id of a check to open at. */
export function useAdvisor(body: BodySize, focus: string | undefined): AdvisorState {
  const shell = useShell();
  const [view, setView] = useState<View>(focus === undefined ? "list" : "finding");
  const [runId, setRunId] = useState<number | null>(null);
  const [measured, onMeasured] = useState<Measured | null>(null);
  const findings = useFindings(
    runId,
    measured?.checkId,
    layFindings(body.height, view === "filter").list,
    focus,
  );
  const history = useHistory(view === "history", body.height);
  const { selection, select } = findings;
  const isNarrowed = selection.filter !== "" || selection.onlyChanged;
  return {
    view,
    setView,
    measured,
    onMeasured,
    old: runId !== null,
    ...findings,
    ...history,
    openRun(run) {
      setRunId(run.id === history.runs.data?.[0]?.id ? null : run.id);
      setView("list");
    },
    back() {
      // A finding that was gone to from elsewhere leads back there.
      if (view === "finding" && focus !== undefined && shell.back()) return;
      if (view !== "list") setView("list");
      else if (runId !== null) setRunId(null);
      else if (isNarrowed) select({ ...selection, filter: "", onlyChanged: false });
      else shell.back();
    },
  };
}

/** The findings of a run (null: the newest) as they are listed, and the one that is looked at. */
function useFindings(
  runId: number | null,
  mended: string | undefined,
  height: number,
  focus: string | undefined,
) {
  const [selection, select] = useState<Selection>(ALL);
  const query = useReport(runId);
  const report = query.data ?? undefined;
  const list = useList<Finding>({
    rows: report === undefined ? [] : listed(report, { ...selection, mended }),
    rowKey: ({ id }) => id,
    page: tableRows(height),
  });
  const finding = usePointed(report !== undefined, list, focus);
  const hasChanged = report !== undefined && Object.values(turnsOf(report)).some((amount) => amount > 0);
  return { selection, select, query, report, list, finding, hasChanged };
}

/** The runs, and the one under the cursor. */
function useHistory(active: boolean, height: number) {
  const runs = useRuns(active);
  const runList = useList<AdvisorRun>({
    rows: runs.data ?? [],
    rowKey: ({ id }) => String(id),
    page: tableRows(height - chartRows(height)),
  });
  return { runs, runList };
}

/** The finding under the cursor; the cursor goes to the one that the screen was opened at, once it is there. */
function usePointed(ready: boolean, list: List<Finding>, focus: string | undefined): Finding | undefined {
  const [pointed, setPointed] = useState(focus);
  if (pointed === undefined || !ready) return list.current;
  const index = list.rows.findIndex(({ id }) => id === pointed);
  setPointed(undefined);
  if (index >= 0) list.move({ to: index });
  return list.rows[index] ?? list.current;
}
