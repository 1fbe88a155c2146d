import { ratingRun } from "../../components/rating.ts";
import { useTerminal } from "../../components/Terminal.tsx";
import type { Finding } from "../../src/advisor/advisor.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { type Applied, useApply, useToldFailure } from "../changes/useApply.tsx";
import { usePlanQuestion } from "../changes/usePlanQuestion.tsx";
import type { Measured } from "./findingRows.ts";

/** Plans the remedy of a finding, shows it, asks, applies it, and tells what is measured then. */
export function useFix(onMeasured: (measured: Measured) => void): (finding: Finding) => Promise<void> {
  const { castellan, actor, operator } = useCore();
  const { unicode } = useTerminal();
  const shell = useShell();
  const orTell = useToldFailure();
  const ask = usePlanQuestion(useApply());

  return (finding) => orTell(() => fix(finding));

  async function fix(finding: Finding): Promise<void> {
    const { id, title, rating: from } = finding;
    shell.toast("info", `measuring ${id} again, and planning what mends it …`);
    const plan = await castellan.advisor.planFix(operator, id);
    ask(`Mend ${id}: ${title}`, plan, async (agreed): Promise<Applied> => {
      const { change, report } = await castellan.advisor.applyFix(actor, operator, id, plan, agreed);
      const to = report.findings.find((candidate) => candidate.id === id)?.rating;
      if (to === undefined) return { change, said: `${id} does not concern this host any more` };
      onMeasured({ checkId: id, changeId: change.id, from, to });
      const [was, is] = [ratingRun(from, unicode).text, ratingRun(to, unicode).text];
      return { change, said: `${id} measured again: ${is} (was ${was})` };
    });
  }
}
