import type { Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import { codeOf } from "../errors.ts";
import { rangeText } from "../firewall/elements.ts";
import { type Firewall, type FirewallElement, TABLE_MISSING } from "../firewall/firewall.ts";
import { intersect, subtract, union } from "../firewall/ranges.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { AddressRange } from "../host/address.ts";
import type { Clock } from "../host/clock.ts";
import type { HostAddresses } from "../host/network.ts";
import { networkIn } from "./addresses.ts";
import { justFreed, liftedAmong, stampOf } from "./enforcement-queries.ts";
import { readPolicy } from "./policy.ts";
import { type ProtectedRange, protectedRanges } from "./protection.ts";
import { activeRows, allowRows, type Lockout } from "./rows.ts";

/** Whether the firewall took a change; `fault` says why not. */
export interface Enforced {
  readonly enforced: boolean;
  readonly fault: string | null;
}

/** Brings the firewall in line with the lockouts in the database. */
export interface Enforcement {
  /** Ranges that are never locked, as they are now. */
  protectedNow(): Promise<ProtectedRange[]>;
  /** Adds new lockouts; never fails. */
  add(lockouts: readonly Lockout[]): Promise<Enforced>;
  /** Brings the given networks in line: what is locked in them, and nothing else; never fails. */
  refresh(cidrs: readonly string[]): Promise<Enforced>;
  /**
   * @param options `setsUp`: the first look since the engine began: a table that is not there yet (a first start, a
   *   restart of the machine) was taken away by nobody
   * @throws CastellanError `firewall_unavailable`
   */
  enforceAll(options?: EnforceOptions): Promise<{ mended: boolean; what: string | null }>;
  /** Says of each lockout whether the kernel holds it. */
  marked(lockouts: readonly Lockout[]): Promise<Lockout[]>;
}

export interface EnforceOptions {
  readonly setsUp?: boolean;
}

export interface EnforcementParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly firewall: Firewall;
  readonly hostFacts: () => Promise<HostAddresses>;
}

/** Somebody else changed the lockouts while the firewall was brought in line: once more, so often at the most. */
const ROUNDS = 3;
/** What was locked or freed so lately may be on its way into the firewall: that it is otherwise there is no damage. */
const FRESH_MS = 5_000;
/** What the kernel holds is read again after this long, for the screens. */
const HELD_MS = 2_000;

type Held = {
  readonly ranges: readonly AddressRange[];
  readonly fault: string | null;
  readonly known: boolean;
};

export function openEnforcement(parts: EnforcementParts): Enforcement {
  return new KernelEnforcement(parts);
}

class KernelEnforcement implements Enforcement {
  readonly #parts: EnforcementParts;
  #held: { readonly at: number; readonly value: Held } | null = null;

  constructor(parts: EnforcementParts) {
    this.#parts = parts;
  }

  async protectedNow(): Promise<ProtectedRange[]> {
    const { database, clock, hostFacts } = this.#parts;
    const { trustedProxies } = await readPolicy(database.db);
    const allowed = await allowRows(database.db, clock.now());
    return protectedRanges({ hosts: await hostFacts(), trustedProxies, allowed });
  }

