import type { AdvisorProgress, AdvisorRun } from "../../src/advisor/advisor.ts";
import { plural } from "../../src/terminal/format.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";

/** Runs all checks; the run goes on whatever screen is shown, and says how it ended. */
export function useRun(): () => Promise<void> {
  const { castellan, actor } = useCore();
  const { jobs, toast } = useShell();
  return async () => {
    if (jobs.get("advisor") !== undefined) return toast("info", "it is looking already");
    const { run } = await jobs.run("advisor", "Looking at every wall", (tell) =>
      castellan.advisor.run(actor, {
        onProgress: (progress) => tell(progressText(progress), shareOf(progress)),
      }),
    );
    toast(run.criticals > 0 ? "warn" : "info", scoreText(run));
  };
}

/** `82 of 100: 3 critical, 9 warnings, 7 unknown`. */
export function scoreText({ score, criticals, warnings, unknowns }: AdvisorRun): string {
  return `${Math.round(score)} of 100: ${criticals} critical, ${plural(warnings, "warning")}, ${unknowns} unknown`;
}

function progressText({ done, total, waitingFor }: AdvisorProgress): string {
  const shown = waitingFor.slice(0, 3).join(", ");
  const more = waitingFor.length > 3 ? ` and ${waitingFor.length - 3} more` : "";
  return `${done} of ${total}${shown === "" ? "" : `, waits for ${shown}${more}`}`;
}

function shareOf({ done, total }: AdvisorProgress): number {
  return total === 0 ? 0 : done / total;
}
