import type { ChangeRecord } from "../changes/change.ts";
import { CastellanError } from "../errors.ts";
import type { SshPlan, SshWanted } from "../ssh/ssh.ts";
import { clockTime } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import type { Call } from "./call.ts";
import { assertApplicable } from "./carry-out.ts";
import { changeFacts } from "./change-facts.ts";
import { checkContents, under } from "./change-lines.ts";
import { confirmDanger } from "./confirm.ts";
import type { Session } from "./context.ts";
import type { Answer } from "./page.ts";
import { planAnswer, sshPlanContents } from "./ssh-view.ts";

export interface ApplySshOptions {
  readonly yes?: true;
  /** Logins that may be shut out, by name. */
  readonly accept: readonly string[];
  /** Files of castellan's that were edited by hand and may be written over. */
  readonly overwrite: readonly string[];
}

/** Shows a plan, asks, applies it and tells how to make it stay. */
export async function applySsh(
  call: Call,
  { castellan: { ssh }, actor, operator }: Session,
  wanted: SshWanted,
  { yes, accept, overwrite }: ApplySshOptions,
): Promise<Answer> {
  const plan = await ssh.plan(operator, wanted);
  if (plan.change.nothingToDo && plan.refusals.length === 0) return planAnswer(plan);
  if (!call.options.json) call.printLines([...sshPlanContents(plan), ""]);
  assertAccepted(plan, accept);
  if (plan.refusals.length === 0) {
    assertApplicable(plan.change, overwrite);
    await confirmDanger(call, { what: dangerOf(plan), yes, elsewhere: "refuse" });
  }
  // A plan that is refused goes on to the core all the same: it refuses, and writes that down.
  const record = await ssh.apply(actor, operator, plan, {
    ...{ accept, overwrite },
    onProgress: (what) => {
      if (!call.options.json) call.printLines([{ text: `  ${what}`, tone: "muted" }]);
    },
  });
  return appliedAnswer(record);
}

function assertAccepted({ lost, refusals }: SshPlan, accept: readonly string[]): void {
  const unseen = lost.filter((login) => !accept.includes(login));
  if (unseen.length === 0 || refusals.length > 0) return;
  throw new CastellanError(
    "confirmation_needed",
    `${unseen.join(", ")} would no longer get in; nothing was changed`,
    `if that is meant: ${unseen.map((login) => `--accept ${login}`).join(" ")}`,
  );
}

function dangerOf({ lost }: SshPlan): string {
  return `change sshd as shown${lost.length === 0 ? "" : ` and shut out ${lost.join(", ")}`}`;
}

function appliedAnswer(record: ChangeRecord): Answer {
  return {
    data: changeFacts(record),
    lines: () => [...under("Measured", checkContents(record.probes)), "", ...nextLines(record)],
    exitCode: record.fault === null ? 0 : 1,
  };
}

function nextLines({ id, state, deadline, draft }: ChangeRecord): Content[] {
  if (state !== "applied") return [`Change ${id} stays.`];
  const port = draft.followUp?.connectionPort;
  const by = deadline === null ? "" : ` at ${clockTime(deadline)}`;
  return [
    { text: `Change ${id} goes back by itself${by} unless it is confirmed.`, tone: "warn" },
    "Keep this session. Open a second connection now and run: castellan ssh confirm",
    ...(port === undefined ? [] : [`The second connection has to come in by the new port: ssh -p ${port} …`]),
  ];
}
