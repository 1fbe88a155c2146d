import type { Command } from "commander";
import type { ChangePlan, ChangeRecord } from "../changes/change.ts";
import { CastellanError } from "../errors.ts";
import type { Call } from "./call.ts";
import { planFacts } from "./change-facts.ts";
import { planContents } from "./change-lines.ts";
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
  /** When it is done; left out: that it stays, and how to take it back. */
  readonly done?: (record: ChangeRecord) => string;
}

/** The options of every command that carries a plan out. */
export function withCarryOut(command: Command): Command {
  return command
    .option("--yes", "do it without asking")
    .option("--dry-run", "show the difference and end")
    .option(
      "--overwrite <path>",
      "a file that was edited by hand may be overwritten; may stand several times",
      (path: string, before: readonly string[]) => [...before, path],
      [],
    );
}

/** Shows a plan, asks, applies it, and tells how to take it back or make it stay. */
export async function carryOut(
  call: Call,
  { castellan: { changes }, actor, operator: { connection } }: Session,
  plan: ChangePlan,
  { yes, dryRun, overwrite, what, already, done = staysText }: CarryOutOptions & CarryOutWords,
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
  const waits = record.state === "applied";
  return changeAnswer(
    { ...record, diffs: call.options.json ? record.diffs : [] },
    done(record),
    ...(waits ? [`It goes back unless it is confirmed: castellan change confirm ${record.id}`] : []),
  );
}

function staysText({ id, state }: ChangeRecord): string {
  return state === "applied"
    ? `Change ${id} is made.`
    : `Change ${id} stays. To take it back: castellan change undo ${id}`;
}

function planAnswer(plan: ChangePlan): Answer {
  return {
    data: planFacts(plan),
    lines: () => planContents(plan),
    exitCode: plan.refusals.length > 0 ? 1 : 0,
  };
}

/** Refuses before anybody is asked what {@link Changes.apply} would refuse afterwards. */
export function assertApplicable({ refusals, drift }: ChangePlan, overwrite: readonly string[]): void {
  const [refusal] = refusals;
  if (refusal !== undefined) {
    throw new CastellanError("change_refused", refusal, "nothing was changed; see `castellan change drift`");
  }
  const held = drift.filter(({ path }) => !overwrite.includes(path)).map(({ path }) => path);
  if (held.length === 0) return;
  throw new CastellanError(
    "drifted",
    `edited by hand since castellan wrote them: ${held.join(", ")}; nothing was changed`,
    `to write over them all the same: ${held.map((path) => `--overwrite ${path}`).join(" ")}`,
  );
}
