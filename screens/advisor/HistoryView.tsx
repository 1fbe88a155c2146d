import { Box } from "ink";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { Sparkline } from "../../components/Sparkline.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { List } from "../../components/useList.ts";
import type { AdvisorRun } from "../../src/advisor/advisor.ts";
import type { Query } from "../app/useQuery.ts";
import { runColumns } from "./columns.ts";

/** Rows of the chart for a body of this height; a small one keeps its list. */
export function chartRows(height: number): number {
  return height >= 30 ? 8 : height >= 14 ? 5 : 0;
}

/** The score over time, and the runs that it comes from. */
export function HistoryView(props: {
  readonly runs: Query<readonly AdvisorRun[]>;
  readonly list: List<AdvisorRun>;
  readonly body: BodySize;
  readonly onOpen: (run: AdvisorRun) => void;
}) {
  const { runs, list, body, onOpen } = props;
  const { unicode } = useTerminal();
  const { width, height } = body;
  const chart = chartRows(height);
  const inner = panelInner(width, chart);
  const scores = (runs.data ?? []).map(({ score }) => score).toReversed();
  return (
    <Box flexDirection="column" width={width} height={height}>
      {chart > 0 && (
        <Panel title="Score" right={rangeText(scores)} width={width} height={chart}>
          <Sparkline values={scores} most={100} width={inner.width} height={inner.height} />
        </Panel>
      )}
      <DataTable
        list={list}
        columns={runColumns(unicode)}
        width={width}
        height={height - chart}
        onOpen={onOpen}
        {...noticeOf(runs)}
      />
    </Box>
  );
}

function rangeText(scores: readonly number[]) {
  const newest = scores.at(-1);
  if (newest === undefined) return "";
  const worst = Math.round(Math.min(...scores));
  const best = Math.round(Math.max(...scores));
  return { text: `${Math.round(newest)} now, ${worst} to ${best} of 100`, tone: "muted" as const };
}

function noticeOf({ data, error }: Query<readonly AdvisorRun[]>): { notice?: Notice } {
  if (data === undefined) {
    return error === undefined
      ? { notice: { kind: "loading", title: "Reading the runs …" } }
      : { notice: { kind: "failed", title: error.message, hint: "press r to look again" } };
  }
  if (data.length > 0) return {};
  return { notice: { kind: "empty", title: "There has been no run yet.", hint: "r looks at every wall" } };
}
