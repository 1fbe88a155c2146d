import type { Kysely } from "kysely";
import type { Json } from "../audit/canonical.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { writeSetting } from "../database/settings.ts";
import type { Firewall } from "../firewall/firewall.ts";
import type { Actor } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import type { HostAddresses } from "../host/network.ts";
import { networkIn, parseTarget } from "./addresses.ts";
import { type AllowInput, addAllowed, removeAllowed } from "./allow-list.ts";
import { type Enforced, type EnforceOptions, openEnforcement } from "./enforcement.ts";
import { openExpiry } from "./expiry.ts";
import type { LockDecision } from "./judge.ts";
import { type LockInput, lockByHand } from "./manual.ts";
import type { LockoutParts } from "./parts.ts";
import { changedPolicy, type LockoutPolicy, POLICY_KEY, readPolicy } from "./policy.ts";
import { whyProtected } from "./protection.ts";
import { coverOf, historyRows, recentRows } from "./queries.ts";
import { recordDecisions } from "./record.ts";
import { type AllowEntry, activeRows, allowRows, type Lockout } from "./rows.ts";
import { type Release, release, releaseAll } from "./unlock.ts";

export type { AllowInput } from "./allow-list.ts";
export type { LockInput } from "./manual.ts";
export type { LockoutPolicy } from "./policy.ts";
export type { AllowEntry, Lockout } from "./rows.ts";
export type { Release } from "./unlock.ts";

/** Who is locked out, who never is, and by which rules. */
export interface Lockouts {
  /** In force now, the newest first. */
  active(): Promise<Lockout[]>;
  /** In force and over, the newest first; at most `limit`. */
  recent(limit: number): Promise<Lockout[]>;
  /** All of an address or CIDR (and of the networks around it) or of an account, the newest first. */
  historyOf(target: string): Promise<Lockout[]>;
  /** See {@link lockByHand}. A firewall that cannot be told loses nothing: `enforced` is false, `fault` says why. */
  lock(actor: Actor, input: LockInput): Promise<Lockout>;
  /** See {@link release}; what it freed. */
  unlock(actor: Actor, target: string): Promise<Lockout[]>;
  /** As {@link Lockouts.unlock}, with what fail2ban and the firewall said. */
  release(actor: Actor, target: string): Promise<Release>;
  unlockAll(actor: Actor): Promise<Lockout[]>;
  /** See {@link addAllowed}. */
  allow(actor: Actor, input: AllowInput): Promise<AllowEntry>;
  /** See {@link removeAllowed}. */
  disallow(actor: Actor, cidr: string): Promise<void>;
  allowList(): Promise<AllowEntry[]>;
  policy(): Promise<LockoutPolicy>;
  /** @throws CastellanError `invalid_input`, `read_only` */
  setPolicy(actor: Actor, change: Partial<LockoutPolicy>): Promise<LockoutPolicy>;
  /**
   * Why an address (or all of a CIDR) is never locked, or null.
   * @throws CastellanError `invalid_input`
   */
  protection(address: string): Promise<string | null>;
  /**
   * The lockout that holds for an address, the longest one; null when none does, or the address is protected.
   * @throws CastellanError `invalid_input`
   */
  coverOf(address: string): Promise<Lockout | null>;
  /** See {@link Expiry}. */
  expire(): Promise<Lockout[]>;
  /**
   * Makes the firewall hold what is locked, and nothing else. In read-only mode nothing is done.
   * @throws CastellanError `firewall_unavailable`
   */
  enforce(options?: EnforceOptions): Promise<{ mended: boolean; what: string | null }>;
  /** See {@link recordDecisions}. */
  recordDecisions(trx: Kysely<Schema>, decisions: readonly LockDecision[]): Promise<Lockout[]>;
  /** Puts recorded lockouts into the firewall; never fails. */
  enforceNew(lockouts: readonly Lockout[]): Promise<Enforced>;
}

export interface OpenLockoutsParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly firewall: Firewall;
  /** Asked within transactions: it must not wait for the database. */
  readonly hostFacts: () => Promise<HostAddresses>;
  /** For fail2ban; without it fail2ban is not asked. */
  readonly run?: RunCommand;
}

export function openLockouts(given: OpenLockoutsParts): Lockouts {
  const { database, ledger, clock, hostFacts } = given;
  const enforcement = openEnforcement(given);
  const parts: LockoutParts = { database, ledger, clock, enforcement, hostFacts, run: given.run };
  const expiry = openExpiry(parts);

  return {
    active: async () => await enforcement.marked(await activeRows(database.db, clock.now())),
    recent: async (limit) => await enforcement.marked(await recentRows(database.db, limit)),
    historyOf: async (target) => await enforcement.marked(await historyRows(database.db, target)),
    lock: (actor, input) => lockByHand(parts, actor, input),
    unlock: async (actor, target) => [...(await release(parts, actor, target)).freed],
    release: (actor, target) => release(parts, actor, target),
    unlockAll: async (actor) => [...(await releaseAll(parts, actor)).freed],
    allow: (actor, input) => addAllowed(parts, actor, input),
    disallow: (actor, cidr) => removeAllowed(parts, actor, cidr),
    allowList: () => allowRows(database.db, clock.now()),
    policy: () => readPolicy(database.db),
    setPolicy: (actor, change) => setPolicy(parts, actor, change),
    async protection(address) {
      const { cidr } = parseTarget(address, { bareIpv6: 128 });
      return whyProtected(networkIn(cidr), await enforcement.protectedNow());
    },
    async coverOf(address) {
      const { cidr } = parseTarget(address, { bareIpv6: 128 });
      if (whyProtected(networkIn(cidr), await enforcement.protectedNow()) !== null) return null;
      return await coverOf(database.db, cidr, clock.now());
    },
    expire: () => expiry.run(),
    enforce: async (options) =>
      database.readOnly ? { mended: false, what: null } : await enforcement.enforceAll(options),
    recordDecisions: (trx, decisions) => recordDecisions(trx, parts, decisions),
    enforceNew: (lockouts) => enforcement.add(lockouts),
  };
}

async function setPolicy(
  { ledger, clock, enforcement }: LockoutParts,
  actor: Actor,
  change: Partial<LockoutPolicy>,
): Promise<LockoutPolicy> {
  const entry = { action: "lockout.policy", target: "lockout" };
  const { before, after } = await ledger.change(actor, entry, async ({ trx, entry }) => {
    const before = await readPolicy(trx);
    const after = await changedPolicy(before, change);
    entry.details = differences(before, after);
    await writeSetting(trx, POLICY_KEY, after, clock.now());
    return { before, after };
  });
  const proxies = [...before.trustedProxies, ...after.trustedProxies];
  if (proxies.length > 0) await enforcement.refresh(proxies);
  return after;
}

/** `{field: {old, new}}` of what is not the same. */
function differences(before: LockoutPolicy, after: LockoutPolicy): Record<string, Json> {
  const fields = Object.keys(after) as (keyof LockoutPolicy)[];
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  return Object.fromEntries(changed.map((field) => [field, { old: before[field], new: after[field] }]));
}
