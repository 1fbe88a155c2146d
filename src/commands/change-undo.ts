import type { Command } from "commander";
import type { ChangePlan } from "../changes/change.ts";
import { CastellanError } from "../errors.ts";
import type { Call } from "./call.ts";
import { planFacts } from "./change-facts.ts";
import { planContents } from "./change-lines.ts";
import { changeAnswer } from "./change-view.ts";
import { confirmDanger } from "./confirm.ts";
import type { Session } from "./context.ts";
import { type Answer, said } from "./page.ts";

interface UndoOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly overwrite: readonly string[];
}

/** `change undo ID`. */
export function defineUndo(group: Command, call: Call, parseId: (text: string) => number): void {
  group
    .command("undo")
    .summary("return every byte that a change replaced: shows the difference, then asks")
    .argument("<id>", "as in change list", parseId)
    .option("--yes", "do it without asking")
    .option("--dry-run", "show the difference and end")
    .option(
      "--overwrite <path>",
      "a file that was edited by hand since may be overwritten; may stand several times",
      (path: string, before: readonly string[]) => [...before, path],
      [],
    )
    .action((id: number, options: UndoOptions) => call.core((session) => undo(call, session, id, options)));
}

async function undo(
  call: Call,
  { castellan, actor, operator: { connection } }: Session,
  id: number,
  { yes, dryRun, overwrite }: UndoOptions,
): Promise<Answer> {
  const { changes } = castellan;
  const plan = await changes.planUndo(id);
  if (dryRun === true || plan.nothingToDo) return planAnswer(plan);
  if (!call.options.json) call.printLines([...planContents(plan), ""]);
  assertApplicable(plan, overwrite);
  await confirmDanger(call, { what: `take change ${id} back`, yes, elsewhere: "refuse" });
  const record = await changes.apply(actor, plan, {
    connection,
    overwrite,
    onProgress: (what) => {
      if (!call.options.json) call.printLines([{ text: `  ${what}`, tone: "muted" }]);
    },
  });
  const waits = record.state === "applied";
  return changeAnswer(
    { ...record, diffs: call.options.json ? record.diffs : [] },
    `Change ${id} is undone by change ${record.id}.`,
    ...(waits ? [`It goes back unless it is confirmed: castellan change confirm ${record.id}`] : []),
  );
}

function planAnswer(plan: ChangePlan): Answer {
  if (plan.nothingToDo) return said(planFacts(plan), "Everything is already as it was before.");
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
