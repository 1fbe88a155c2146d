import type { Kysely } from "kysely";
import type { Change } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import type { Actor } from "../host/actor.ts";
import { parseAddress } from "../host/address.ts";
import { accountKey, isAccountName } from "./account-key.ts";
import { networkIn, networkOf, overlaps, parseTarget } from "./addresses.ts";
import { type Fail2banAnswer, unbanInFail2ban } from "./fail2ban.ts";
import { asTyped, type LockoutParts } from "./parts.ts";
import { type Lockout, toLockout } from "./rows.ts";

/** What an unlock did. */
export interface Release {
  readonly freed: readonly Lockout[];
  /** null when fail2ban is not there, or an account was unlocked. */
  readonly fail2ban: Fail2banAnswer | null;
  /** Why the firewall could not be told; it will be as soon as it can. */
  readonly fault: string | null;
}

/**
 * Frees a target everywhere: an address from every lockout that holds it, its /64 and wider ones too; a CIDR from
 * every lockout that has an address in common with it; else an account from its alarm. What counted against it is
 * forgotten, and fail2ban is asked to unban it.
 * @throws CastellanError `invalid_input`, `read_only`
 */
export async function release(parts: LockoutParts, actor: Actor, target: string): Promise<Release> {
  const entry = { action: "lockout.unlock", target: asTyped(target, { bareIpv6: 128 }) };
  let cidr: string | null = null;
  const freed = await parts.ledger.change(actor, entry, async (change) => {
    if (isAccountName(target)) return await freeAccount(parts, change, actor, accountKey(target));
    cidr = parseTarget(target, { bareIpv6: 128 }).cidr;
    return await freeAddresses(parts, change, actor, cidr, pardonKey(target, cidr));
  });
  if (cidr === null) return { freed, fail2ban: null, fault: null };
  const { fault } = await parts.enforcement.refresh([cidr, ...freed.map((lockout) => lockout.target)]);
  const fail2ban = parts.run === undefined ? null : await unbanInFail2ban(parts.run, cidr);
  if (fail2ban !== null && (fail2ban.fault !== null || fail2ban.unbanned.length > 0)) {
    await parts.ledger.record(actor, {
      action: "fail2ban.unban",
      target: cidr,
      outcome: fail2ban.fault === null ? "done" : "failed",
      details: { unbanned: fail2ban.unbanned, fault: fail2ban.fault },
    });
  }
  return { freed: withFault(freed, fault), fail2ban, fault };
}

/** Lifts everything that is active, addresses and accounts. */
export async function releaseAll(parts: LockoutParts, actor: Actor): Promise<Release> {
  const entry = { action: "lockout.unlock", target: "all" };
  const freed = await parts.ledger.change(actor, entry, async (change) => {
    const active = await activeIn(change.trx);
    return await lift(parts, change, actor, active);
  });
  const targets = freed.filter(({ scope }) => scope === "address").map(({ target }) => target);
  const { fault } = targets.length === 0 ? { fault: null } : await parts.enforcement.refresh(targets);
  return { freed: withFault(freed, fault), fail2ban: null, fault };
}

async function freeAccount(
  parts: LockoutParts,
  change: Change,
  actor: Actor,
  name: string,
): Promise<Lockout[]> {
  change.entry.target = name;
  const active = await activeIn(change.trx);
  return await lift(
    parts,
    change,
    actor,
    active.filter(({ scope, target }) => scope === "account" && target === name),
  );
}

async function freeAddresses(
  parts: LockoutParts,
  change: Change,
  actor: Actor,
  cidr: string,
  pardoned: string | null,
): Promise<Lockout[]> {
  const range = networkIn(cidr);
  const active = (await activeIn(change.trx)).filter(
    ({ scope, target }) => scope === "address" && overlaps(networkIn(target), range),
  );
  const freed = await lift(parts, change, actor, active);
  if (pardoned !== null && !freed.some(({ target }) => target === pardoned)) {
    await pardon(parts, change.trx, actor, pardoned);
  }
  return freed;
}

async function lift(
  { clock }: LockoutParts,
  { trx, entry, also }: Change,
  actor: Actor,
  lockouts: readonly Lockout[],
): Promise<Lockout[]> {
  const now = clock.now();
  for (const { id } of lockouts) {
    await trx
      .updateTable("lockouts")
      .set({ lifted_at: now, lifted_by: actor.name })
      .where("id", "=", id)
      .execute();
  }
  entry.details = { freed: lockouts.length, targets: lockouts.slice(0, 20).map(({ target }) => target) };
  for (const lockout of lockouts) {
    const { scope, target, origin, reason, expiresAt } = lockout;
    const details = { scope, origin, reason, expiresAt: { old: expiresAt, new: null } };
    if (target === entry.target) entry.details = { ...entry.details, ...details };
    else also({ action: "lockout.unlock", target, details });
  }
  return lockouts.map((lockout) => ({ ...lockout, liftedAt: now, liftedBy: actor.name }));
}

/**
 * Forgets what counted against a network that was not locked: a lockout that was over as it began, which the counters
 * of every engine take for the moment from which they count. The lists of lockouts leave it out.
 */
async function pardon(
  { clock }: LockoutParts,
  trx: Kysely<Schema>,
  actor: Actor,
  target: string,
): Promise<void> {
  const now = clock.now();
  await trx
    .insertInto("lockouts")
    .values({
      scope: "address",
      target,
      origin: "manual",
      reason: "counters forgotten",
      repeat: 0,
      locked_at: now,
      expires_at: now,
      lifted_at: now,
      lifted_by: actor.name,
      evidence: "[]",
    })
    .execute();
}

async function activeIn(trx: Kysely<Schema>): Promise<Lockout[]> {
  const rows = await trx.selectFrom("lockouts").selectAll().where("lifted_at", "is", null).execute();
  return rows.map(toLockout);
}

/** The key that counts for a target; null for a network of many keys. */
function pardonKey(target: string, cidr: string): string | null {
  if (parseAddress(target) !== null) return networkOf(target);
  const { family, prefix } = networkIn(cidr);
  return prefix === (family === 4 ? 32 : 64) ? cidr : null;
}

function withFault(freed: readonly Lockout[], fault: string | null): Lockout[] {
  return fault === null ? [...freed] : freed.map((lockout) => ({ ...lockout, fault }));
}
