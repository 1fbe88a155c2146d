import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import { accountKey, isAccountName } from "./account-key.ts";
import { networkIn, networksAround, parseTarget } from "./addresses.ts";
import { type Lockout, toLockout } from "./rows.ts";

const HISTORY_ROWS = 1_000;

/** The newest lockouts, over or not. What only says that counters were forgotten (see unlock.ts) is left out. */
export async function recentRows(db: Kysely<Schema>, limit: number): Promise<Lockout[]> {
  const rows = await lockoutRows(db).orderBy("id", "desc").limit(limit).execute();
  return rows.map(toLockout);
}

/** The lockouts of an account, or of an address or CIDR and the networks around it, the newest first. */
export async function historyRows(db: Kysely<Schema>, target: string): Promise<Lockout[]> {
  const of = isAccountName(target)
    ? { scope: "account" as const, targets: [accountKey(target)] }
    : { scope: "address" as const, targets: holdersOf(parseTarget(target, { bareIpv6: 128 }).cidr) };
  const rows = await lockoutRows(db)
    .where("scope", "=", of.scope)
    .where("target", "in", of.targets)
    .orderBy("id", "desc")
    .limit(HISTORY_ROWS)
    .execute();
  return rows.map(toLockout);
}

/** The active lockout that holds the whole CIDR and lasts longest. */
export async function coverOf(db: Kysely<Schema>, cidr: string, now: number): Promise<Lockout | null> {
  const rows = await lockoutRows(db)
    .where("scope", "=", "address")
    .where("target", "in", holdersOf(cidr))
    .where("lifted_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
    .execute();
  const [longest] = rows.sort((a, b) => endOf(b.expires_at) - endOf(a.expires_at) || b.id - a.id);
  return longest === undefined ? null : toLockout(longest);
}

function lockoutRows(db: Kysely<Schema>) {
  return db
    .selectFrom("lockouts")
    .selectAll()
    .where((eb) => eb.or([eb("lifted_at", "is", null), eb("lifted_at", ">", eb.ref("locked_at"))]));
}

function holdersOf(cidr: string): string[] {
  return networksAround(networkIn(cidr));
}

/** Number.MAX_VALUE, for infinity less infinity is no number. */
function endOf(expiresAt: number | null): number {
  return expiresAt ?? Number.MAX_VALUE;
}
