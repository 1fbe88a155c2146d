import type { AuditEvent } from "../../src/audit/event.ts";
import type { AnchorVerdict } from "../../src/audit/verify-anchors.ts";
import type { Castellan } from "../../src/castellan.ts";
import type { ClockSync } from "../../src/host/clock-sync.ts";
import type { Lockout } from "../../src/lockout/lockouts.ts";
import type { TwoFactorCoverage } from "../../src/twofactor/types.ts";
import type { EngineHolder } from "../../src/watch/lease.ts";
import type { Share, SourceState } from "../../src/watch/queries.ts";

const HOUR_MS = 3_600_000;

/** Everything that the overview shows. */
export interface OverviewFacts {
  /** Failures and probes per 10 seconds over the last hour, oldest first. */
  readonly pressure: readonly number[];
  readonly lockouts: readonly Lockout[];
  readonly networks: readonly Share[];
  readonly accounts: readonly Share[];
  readonly engine: EngineHolder | null;
  readonly sources: readonly SourceState[];
  readonly coverage: readonly TwoFactorCoverage[];
  readonly audit: readonly AuditEvent[];
  /** When somebody else's change of our table was last mended, by whichever castellan; null: never. */
  readonly mendedAt: number | null;
  readonly protectionOn: boolean;
}

/** What is asked apart, because programs are run for it or files are read; undefined: not known yet. */
export interface AskedHealth {
  /** Whether locks are enforced. */
  readonly wall: { readonly available: boolean; readonly reason: string | null } | undefined;
  readonly clockSync: ClockSync | undefined;
  /** Whether the audit log agrees with what was anchored outside of the database. */
  readonly anchors: AnchorVerdict | undefined;
}

/** Reads the overview in one go. */
export async function readOverview(castellan: Castellan): Promise<OverviewFacts> {
  const { watch, lockouts, audit, clock, twoFactor } = castellan;
  const now = clock.now();
  const since = now - HOUR_MS;
  const [pressure, active, networks, accounts, engine, sources, coverage, rows, policy, mended] =
    await Promise.all([
      watch.pressure(since, now),
      lockouts.active(),
      watch.topNetworks(since, 12),
      watch.topAccounts(since, 12),
      watch.engine(),
      watch.sources(),
      twoFactor.coverage(),
      audit.query({ limit: 12 }),
      lockouts.policy(),
      audit.query({ action: "firewall.mend", limit: 1 }),
    ]);
  return {
    pressure,
    lockouts: active,
    networks,
    accounts,
    engine,
    sources,
    coverage,
    audit: rows.events,
    mendedAt: mended.events[0]?.time ?? null,
    protectionOn: policy.enabled,
  };
}

/** Attempts a minute over the last five minutes, and whether that is more than over the hour. */
export function trendOf(pressure: readonly number[]): {
  perMinute: number;
  word: "rising" | "falling" | "steady" | "quiet";
} {
  const recent = pressure.slice(-30);
  const before = pressure.slice(-90, -30);
  const rate = (values: readonly number[]): number =>
    values.length === 0 ? 0 : (values.reduce((sum, value) => sum + value, 0) / values.length) * 6;
  const now = rate(recent);
  const then = rate(before);
  if (now < 0.05 && then < 0.05) return { perMinute: 0, word: "quiet" };
  if (now > then * 1.5 + 0.2) return { perMinute: now, word: "rising" };
  if (now < then * 0.67) return { perMinute: now, word: "falling" };
  return { perMinute: now, word: "steady" };
}
