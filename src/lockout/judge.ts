import { parseNetwork } from "../host/address.ts";
import { accountKey } from "./account-key.ts";
import { networkIn, overlaps } from "./addresses.ts";
import { widerNetworks } from "./ipv6-around.ts";
import type { LockoutPolicy } from "./policy.ts";
import { createRecentMap, type RecentMap } from "./recent-map.ts";
import { type Step, Trail } from "./trail.ts";

/** One stored attempt, as far as counting needs it. */
export interface Try {
  /** Of the stored attempt; evidence. */
  readonly id: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** The key of the address: `networkOf(address)`. */
  readonly network: string;
  readonly address: string;
  /** The account that was tried; spellings are folded here, e-mail addresses by the caller. */
  readonly account: string | null;
  /** How many failed authentications; 0 counts nothing. */
  readonly tries: number;
  /** Read as it was written; what is read later counts, but never locks. */
  readonly live: boolean;
  readonly success: boolean;
}

/** Who is to be locked, why, and by which attempts (ids; the newest 100 at the most). */
export interface LockDecision {
  readonly scope: "address" | "account";
  readonly target: string;
  readonly reason: string;
  readonly evidence: readonly number[];
  /** The addresses that those attempts came from. */
  readonly addresses?: readonly string[];
}

/** Counts tries and decides who is locked; in memory, without a disk and without a clock. */
export interface Judge {
  /** Counts the tries in their order. Whoever is locked begins anew at zero. */
  consider(tries: readonly Try[]): LockDecision[];
  /** Forgets what a network (and those in it, and around it) or an account has on its count. */
  forget(target: string): void;
  setPolicy(policy: LockoutPolicy): void;
  /** Counts what happened before a restart, oldest first; decides nothing. */
  load(history: readonly Try[]): void;
}

/** Of each kind at least half as many are remembered; then those not seen for longest are forgotten. */
const NETWORKS_KEPT = 32_768;
const ACCOUNTS_KEPT = 4_096;
const WIDE_KEPT = 4_096;
/** An account's alarm and a wide IPv6 lockout need so many different networks. */
const FEW_NETWORKS = 3;
/** A trail has no more steps than this, whatever the policy asks of wide networks. */
const WIDE_LIMIT = 1_000;
const MINUTE = 60_000;

interface NetworkCount {
  readonly tries: Trail;
  readonly accounts: Trail;
  /** Its /56 and /48, when it is an IPv6 /64. */
  readonly around: readonly string[];
}

/**
 * @param now epoch milliseconds: backlog that is a window older than this, or than the newest live try, does not count
 */
export function createJudge(policy: LockoutPolicy, now: number): Judge {
  return new MemoryJudge(policy, now);
}

class MemoryJudge implements Judge {
  readonly #networks: RecentMap<NetworkCount> = createRecentMap(NETWORKS_KEPT);
  readonly #wide: RecentMap<Trail> = createRecentMap(WIDE_KEPT);
  readonly #accounts: RecentMap<Trail> = createRecentMap(ACCOUNTS_KEPT);
  #policy: LockoutPolicy;
  #latest: number;

  constructor(policy: LockoutPolicy, now: number) {
    this.#policy = policy;
    this.#latest = now;
  }

  setPolicy(policy: LockoutPolicy): void {
    this.#policy = policy;
  }

  load(history: readonly Try[]): void {
    this.consider(history);
  }

