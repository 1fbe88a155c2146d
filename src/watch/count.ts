import type { PanelDatabase } from "../database/open.ts";
import type { Clock } from "../host/clock.ts";
import { accountKey, type FindAccount } from "../lockout/account-key.ts";
import { createJudge, type LockDecision, type Try } from "../lockout/judge.ts";
import type { Lockouts } from "../lockout/lockouts.ts";
import { accountNames, loadHistory } from "./history.ts";
import type { NewAttempt } from "./store.ts";

/** Counts attempts as they are stored, and says who is to be locked. */
export interface Count {
  /** @param ids of the stored attempts, in their order */
  consider(attempts: readonly NewAttempt[], ids: readonly number[]): LockDecision[];
}

/** Counters as the database tells them: what a restart, a changed policy or an unlock leaves of them. */
export async function freshCount(parts: {
  readonly database: PanelDatabase;
  readonly clock: Clock;
  readonly lockouts: Lockouts;
}): Promise<Count> {
  const { database, clock, lockouts } = parts;
  const policy = await lockouts.policy();
  const names = await accountNames(database.db);
  const find: FindAccount = (name) => names.get(name) ?? null;
  const judge = createJudge(policy, clock.now());
  const history = await loadHistory(database.db, policy, clock.now());
  judge.load(history.map((one) => withAccount(one, find)));
  return {
    consider: (attempts, ids) => judge.consider(triesOf(attempts, ids).map((one) => withAccount(one, find))),
  };
}

/** E-mail address, OS login and panel name of one person are one account. */
function withAccount(one: Try, find: FindAccount): Try {
  return one.account === null ? one : { ...one, account: accountKey(one.account, find) };
}

/** What the judge wants to know of stored attempts. */
function triesOf(attempts: readonly NewAttempt[], ids: readonly number[]): Try[] {
  const tries: Try[] = [];
  for (const [index, attempt] of attempts.entries()) {
    const { address, network, outcome } = attempt;
    if (address === null || network === null || (attempt.tries === 0 && outcome !== "success")) continue;
    tries.push({
      id: ids[index] ?? 0,
      time: attempt.time,
      network,
      address,
      account: attempt.username,
      tries: attempt.tries,
      live: attempt.live === 1,
      success: outcome === "success",
    });
  }
  return tries;
}
