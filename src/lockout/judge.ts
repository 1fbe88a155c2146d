import { formatNetwork, networkAround, parseNetwork } from "../host/address.ts";
import { accountKey } from "./account-key.ts";
import { networkIn, overlaps } from "./addresses.ts";
import type { LockoutPolicy } from "./policy.ts";
import { createRecentMap } from "./recent-map.ts";
import { Trail, type TrailEntry } from "./trail.ts";

/** One stored attempt, as far as counting needs it. */
export interface Try {
  /** Of the stored attempt; evidence. */
  readonly id: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** The key of the address: {@link networkOf}. */
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

const NETWORKS_KEPT = 65_536;
const ACCOUNTS_KEPT = 16_384;
const WIDE_KEPT = 16_384;
/** An account alarm and a wide IPv6 lockout need so many different networks. */
const FEW_NETWORKS = 3;
const EVIDENCE_KEPT = 100;
const MINUTE = 60_000;

interface NetworkCount {
  readonly tries: Trail;
  readonly accounts: Trail;
  /** Its /56 and /48, when it is an IPv6 /64. */
  readonly around: readonly string[];
}

/**
 * @param now epoch milliseconds: backlog that is a window older than this, or than the newest live try, is not counted
 */
export function createJudge(initial: LockoutPolicy, now: number): Judge {
  let policy = initial;
  let latest = now;
  const networks = createRecentMap<NetworkCount>(NETWORKS_KEPT);
  const wide = createRecentMap<Trail>(WIDE_KEPT);
  const accounts = createRecentMap<Trail>(ACCOUNTS_KEPT);

  function countOf(network: string): NetworkCount {
    const known = networks.get(network);
    if (known !== undefined) return known;
    const fresh = { tries: new Trail(), accounts: new Trail(), around: widerKeys(network) };
    networks.set(network, fresh);
    return fresh;
  }

  function trailOf(map: typeof wide, key: string): Trail {
    const known = map.get(key);
    if (known !== undefined) return known;
    const fresh = new Trail();
    map.set(key, fresh);
    return fresh;
  }

  /** Adds a try to a trail; false: it is too old to count there. */
  function add(trail: Trail, entry: TrailEntry, live: boolean, minutes: number, limit: number): void {
    const windowMs = minutes * MINUTE;
    if (live) {
      if (trail.isBehind(entry.time, windowMs)) trail.pullBack(entry.time);
    } else if (entry.time <= latest - windowMs) return;
    trail.add(entry, windowMs, limit);
  }

  function judgeNetwork(attempt: Try, account: string | null): LockDecision | null {
    const count = countOf(attempt.network);
    const { id, time, live, tries } = attempt;
    add(count.tries, { id, time, weight: tries, member: "" }, live, policy.windowMinutes, policy.attempts);
    if (account !== null) {
      count.accounts.forget(account);
      const entry = { id, time, weight: 1, member: account };
      add(count.accounts, entry, live, policy.sprayWindowMinutes, policy.sprayAccounts);
    }
    const reason = reasonOf(count, policy);
    if (!live || reason === null) return null;
    const trail = count.tries.weight >= policy.attempts ? count.tries : count.accounts;
    const evidence = trail.ids.slice(-EVIDENCE_KEPT);
    count.tries.clear();
    count.accounts.clear();
    return { scope: "address", target: attempt.network, reason, evidence };
  }

  function judgeAround({ network, id, time, tries, live }: Try): LockDecision[] {
    if (policy.ipv6WidenFactor === 0) return [];
    return countOf(network).around.flatMap((target, step) => {
      const limit = policy.attempts * policy.ipv6WidenFactor ** (step + 1);
      const trail = trailOf(wide, target);
      add(trail, { id, time, weight: tries, member: network }, live, policy.windowMinutes, limit);
      if (!live || trail.weight < limit || trail.distinct() < FEW_NETWORKS) return [];
      const reason = `${failures(trail.weight)} within ${minutesText(policy.windowMinutes)} from ${trail.distinct()} of its networks`;
      const evidence = trail.ids.slice(-EVIDENCE_KEPT);
      trail.clear();
      return [{ scope: "address" as const, target, reason, evidence }];
    });
  }

  function judgeAccount({ network, id, time, tries, live }: Try, account: string): LockDecision | null {
    const trail = trailOf(accounts, account);
    const limit = policy.accountAttempts;
    add(trail, { id, time, weight: tries, member: network }, live, policy.accountWindowMinutes, limit);
    if (!live || trail.weight < limit || trail.distinct() < FEW_NETWORKS) return null;
    const reason = `under attack: ${failures(trail.weight)} within ${minutesText(policy.accountWindowMinutes)} from ${trail.distinct()} networks`;
    const evidence = trail.ids.slice(-EVIDENCE_KEPT);
    trail.clear();
    return { scope: "account", target: account, reason, evidence };
  }

  function consider(attempt: Try, decisions: LockDecision[]): void {
    const account = attempt.account === null ? null : accountKey(attempt.account) || null;
    if (attempt.live) latest = Math.max(latest, attempt.time);
    if (attempt.success) {
      // Only the account's: an attacker who has one account would else clear the count of their address with it.
      if (account !== null) accounts.delete(account);
      return;
    }
    if (attempt.tries <= 0) return;
    const address = judgeNetwork(attempt, account);
    if (address !== null) decisions.push(address);
    decisions.push(...judgeAround(attempt));
    const alarm = account === null ? null : judgeAccount(attempt, account);
    if (alarm !== null) decisions.push(alarm);
  }

  function decide(tries: readonly Try[]): LockDecision[] {
    const decisions: LockDecision[] = [];
    if (policy.enabled) for (const attempt of tries) consider(attempt, decisions);
    return decisions;
  }

  return {
    consider: decide,
    load: (history) => {
      decide(history);
    },
    setPolicy(changed) {
      policy = changed;
    },
    forget(target) {
      accounts.delete(accountKey(target));
      const range = parseNetwork(target);
      if (range === null) return;
      for (const map of [networks, wide]) {
        for (const key of map.keys()) if (overlaps(networkIn(key), range)) map.delete(key);
      }
    },
  };
}

function reasonOf({ tries, accounts }: NetworkCount, policy: LockoutPolicy): string | null {
  if (tries.weight >= policy.attempts) {
    return `${failures(tries.weight)} within ${minutesText(policy.windowMinutes)}`;
  }
  if (accounts.weight < policy.sprayAccounts) return null;
  return `tried ${accounts.weight} different accounts within ${minutesText(policy.sprayWindowMinutes)}`;
}

/** The /56 and /48 around an IPv6 /64. */
function widerKeys(key: string): string[] {
  if (!key.endsWith("/64")) return [];
  const { family, first, prefix } = networkIn(key);
  if (family !== 6 || prefix !== 64) return [];
  return [56, 48].map((bits) => formatNetwork(networkAround({ family, value: first }, bits)));
}

function failures(count: number): string {
  return `${count} failed ${count === 1 ? "sign-in" : "sign-ins"}`;
}

function minutesText(minutes: number): string {
  return `${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}
