import type { AdvisorReport, AdvisorRun, Finding } from "../../src/advisor/advisor.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";
import type { PastVerdict } from "./findingRows.ts";

/** Runs in the history, and those that a finding is looked up in. */
const RUNS = 200;
const PAST = 8;

/** The newest report, or that of an older run; null: nobody has looked yet. */
export function useReport(runId: number | null): Query<AdvisorReport | null> {
  const { castellan } = useCore();
  return useQuery(`advisor:${runId ?? "latest"}`, async () =>
    runId === null ? castellan.advisor.latest() : castellan.advisor.report(runId),
  );
}

/** The runs, the newest first. */
export function useRuns(active: boolean): Query<readonly AdvisorRun[]> {
  const { castellan } = useCore();
  return useQuery("advisor:runs", async () => castellan.advisor.history(RUNS), active);
}

/** What a check said in the last runs, the newest first. */
export function usePast(finding: Finding | undefined): readonly PastVerdict[] {
  const { castellan } = useCore();
  const id = finding?.id;
  const { data } = useQuery(
    `advisor:past:${id}`,
    async () => {
      const runs = await castellan.advisor.history(PAST);
      const reports = await Promise.all(runs.map((run) => castellan.advisor.report(run.id)));
      return reports.flatMap(({ run, findings }) =>
        findings
          .filter((candidate) => candidate.id === id)
          .map(({ rating, summary }) => ({ at: run.endedAt, rating, summary })),
      );
    },
    id !== undefined,
  );
  return data ?? [];
}
