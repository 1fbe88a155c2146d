import type { AdvisorReport, FixPlan } from "../advisor/advisor.ts";
import type { ChangePlan, ChangeRecord } from "../changes/change.ts";
import { CastellanError } from "../errors.ts";
import { dateTime, duration } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import { findingFacts, ratingRun, runFacts } from "./advisor-view.ts";
import type { Call } from "./call.ts";
import { assertApplicable } from "./carry-out.ts";
import { changeFacts, planFacts } from "./change-facts.ts";
import { planContents } from "./change-lines.ts";
import { confirmDanger } from "./confirm.ts";
import type { Session } from "./context.ts";
import type { Answer } from "./page.ts";
import { sshPlanContents } from "./ssh-view.ts";

export interface FixOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  /** Files that were edited by hand and may be written over. */
  readonly overwrite: readonly string[];
  /** Logins that may be shut out, by name. */
  readonly accept?: readonly string[];
}

/** Shows what mending a check would do, asks, does it, and tells what is measured afterwards. */
export async function fixFinding(
  call: Call,
  { castellan: { advisor }, actor, operator }: Session,
  checkId: string,
  options: FixOptions,
): Promise<Answer> {
  const plan = await advisor.planFix(operator, checkId);
  if (options.dryRun === true) return planAnswer(plan);
  const change = changeOf(plan);
  if (!call.options.json) call.printLines([...fixContents(plan), ""]);
  assertNobodyStranded(plan);
  assertApplicable(change, options.overwrite);
  await confirmDanger(call, { what: dangerOf(plan, checkId), yes: options.yes, elsewhere: "refuse" });
  const done = await advisor.applyFix(actor, operator, checkId, plan, {
    overwrite: options.overwrite,
    accept: acceptedOf(plan, options),
    onProgress: (what) => {
      if (!call.options.json) call.printLines([{ text: `  ${what}`, tone: "muted" }]);
    },
  });
  return doneAnswer(checkId, done);
}

function changeOf(plan: FixPlan): ChangePlan {
  return plan.via === "ssh" ? plan.plan.change : plan.plan;
}

function planAnswer(plan: FixPlan): Answer {
  const ssh = plan.via === "ssh" ? { lost: plan.plan.lost, notes: plan.plan.notes } : {};
  const refusals = [...(plan.via === "ssh" ? plan.plan.refusals : []), ...changeOf(plan).refusals];
  return {
    data: { ...planFacts(changeOf(plan)), ...ssh, refusals },
    lines: () => fixContents(plan),
    exitCode: refusals.length > 0 ? 1 : 0,
  };
}

/** The change, and behind a change of sshd what it means for people. */
function fixContents(plan: FixPlan): Content[] {
  return plan.via === "ssh" ? sshPlanContents(plan.plan) : planContents(plan.plan);
}

function assertNobodyStranded(plan: FixPlan): void {
  if (plan.via !== "ssh" || plan.plan.refusals.length === 0) return;
  throw new CastellanError("would_lock_out", plan.plan.refusals.join("; "), "give them another way in first");
}

function dangerOf(plan: FixPlan, checkId: string): string {
  const lost = plan.via === "ssh" ? plan.plan.lost : [];
  const shut = lost.length === 0 ? "" : ` and shut out ${lost.join(", ")}`;
  return `change this host as shown, to mend ${checkId}${shut}`;
}

/** A yes at the question was given for the names that were shown; `--yes` names nobody. */
function acceptedOf(plan: FixPlan, { yes, accept }: FixOptions): readonly string[] {
  if (accept !== undefined) return accept;
  return plan.via === "ssh" && yes !== true ? plan.plan.lost : [];
}

function doneAnswer(
  checkId: string,
  { change, report }: { change: ChangeRecord; report: AdvisorReport },
): Answer {
  const finding = report.findings.find(({ id }) => id === checkId) ?? null;
  return {
    data: {
      change: changeFacts(change),
      run: runFacts(report.run),
      finding: finding === null ? null : findingFacts(finding),
    },
    lines: ({ now }) => [
      finding === null
        ? `${checkId} does not concern this host any more.`
        : [ratingRun(finding.rating), `  ${checkId}, measured again: ${finding.summary}`],
      `${report.run.score} of 100, ${report.run.unknowns} unknown`,
      ...confirmLines(change, now),
    ],
    exitCode: finding === null || finding.rating === "passed" ? 0 : 1,
  };
}

function confirmLines({ id, state, deadline }: ChangeRecord, now: number): Content[] {
  if (state !== "applied" || deadline === null)
    return [`Change ${id}; to take it back: castellan change undo ${id}`];
  const left = duration(deadline - now);
  return [
    {
      text: `It goes back by itself at ${dateTime(deadline)}, in ${left}, unless it is confirmed.`,
      tone: "warn",
    },
    `  Sign in anew, from another window, and there: castellan change confirm ${id}`,
  ];
}