  async add(lockouts: readonly Lockout[]): Promise<Enforced> {
    const { firewall, database, clock } = this.#parts;
    const result = await this.#attempt(async () => {
      const elements = elementsOf(lockouts, await this.protectedNow(), clock.now());
      if (elements.length > 0) await firewall.apply({ add: elements, remove: [] });
    });
    // Somebody may have unlocked one between its commit and this; the kernel would hold it for its whole time.
    const lifted = await liftedAmong(database.db, lockouts);
    return lifted.length === 0 ? result : await this.refresh(lifted);
  }

  async refresh(cidrs: readonly string[]): Promise<Enforced> {
    const { firewall, database, clock } = this.#parts;
    return await this.#attempt(async () => {
      const active = await activeRows(database.db, clock.now());
      const add = elementsOf(active, await this.protectedNow(), clock.now(), within(cidrs));
      await firewall.apply({ remove: cidrs, add });
    });
  }

  async enforceAll({
    setsUp = false,
  }: EnforceOptions = {}): Promise<{ mended: boolean; what: string | null }> {
    const found = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const stamp = await stampOf(this.#parts.database.db);
      const what = await this.#enforceOnce();
      const still = stamp === (await stampOf(this.#parts.database.db));
      // What the engine locked while we looked is no foreign element: only a calm look counts elements.
      if (what !== null && (still || !/^\d+ /.test(what))) found.add(what);
      if (still) break;
    }
    this.#held = null;
    if (setsUp) found.delete(TABLE_MISSING);
    if (found.size === 0) return { mended: false, what: null };
    const what = [...found].join("; ");
    const entry = { action: "firewall.mend", target: "inet castellan", details: { what } };
    await this.#parts.ledger.record(GUARD_ACTOR, entry);
    return { mended: true, what };
  }

  async marked(lockouts: readonly Lockout[]): Promise<Lockout[]> {
    if (!lockouts.some(isInForce)) return [...lockouts];
    const held = await this.#look();
    const exempt = union(await this.protectedNow());
    return lockouts.map((lockout) => (isInForce(lockout) ? mark(lockout, held, exempt) : lockout));
  }

  async #enforceOnce(): Promise<string | null> {
    const { firewall, database, clock } = this.#parts;
    const now = clock.now();
    const active = await activeRows(database.db, now);
    const exempt = await this.protectedNow();
    const fresh = active.filter(({ lockedAt }) => Math.abs(now - lockedAt) < FRESH_MS);
    const freed = await justFreed(database.db, now - FRESH_MS);
    const young = [...elementsOf(fresh, exempt, now), ...elementsOf(active, exempt, now, within(freed))];
    const isEarly = young.length + freed.length > 0;
    // Young ones bring the table along: whether it was there has to be asked before.
    const { available, present } = isEarly ? await firewall.state() : { available: true, present: true };
    if (isEarly) await firewall.apply({ add: young, remove: freed });
    const { what } = await firewall.reconcile(elementsOf(active, exempt, clock.now()));
    return available && !present ? TABLE_MISSING : what;
  }

  async #attempt(work: () => Promise<void>): Promise<Enforced> {
    try {
      await work();
      return { enforced: true, fault: null };
    } catch (error) {
      return { enforced: false, fault: (error as Error).message };
    } finally {
      this.#held = null;
    }
  }

  async #look(): Promise<Held> {
    const { firewall, clock } = this.#parts;
    const now = clock.monotonic();
    if (this.#held !== null && now - this.#held.at < HELD_MS) return this.#held.value;
    const value = await heldBy(firewall);
    this.#held = { at: now, value };
    return value;
  }
}

/** The elements that lock the lockouts' networks, as far as they lie `inside`, without what is protected in them. */
function elementsOf(
  lockouts: readonly Lockout[],
  protectedOnes: readonly ProtectedRange[],
  now: number,
  inside?: readonly AddressRange[],
): FirewallElement[] {
  const exempt = union(protectedOnes);
  return lockouts
    .filter(({ scope }) => scope === "address")
    .flatMap(({ target, expiresAt }) => {
      const timeoutMs = expiresAt === null ? null : expiresAt - now;
      if (timeoutMs !== null && timeoutMs <= 0) return [];
      const whole = networkIn(target);
      return (inside === undefined ? [whole] : intersect(whole, inside))
        .flatMap((range) => subtract(range, exempt))
        .map((range) => ({ cidr: rangeText(range), timeoutMs }));
    });
}

function within(cidrs: readonly string[]): AddressRange[] {
  return union(cidrs.map(networkIn));
}

async function heldBy(firewall: Firewall): Promise<Held> {
  try {
    const elements = await firewall.list();
    return { ranges: union(elements.map(({ cidr }) => networkIn(cidr))), fault: null, known: true };
  } catch (error) {
    // Without the right to change the firewall nothing of ours is in it; other failures say nothing.
    const known = codeOf(error) === "firewall_unavailable";
    return { ranges: [], fault: (error as Error).message, known };
  }
}

function mark(lockout: Lockout, held: Held, exempt: readonly AddressRange[]): Lockout {
  if (!held.known) return { ...lockout, enforced: null };
  const { family, first, last } = networkIn(lockout.target);
  const open = subtract({ family, first, last }, exempt).flatMap((range) => subtract(range, held.ranges));
  if (open.length === 0) return { ...lockout, enforced: true };
  return { ...lockout, enforced: false, ...(held.fault === null ? {} : { fault: held.fault }) };
}

function isInForce({ scope, liftedAt }: Lockout): boolean {
  return scope === "address" && liftedAt === null;
}