  consider(tries: readonly Try[]): LockDecision[] {
    const decisions: LockDecision[] = [];
    if (!this.#policy.enabled) return decisions;
    for (const attempt of tries) this.#take(attempt, decisions);
    return decisions;
  }

  forget(target: string): void {
    this.#accounts.delete(accountKey(target));
    const range = parseNetwork(target);
    if (range === null) return;
    for (const map of [this.#networks, this.#wide]) {
      for (const key of map.keys()) if (overlaps(networkIn(key), range)) map.delete(key);
    }
  }

  #take(attempt: Try, decisions: LockDecision[]): void {
    const { id, time, network, address, tries, live } = attempt;
    const account = attempt.account === null ? "" : accountKey(attempt.account);
    if (live && time > this.#latest) this.#latest = time;
    if (attempt.success) {
      // Only the account's: an attacker who has one account would else clear the count of their address with it.
      this.#accounts.delete(account);
      return;
    }
    if (tries <= 0) return;
    const step: Step = { id, time, tries, network, address, account };
    this.#takeNetwork(step, live, decisions);
    if (account !== "") this.#takeAccount(step, live, decisions);
  }

  #takeNetwork(step: Step, live: boolean, decisions: LockDecision[]): void {
    const { windowMinutes, attempts, sprayWindowMinutes, sprayAccounts } = this.#policy;
    const { tries, accounts, around } = this.#countOf(step.network);
    if (this.#counts(step, live, windowMinutes)) tries.add(step, live, windowMinutes * MINUTE, attempts);
    if (step.account !== "" && this.#counts(step, live, sprayWindowMinutes)) {
      accounts.addOnce(step, live, sprayWindowMinutes * MINUTE, sprayAccounts);
    }
    for (const [index, target] of around.entries()) this.#takeWide(step, live, target, index + 1, decisions);
    if (!live) return;
    const guessed = tries.tries >= attempts;
    if (!guessed && accounts.length < sprayAccounts) return;
    const reason = guessed
      ? `${failures(tries.tries)} within ${minutes(windowMinutes)}`
      : `tried ${accounts.length} different accounts within ${minutes(sprayWindowMinutes)}`;
    decisions.push({
      scope: "address",
      target: step.network,
      reason,
      ...proofOf(guessed ? tries : accounts),
    });
    tries.clear();
    accounts.clear();
  }

  #takeWide(step: Step, live: boolean, target: string, power: number, decisions: LockDecision[]): void {
    const { windowMinutes, attempts, ipv6WidenFactor } = this.#policy;
    if (ipv6WidenFactor === 0 || !this.#counts(step, live, windowMinutes)) return;
    const trail = trailIn(this.#wide, target);
    const limit = Math.min(attempts * ipv6WidenFactor ** power, WIDE_LIMIT);
    trail.add(step, live, windowMinutes * MINUTE, limit);
    if (!live || trail.tries < limit || !trail.hasNetworks(FEW_NETWORKS)) return;
    const reason = `${failures(trail.tries)} within ${minutes(windowMinutes)} from ${trail.networks()} networks in it`;
    decisions.push({ scope: "address", target, reason, ...proofOf(trail) });
    trail.clear();
  }

  #takeAccount(step: Step, live: boolean, decisions: LockDecision[]): void {
    const { accountWindowMinutes, accountAttempts } = this.#policy;
    if (!this.#counts(step, live, accountWindowMinutes)) return;
    const trail = trailIn(this.#accounts, step.account);
    trail.add(step, live, accountWindowMinutes * MINUTE, accountAttempts);
    if (!live || trail.tries < accountAttempts || !trail.hasNetworks(FEW_NETWORKS)) return;
    const where = `from ${trail.networks()} networks`;
    const reason = `under attack ${where}: ${failures(trail.tries)} within ${minutes(accountWindowMinutes)}`;
    decisions.push({ scope: "account", target: step.account, reason, evidence: trail.evidence() });
    trail.clear();
  }

  #countOf(network: string): NetworkCount {
    const known = this.#networks.get(network);
    if (known !== undefined) return known;
    const fresh = { tries: new Trail(), accounts: new Trail(), around: widerNetworks(network) };
    this.#networks.set(network, fresh);
    return fresh;
  }

  /** Backlog counts when it lies in the window that ends now. */
  #counts(step: Step, live: boolean, windowMinutes: number): boolean {
    return live || step.time > this.#latest - windowMinutes * MINUTE;
  }
}

function trailIn(map: RecentMap<Trail>, key: string): Trail {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = new Trail();
  map.set(key, fresh);
  return fresh;
}

function proofOf(trail: Trail): Pick<LockDecision, "evidence" | "addresses"> {
  return { evidence: trail.evidence(), addresses: trail.addresses() };
}

function failures(count: number): string {
  return `${count} failed ${count === 1 ? "sign-in" : "sign-ins"}`;
}

function minutes(count: number): string {
  return `${count} ${count === 1 ? "minute" : "minutes"}`;
}
