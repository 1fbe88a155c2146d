import type { Finding } from "../../src/advisor/advisor.ts";
import type { Rating } from "../../src/advisor/rating.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { type Job, useJob } from "../app/jobs.ts";
import { useShell } from "../app/shell.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { advisorActions } from "./actions.ts";
import { nextOf } from "./order.ts";
import type { AdvisorState } from "./useAdvisor.ts";
import { useFix } from "./useFix.tsx";
import { useRun } from "./useRun.ts";

/** What can be done about the finding under the cursor. */
export function useFindingActions(state: AdvisorState): Action[] {
  const { view, setView, finding, old, onMeasured } = state;
  const { castellan, actor } = useCore();
  const shell = useShell();
  const fix = useFix(onMeasured);
  const id = finding?.id ?? "ID";
  const none = finding === undefined && "no finding is selected";
  const unaccept = async (): Promise<void> => {
    if (finding === undefined) return;
    await castellan.advisor.unaccept(actor, finding.id);
    shell.toast("info", `${finding.id} is no longer accepted`);
  };
  return [
    bind(advisorActions.explain, () => setView("finding"), {
      disabled: none || (view === "finding" && "it is open"),
      command: commandLine("advisor", "explain", id),
    }),
    bind(advisorActions.fix, () => (finding === undefined ? undefined : fix(finding)), {
      disabled: none || (old && OLD) || fixDisabled(finding),
      command: commandLine("advisor", "fix", id),
    }),
    bind(advisorActions.accept, () => setView("accept"), {
      disabled: none || (old && OLD) || acceptDisabled(finding),
      command: commandLine("advisor", "accept", id, "--until", "30d", "--because", "TEXT"),
    }),
    bind(advisorActions.unaccept, unaccept, {
      disabled: none || (old && OLD) || (finding?.accepted === null && "it is not accepted"),
      command: commandLine("advisor", "unaccept", id),
    }),
    bind(advisorActions.copy, () => shell.copy(finding?.remedy ?? "", "what to do by hand"), {
      disabled: none,
    }),
  ];
}

const OLD = "this is an older run: Esc shows the newest";

function fixDisabled(finding: Finding | undefined): string | false {
  if (finding?.rating === "passed") return "it has passed";
  if (finding?.rating === "unknown") return "it is not known what is so";
  return finding?.fixable === false && "only by hand: Enter says how";
}

function acceptDisabled(finding: Finding | undefined): string | false {
  if (finding?.rating === "passed") return "it has passed";
  return finding?.rating === "unknown" && "nobody knows yet what there is to accept";
}

/** What can be done about the list: look again, jump, narrow it down, look back. */
export function useListActions(state: AdvisorState): Action[] {
  const { view, setView, report, list, selection, select, hasChanged } = state;
  const shell = useShell();
  const run = useRun();
  const job: Job | undefined = useJob(shell.jobs, "advisor");
  const { order, onlyChanged } = selection;
  const jump = (rating: Rating) => (): void => {
    const next = nextOf(list.rows, rating, list.state.index);
    if (next === undefined)
      shell.toast("info", `no ${rating === "warning" ? "warning" : "critical finding"} is listed`);
    else list.move({ to: next });
  };
  const away =
    report === undefined ? "nobody has looked yet: r looks" : view === "history" && "only on the findings";
  const offList = away || (view === "finding" && "only on the list");
  return [
    bind(advisorActions.critical, jump("critical"), { disabled: away }),
    bind(advisorActions.warning, jump("warning"), { disabled: away }),
    bind(advisorActions.run, run, {
      disabled: job !== undefined && "it is looking already",
      command: "castellan advisor run",
    }),
    bind(advisorActions.changed, () => select({ ...selection, onlyChanged: !onlyChanged }), {
      disabled: offList || (!hasChanged && !onlyChanged && "nothing has changed since the run before"),
      command: "castellan advisor list",
    }),
    bind(advisorActions.sort, () => select({ ...selection, order: order === "area" ? "gravity" : "area" }), {
      disabled: offList,
    }),
    bind(advisorActions.filter, () => setView("filter"), {
      disabled: offList,
    }),
    bind(advisorActions.history, () => setView("history"), {
      disabled: report === undefined ? away : view === "history" && "it is open",
      command: "castellan advisor history",
    }),
    bind(advisorActions.journal, () => shell.go({ screen: "changes", focus: "journal" }), {
      command: "castellan change list",
    }),
  ];
}
