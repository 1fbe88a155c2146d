import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import { readSetting } from "../database/settings.ts";
import { CastellanError } from "../errors.ts";
import { parseTarget } from "./addresses.ts";

/** How login protection decides. */
export interface LockoutPolicy {
  readonly enabled: boolean;
  /** Failed tries from one address (IPv6: one /64) that lock it; 1 to 100. */
  readonly attempts: number;
  /** They count within so many minutes; 1 to 1,440. */
  readonly windowMinutes: number;
  /** How long the first lockout lasts; 1 to 525,600 minutes. */
  readonly lockMinutes: number;
  /** Each repeat lasts so many times longer; 1 (never longer) to 10. */
  readonly growthFactor: number;
  /** No automatic lockout lasts longer; at least `lockMinutes`, at most 525,600. */
  readonly maxLockMinutes: number;
  /** A lockout counts as a repeat for so many days; 0 (no growth) to 365. */
  readonly memoryDays: number;
  /** Different accounts tried from one network that lock it; 2 to 100. */
  readonly sprayAccounts: number;
  /** They count within so many minutes; 1 to 1,440. */
  readonly sprayWindowMinutes: number;
  /** Failed tries on one account, from three networks or more, that raise its alarm; 5 to 1,000. */
  readonly accountAttempts: number;
  /** They count within so many minutes; 1 to 1,440. */
  readonly accountWindowMinutes: number;
  /**
   * A /56 is locked at so many times `attempts` from three of its /64, a /48 at the square of it: an attacker who has
   * a /48 rotates through 65,536 keys. 1,000 tries are the most. 0: never wider than /64; else 2 to 10. IPv4 is never
   * widened.
   */
  readonly ipv6WidenFactor: number;
  /** Proxies whose address is never an attacker's: canonical networks, at most 1,000. */
  readonly trustedProxies: readonly string[];
}

/** The brief's figures (5 attempts, 15 minutes), doubled at each repeat up to a week. */
export const DEFAULT_POLICY: LockoutPolicy = {
  enabled: true,
  attempts: 5,
  windowMinutes: 15,
  lockMinutes: 15,
  growthFactor: 2,
  maxLockMinutes: 7 * 1440,
  memoryDays: 30,
  sprayAccounts: 10,
  sprayWindowMinutes: 720,
  accountAttempts: 50,
  accountWindowMinutes: 60,
  ipv6WidenFactor: 4,
  trustedProxies: [],
};

/** The key of the policy in the settings. */
export const POLICY_KEY = "policy.lockout";

const YEAR_MINUTES = 525_600;

/** The policy in force. */
export function readPolicy(db: Kysely<Schema>): Promise<LockoutPolicy> {
  return readSetting(db, POLICY_KEY, DEFAULT_POLICY);
}

/**
 * Lays a change over a policy and checks the whole.
 * @throws CastellanError `invalid_input`, naming each field that is out of its range
 */
export async function changedPolicy(
  policy: LockoutPolicy,
  change: Partial<LockoutPolicy>,
): Promise<LockoutPolicy> {
  const { z } = await import("zod");
  const whole = (min: number, max: number) => z.int().min(min).max(max);
  const schema = z.strictObject({
    enabled: z.boolean(),
    attempts: whole(1, 100),
    windowMinutes: whole(1, 1440),
    lockMinutes: whole(1, YEAR_MINUTES),
    growthFactor: z.number().min(1).max(10),
    maxLockMinutes: whole(1, YEAR_MINUTES),
    memoryDays: whole(0, 365),
    sprayAccounts: whole(2, 100),
    sprayWindowMinutes: whole(1, 1440),
    accountAttempts: whole(5, 1000),
    accountWindowMinutes: whole(1, 1440),
    ipv6WidenFactor: z.union([z.literal(0), whole(2, 10)]),
    trustedProxies: z.array(z.string()).max(1000),
  });
  const checked = schema.safeParse({ ...policy, ...change });
  if (!checked.success) {
    const faults = checked.error.issues.map(
      (issue) => `${issue.path.join(".") || "policy"}: ${issue.message}`,
    );
    throw new CastellanError("invalid_input", faults.join("; "), "nothing was changed");
  }
  const { maxLockMinutes, lockMinutes, trustedProxies } = checked.data;
  if (maxLockMinutes < lockMinutes) {
    throw new CastellanError(
      "invalid_input",
      `maxLockMinutes (${maxLockMinutes}) is less than lockMinutes (${lockMinutes})`,
      "raise the one or lower the other; nothing was changed",
    );
  }
  return { ...checked.data, trustedProxies: canonicalProxies(trustedProxies) };
}

function canonicalProxies(proxies: readonly string[]): string[] {
  return [...new Set(proxies.map((proxy) => narrow(proxy)))].sort();
}

/** A network that trusts half the internet would switch lockouts off unseen. */
function narrow(proxy: string): string {
  const { cidr, wide } = parseTarget(proxy, { bareIpv6: 128 });
  if (!wide) return cidr;
  throw new CastellanError("invalid_input", `${cidr} is too wide for a trusted proxy`, "name its networks");
}

/**
 * How long an automatic lockout lasts, in milliseconds.
 * @param repeat how often the target was locked before, within the policy's memory
 */
export function lockMs(policy: LockoutPolicy, repeat: number): number {
  const minutes = policy.lockMinutes * policy.growthFactor ** repeat;
  return Math.round(Math.min(minutes, policy.maxLockMinutes) * 60_000);
}
