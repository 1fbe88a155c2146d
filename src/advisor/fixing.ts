import type { ChangeRecord } from "../changes/change.ts";
import type { Changes } from "../changes/changes.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { Ssh, SshOperator } from "../ssh/ssh.ts";
import type { Advisor, FixPlan } from "./advisor.ts";
import type { Check, Fix } from "./check.ts";
import type { HostDoor } from "./gather.ts";
import { measureOne } from "./measure.ts";
import { pacedLimits } from "./pace.ts";

export interface FixingParts {
  readonly changes: Changes;
  readonly ssh: Ssh;
}

/** The options of {@link Advisor.applyFix}. */
export type FixOptions = Parameters<Advisor["applyFix"]>[4];

/**
 * What would mend the check as it stands now; what an earlier run found may be mended, or worse.
 * @throws CastellanError `not_fixable`
 */
export async function findFix(door: HostDoor, check: Check): Promise<Fix> {
  const measured = await measureOne(door, check, { limitOf: await pacedLimits(door) });
  if (measured === null) throw notFixable(check, `${check.id} does not concern this host`);
  const { judged, known } = measured;
  const { rating, summary } = judged.verdict;
  if (rating === "passed") throw notFixable(check, `${check.id} passes: ${summary}`, "nothing is to be done");
  if (rating === "unknown") {
    throw notFixable(check, `${check.id} is not known: ${summary}`, "make it readable, then measure again");
  }
  const fix = check.fix(known);
  if (fix === null) throw notFixable(check, `castellan cannot mend ${check.id} by itself here: ${summary}`);
  return fix;
}

function notFixable(check: Check, message: string, hint = `by hand: ${check.remedy}`): CastellanError {
  return new CastellanError("not_fixable", message, hint);
}

/** Shows what a fix would do. */
export async function planOf(
  { changes, ssh }: FixingParts,
  operator: SshOperator,
  fix: Fix,
): Promise<FixPlan> {
  return fix.via === "ssh"
    ? { via: "ssh", plan: await ssh.plan(operator, fix.wanted) }
    : { via: "change", plan: await changes.plan(fix.draft) };
}

/** Does what a plan showed. @throws as `Ssh.apply` and `Changes.apply` */
export async function carryOut(
  { changes, ssh }: FixingParts,
  actor: Actor,
  operator: SshOperator,
  plan: FixPlan,
  { accept, ...options }: FixOptions,
): Promise<ChangeRecord> {
  if (plan.via === "change") {
    return await changes.apply(actor, plan.plan, { ...options, connection: operator.connection });
  }
  return await ssh.apply(actor, operator, plan.plan, { ...options, ...(accept && { accept }) });
}
