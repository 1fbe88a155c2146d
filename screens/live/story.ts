import type { AuditEvent } from "../../src/audit/event.ts";
import type { Castellan } from "../../src/castellan.ts";
import { networkOf } from "../../src/lockout/addresses.ts";
import type { AllowEntry, Lockout } from "../../src/lockout/lockouts.ts";
import type { Attempt } from "../../src/watch/queries.ts";

/** Everything known of one address. */
export interface Story {
  /** The network that its lockouts count by. */
  readonly network: string;
  readonly cover: Lockout | null;
  /** Why it is never locked, or null. */
  readonly protection: string | null;
  readonly allowed: readonly AllowEntry[];
  readonly lockouts: readonly Lockout[];
  readonly attempts: readonly Attempt[];
  readonly audit: readonly AuditEvent[];
}

const LINES = 200;

/** Collects the story of an address or network from every layer. */
export async function readStory({ lockouts, watch, audit }: Castellan, target: string): Promise<Story> {
  const address = target.replace(/\/\d+$/, "");
  const network = target.includes("/") ? target : networkOf(address);
  const [cover, protection, allowList, history, attempts, rows] = await Promise.all([
    lockouts.coverOf(address),
    lockouts.protection(address),
    lockouts.allowList(),
    lockouts.historyOf(network),
    watch.attempts({ address: network, limit: LINES, everyLine: true }),
    audit.query({ text: address, limit: 50 }),
  ]);
  return { network, cover, protection, allowed: allowList, lockouts: history, attempts, audit: rows.events };
}
