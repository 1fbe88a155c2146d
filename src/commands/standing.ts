import type { Castellan } from "../castellan.ts";
import type { FirewallState } from "../firewall/firewall.ts";
import type { ClockSync } from "../host/clock-sync.ts";
import type { Lockout } from "../lockout/lockouts.ts";
import type { TwoFactorCoverage } from "../twofactor/types.ts";
import type { EngineHolder } from "../watch/lease.ts";
import type { SourceState } from "../watch/queries.ts";
import type { Session } from "./context.ts";
import { isoTimeOrNull } from "./json.ts";
import { lockoutFacts } from "./lockout-view.ts";

const HOUR_MS = 3_600_000;
const BUCKETS_A_MINUTE = 6;

/** How things stand: what `status` says, and `overview` begins with. */
export interface Standing {
  readonly hostName: string;
  readonly state: string;
  readonly readOnly: boolean;
  /** Where the caller sits, and whether that address is locked out now. */
  readonly operator: {
    readonly address: string | null;
    readonly verified: boolean;
    readonly locked: boolean;
  };
  readonly protectionOn: boolean;
  readonly engine: EngineHolder | null;
  readonly sources: readonly SourceState[];
  readonly firewall: FirewallState;
  readonly clock: ClockSync;
  readonly lockouts: readonly Lockout[];
  /** Failures and probes of the last hour, and of each of its last minutes, oldest first. */
  readonly failuresLastHour: number;
  readonly pressure: readonly number[];
  readonly coverage: readonly TwoFactorCoverage[];
  /** Accounts that the policy wants to have a second factor and that have none. */
  readonly lacking: readonly string[];
  readonly audit: {
    readonly head: number;
    readonly hash: string;
    readonly anchored: number | null;
    readonly anchorsAgree: boolean;
    readonly fault: string | null;
  };
}

/** Reads everything at once; milliseconds, whatever the size of the database. */
export async function readStanding({ castellan, operator }: Session): Promise<Standing> {
  const { lockouts, watch, twoFactor, firewall, clock, options } = castellan;
  const now = clock.now();
  const [policy, engine, sources, wall, active, buckets, coverage, lacking, audit, locked, clockSync] =
    await Promise.all([
      lockouts.policy(),
      watch.engine(),
      watch.sources(),
      firewall.state(),
      lockouts.active(),
      watch.pressure(now - HOUR_MS, now),
      twoFactor.coverage(),
      twoFactor.lacking(),
      readAudit(castellan),
      operator.address === null ? null : lockouts.coverOf(operator.address).catch(() => null),
      castellan.clockSync(),
    ]);
  return {
    hostName: castellan.hostName,
    state: options.state,
    readOnly: options.readOnly,
    operator: { address: operator.address, verified: operator.verified, locked: locked !== null },
    protectionOn: policy.enabled,
    engine,
    sources,
    firewall: wall,
    clock: clockSync,
    lockouts: active,
    failuresLastHour: sum(buckets),
    pressure: perMinute(buckets),
    coverage,
    lacking: lacking.map(({ name }) => name),
    audit,
  };
}

async function readAudit({ audit }: Castellan): Promise<Standing["audit"]> {
  const [{ seq, hash }, { ok, anchoredSeq, reason }] = await Promise.all([audit.head(), audit.check()]);
  const fault = ok ? audit.anchorFault() : (reason ?? "the anchors do not agree with the database");
  return { head: seq, hash, anchored: anchoredSeq, anchorsAgree: ok, fault };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function perMinute(buckets: readonly number[]): number[] {
  const minutes: number[] = [];
  for (let end = buckets.length; end > 0; end -= BUCKETS_A_MINUTE) {
    minutes.unshift(sum(buckets.slice(Math.max(0, end - BUCKETS_A_MINUTE), end)));
  }
  return minutes;
}

/** The standing as JSON shows it. */
export function standingFacts(standing: Standing): object {
  const { engine, sources, firewall, lockouts, ...rest } = standing;
  return {
    ...rest,
    engine: engine === null ? null : { kind: engine.kind, pid: engine.pid },
    sources: sources.map((source) => ({
      ...source,
      lastLineAt: isoTimeOrNull(source.lastLineAt),
      lastReadAt: isoTimeOrNull(source.lastReadAt),
      faultSince: isoTimeOrNull(source.faultSince),
    })),
    firewall: { ...firewall, lastMendedAt: isoTimeOrNull(firewall.lastMendedAt) },
    lockouts: lockouts.map(lockoutFacts),
  };
}
