import type { Kysely } from "kysely";
import type { AuditEntry, Ledger } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { HostAddresses } from "../host/network.ts";
import { covers, networkIn } from "./addresses.ts";
import type { LockDecision } from "./judge.ts";
import { type LockoutPolicy, lockMs, readPolicy } from "./policy.ts";
import { type ProtectedRange, protectedRanges, singleNetwork, whyProtected } from "./protection.ts";
import { allowRows, type Lockout, liftOverdue, repeatsOf, toLockout } from "./rows.ts";

export interface RecordParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly hostFacts: () => Promise<HostAddresses>;
}

/** Lockouts that came of decisions: inserted, or already there. */
interface Rules {
  readonly policy: LockoutPolicy;
  readonly ranges: readonly ProtectedRange[];
  readonly wide: readonly string[];
  readonly now: number;
}

const DAY_MS = 86_400_000;

/**
 * Records the judge's decisions in the transaction that stored the tries: skips protected and already locked targets,
 * lets the time grow with each repeat, and appends an audit row for each lockout. The caller enforces what comes back
 * after its commit, and anchors the ledger.
 */
export async function recordDecisions(
  trx: Kysely<Schema>,
  parts: RecordParts,
  decisions: readonly LockDecision[],
): Promise<Lockout[]> {
  if (decisions.length === 0) return [];
  const now = parts.clock.now();
  const policy = await readPolicy(trx);
  if (!policy.enabled) return [];
  const allowed = await allowRows(trx, now);
  const hosts = await parts.hostFacts();
  const ranges = protectedRanges({ hosts, trustedProxies: policy.trustedProxies, allowed });
  const rules: Rules = { policy, ranges, wide: await wideTargets(trx, now), now };
  const entries: AuditEntry[] = [];
  const locked: Lockout[] = [];
  for (const decision of decisions) {
    if (isIdle(decision, rules)) continue;
    entries.push(...(await liftOverdue(trx, decision, now)).map(expiryEntry));
    const lockout = await insertDecision(trx, decision, rules);
    if (lockout === null) continue;
    locked.push(lockout);
    entries.push(lockEntry(lockout));
  }
  await parts.ledger.append(trx, GUARD_ACTOR, entries);
  return locked;
}

/**
 * Covered by a wider lockout, or protected: the whole network, or every address of it that tried. A protected address
 * must not have its IPv6 neighbours locked out.
 */
function isIdle({ scope, target, addresses = [] }: LockDecision, { ranges, wide }: Rules): boolean {
  if (scope === "account") return false;
  const network = networkIn(target);
  if (wide.some((cidr) => covers(networkIn(cidr), network))) return true;
  if (whyProtected(network, ranges) !== null) return true;
  const sources = addresses.map(singleNetwork).filter((source) => source !== null);
  return sources.length > 0 && sources.every((source) => whyProtected(source, ranges) !== null);
}

/** @returns null when the target is locked already: one row, whoever comes first */
async function insertDecision(
  trx: Kysely<Schema>,
  decision: LockDecision,
  { policy, now }: Rules,
): Promise<Lockout | null> {
  const repeat = await repeatsOf(trx, decision, now - policy.memoryDays * DAY_MS);
  const row = await trx
    .insertInto("lockouts")
    .values({
      scope: decision.scope,
      target: decision.target,
      origin: "automatic",
      reason: decision.reason,
      repeat,
      locked_at: now,
      expires_at: now + lockMs(policy, repeat),
      evidence: JSON.stringify(decision.evidence),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toLockout(row);
}

/** Active lockouts of more than one key. */
async function wideTargets(trx: Kysely<Schema>, now: number): Promise<string[]> {
  const rows = await trx
    .selectFrom("lockouts")
    .select("target")
    .where("scope", "=", "address")
    .where("lifted_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
    .where("target", "not like", "%/32")
    .where("target", "not like", "%/64")
    .where("target", "not like", "%/128")
    .execute();
  return rows.map((row) => row.target);
}

/** The audit row of a lockout that castellan decided on. */
function lockEntry({ scope, target, origin, reason, repeat, expiresAt, evidence }: Lockout): AuditEntry {
  const details = { scope, origin, reason, repeat, evidence, expiresAt: { old: null, new: expiresAt } };
  return { action: "lockout.lock", target, details };
}

/** The audit row of a lockout whose time is over. */
export function expiryEntry({ scope, target, lockedAt, expiresAt }: Lockout): AuditEntry {
  return {
    action: "lockout.expire",
    target,
    details: { scope, lockedAt, expiresAt: { old: expiresAt, new: null } },
  };
}
