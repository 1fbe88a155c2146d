import type { ChangePlan } from "../changes/change.ts";
import type { Call } from "./call.ts";
import { planFacts } from "./change-facts.ts";
import { planContents } from "./change-lines.ts";
import { assertApplicable } from "./change-undo.ts";
import { changeAnswer } from "./change-view.ts";
import { confirmDanger } from "./confirm.ts";
import type { Session } from "./context.ts";
import { type Answer, said } from "./page.ts";

/** How a plan is to be carried out. */
export interface CarryOutOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  /** Files that were edited by hand and may be written over. */
  readonly overwrite: readonly string[];
}

/** What is said of a plan. */
export interface CarryOutWords {
  /** For the question: `set the jail sshd as shown`. */
  readonly what: string;
  /** When there is nothing to do. */
  readonly already: string;
}

/** Shows a plan, asks, applies it, and tells how to take it back or make it stay. */
export async function carryOut(
  call: Call,
  { castellan: { changes }, actor, operator: { connection } }: Session,
  plan: ChangePlan,
  { yes, dryRun, overwrite, what, already }: CarryOutOptions & CarryOutWords,
): Promise<Answer> {
  if (plan.nothingToDo && plan.refusals.length === 0) return said(planFacts(plan), already);
  if (dryRun === true) return planAnswer(plan);
  if (!call.options.json) call.printLines([...planContents(plan), ""]);
  assertApplicable(plan, overwrite);
  await confirmDanger(call, { what, yes, elsewhere: "refuse" });
  const record = await changes.apply(actor, plan, {
    ...{ connection, overwrite },
    onProgress: (step) => {
      if (!call.options.json) call.printLines([{ text: `  ${step}`, tone: "muted" }]);
    },
  });
  const { id, state } = record;
  return changeAnswer(
    { ...record, diffs: call.options.json ? record.diffs : [] },
    state === "applied"
      ? `Change ${id} goes back unless it is confirmed: castellan change confirm ${id}`
      : `Change ${id} stays. To take it back: castellan change undo ${id}`,
  );
}

function planAnswer(plan: ChangePlan): Answer {
  return {
    data: planFacts(plan),
    lines: () => planContents(plan),
    exitCode: plan.refusals.length > 0 ? 1 : 0,
  };
}
