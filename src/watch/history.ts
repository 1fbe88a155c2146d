import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { Try } from "../lockout/judge.ts";
import type { LockoutPolicy } from "../lockout/policy.ts";

/** Attempts read back at the most when counters are built anew. */
const HISTORY_ROWS = 200_000;

/** The stored tries that still count under the policy, oldest first: counters survive a restart. */
export async function loadHistory(db: Kysely<Schema>, policy: LockoutPolicy, now: number): Promise<Try[]> {
  const longest = Math.max(policy.windowMinutes, policy.sprayWindowMinutes, policy.accountWindowMinutes);
  const since = now - longest * 60_000;
  const settled = await settledUntil(db, since);
  const rows = await db
    .selectFrom("attempts")
    .select(["id", "time", "network", "address", "username", "tries", "live", "outcome"])
    .where("time", ">", since)
    .where((eb) => eb.or([eb("tries", ">", 0), eb("outcome", "=", "success")]))
    .orderBy("time", "desc")
    .limit(HISTORY_ROWS)
    .execute();
  const tries: Try[] = [];
  for (const { id, time, network, address, username, tries: count, live, outcome } of rows.reverse()) {
    if (network === null || address === null || time <= (settled.get(network) ?? 0)) continue;
    const success = outcome === "success";
    tries.push({ id, time, network, address, account: username, tries: count, live: live === 1, success });
  }
  return tries;
}

/** Until when the tries of a network have had their lockout, or were forgiven by lifting it. */
async function settledUntil(db: Kysely<Schema>, since: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom("lockouts")
    .select(["target", "locked_at", "lifted_at"])
    .where("scope", "=", "address")
    .where((eb) => eb.or([eb("locked_at", ">", since), eb("lifted_at", ">", since)]))
    .execute();
  const settled = new Map<string, number>();
  for (const { target, locked_at, lifted_at } of rows) {
    settled.set(target, Math.max(settled.get(target) ?? 0, locked_at, lifted_at ?? 0));
  }
  return settled;
}

/** E-mail addresses and OS logins that belong to a panel account, as they may be typed, with its name. */
export async function accountNames(db: Kysely<Schema>): Promise<Map<string, string>> {
  const rows = await db.selectFrom("accounts").select(["name", "email", "os_login"]).execute();
  return new Map(
    rows.flatMap(({ name, email, os_login }) =>
      [email, os_login].flatMap((other): [string, string][] => (other === null ? [] : [[other, name]])),
    ),
  );
}
