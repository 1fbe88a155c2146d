import type { AuditEntry, Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import { acceptancesAt, coverOf, endOverdue } from "./acceptances.ts";
import type { AdvisorProgress, AdvisorReport, AdvisorRun } from "./advisor.ts";
import type { Check } from "./check.ts";
import type { HostDoor } from "./gather.ts";
import type { Judged } from "./judge.ts";
import { measure } from "./measure.ts";
import { pacedLimits } from "./pace.ts";
import type { Rating } from "./rating.ts";
import { readReport } from "./report.ts";
import { scoreOf } from "./score.ts";
import { type NewRun, readRatings, readRun, readRuns, storeRun } from "./store.ts";

/** What runs are made and read with. */
export interface RunRoom {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly door: HostDoor;
  /** Loaded at the first call. */
  readonly checks: () => Promise<readonly Check[]>;
}

/** Measures everything and stores it. */
export async function makeRun(
  room: RunRoom,
  actor: Actor,
  onProgress?: (progress: AdvisorProgress) => void,
): Promise<AdvisorReport> {
  const startedAt = room.clock.now();
  const checks = room.checks();
  const limitOf = await pacedLimits(room.door, checks);
  const judged = await measure(room.door, await checks, { onProgress, limitOf });
  return await reportOf(room, await record(room, actor, judged, startedAt));
}

/** The newest stored report, or null. */
export async function latestReport(room: RunRoom): Promise<AdvisorReport | null> {
  const [newest] = await readRuns(room.database.db, 1);
  return newest === undefined ? null : await reportOf(room, newest);
}

/** @throws CastellanError `not_found` */
export async function storedReport(room: RunRoom, runId: number): Promise<AdvisorReport> {
  const run = await readRun(room.database.db, runId);
  if (run !== null) return await reportOf(room, run);
  throw new CastellanError("not_found", `there is no run ${runId}`, "see castellan advisor history");
}

async function reportOf({ database, clock, checks }: RunRoom, run: AdvisorRun): Promise<AdvisorReport> {
  const [newest] = await readRuns(database.db, 1);
  const time = newest?.id === run.id ? clock.now() : run.endedAt;
  return await readReport(database.db, run, await checks(), time);
}

/** Stores what was measured, ends acceptances that are over, and tells what changed: one transaction. */
async function record(
  { ledger, clock }: RunRoom,
  actor: Actor,
  judged: readonly Judged[],
  startedAt: number,
): Promise<AdvisorRun> {
  const entry: AuditEntry = { action: "advisor.run", target: "this host" };
  return await ledger.change(actor, entry, async ({ trx }) => {
    const endedAt = clock.now();
    await endOverdue(trx, ledger, endedAt);
    const acceptances = await acceptancesAt(trx, endedAt);
    const accepted = judged.filter(
      ({ check, verdict }) => coverOf(acceptances.get(check.id), verdict.rating) !== null,
    ).length;
    const [previous] = await readRuns(trx, 1);
    const run: NewRun = {
      startedAt,
      endedAt,
      by: actor.name,
      score: scoreOf(judged),
      ...countsOf(judged),
      accepted,
    };
    const stored = await storeRun(trx, run, judged);
    const { passed, warnings, criticals, unknowns } = run;
    entry.details = {
      run: stored.id,
      score: { old: previous?.score ?? null, new: run.score },
      ...{ passed, warnings, criticals, unknowns, accepted },
      changed: changedRatings(await readRatings(trx, previous?.id ?? null), judged),
    };
    return stored;
  });
}

function countsOf(judged: readonly Judged[]): Pick<NewRun, "passed" | "warnings" | "criticals" | "unknowns"> {
  const count = (rating: Rating): number => judged.filter(({ verdict }) => verdict.rating === rating).length;
  return {
    passed: count("passed"),
    warnings: count("warning"),
    criticals: count("critical"),
    unknowns: count("unknown"),
  };
}

function changedRatings(
  before: ReadonlyMap<string, Rating>,
  judged: readonly Judged[],
): Record<string, { old: Rating; new: Rating }> {
  const changed: Record<string, { old: Rating; new: Rating }> = {};
  for (const { check, verdict } of judged) {
    const old = before.get(check.id);
    if (old !== undefined && old !== verdict.rating) changed[check.id] = { old, new: verdict.rating };
  }
  return changed;
}
