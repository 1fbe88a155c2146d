import { setImmediate } from "node:timers/promises";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { translateFileError } from "../host/file-errors.ts";
import { applyRow, stepText, tellingRefusals } from "./audit-rows.ts";
import { bootTime, TICKS_PER_SECOND } from "./boot.ts";
import { doStep } from "./carry-out.ts";
import type { ChangePlan, CheckResult, DriftedFile } from "./change.ts";
import type { ApplyOptions } from "./changes.ts";
import { draftDrift } from "./drift.ts";
import { assertMayChange, type Engine } from "./engine.ts";
import { finish } from "./finish.ts";
import { isPending, type JournalRecord, NEW_RECORD } from "./journal-record.ts";
import { alone } from "./lock.ts";
import { passiveSteps, planSteps, sameSteps } from "./plan-steps.ts";
import { reasonOf } from "./reasons.ts";
import { rollBack } from "./roll-back.ts";
import { assertRoom } from "./room.ts";
import { activateAll, assertPassed, probeAll, verifyAll } from "./service-calls.ts";
import { isOverdue, settleOpen } from "./settle.ts";
import type { FileStep } from "./steps/file.ts";
import { arm } from "./timer.ts";
import { presentWorker } from "./worker.ts";

/** @throws CastellanError see `Changes.apply` */
export async function applyChange(
  engine: Engine,
  actor: Actor,
  plan: ChangePlan,
  options: ApplyOptions,
): Promise<JournalRecord> {
  assertMayChange(engine);
  const row = { action: "change.apply", target: plan.draft.kind };
  return tellingRefusals(engine, actor, row, () => {
    return alone(engine, async (interrupted) => {
      await settleOpen(engine);
      return applyAlone(engine, actor, plan, { ...options, interrupted });
    });
  });
}

/** How to apply, by who holds the lock. */
export interface ApplyAlone extends ApplyOptions {
  /** Aborted once somebody asks this process to end. */
  readonly interrupted: AbortSignal;
}

/** As {@link applyChange}, by who holds the lock. */
export async function applyAlone(
  engine: Engine,
  actor: Actor,
  plan: ChangePlan,
  options: ApplyAlone,
): Promise<JournalRecord> {
  assertNoneWaits(engine);
  await assertCurrent(engine, plan);
  assertSeen(engine, plan, options.overwrite ?? []);
  assertRoom(engine, plan.steps);
  assertGoesOn(options);
  const begun = await begin(engine, actor, plan, options);
  return carryOut(engine, actor, begun, options);
}

/** @throws CastellanError `change_failed` once somebody has asked castellan to end */
function assertGoesOn({ interrupted }: Pick<ApplyAlone, "interrupted">): void {
  if (interrupted.aborted) throw new CastellanError("change_failed", String(interrupted.reason));
}

function assertNoneWaits({ journal }: Engine): void {
  for (const id of journal.open()) {
    const record = journal.read(id);
    if (record === null || !isPending(record)) continue;
    const waits = record.state === "applied" ? "waits for confirmation" : "could not be rolled back yet";
    throw new CastellanError(
      "change_waiting",
      `change ${id} (${record.draft.title}) ${waits}${record.fault === null ? "" : `: ${record.fault}`}`,
      `castellan change confirm ${id}, or castellan change rollback ${id}`,
    );
  }
}

/** Everything that the plan was made from is looked at again. */
async function assertCurrent(engine: Engine, plan: ChangePlan): Promise<void> {
  const fresh = await planSteps(engine, plan.draft);
  const refusals = [...plan.refusals, ...fresh.refusals];
  if (refusals.length > 0) {
    throw new CastellanError("change_refused", `the change is refused: ${refusals.join("; ")}`);
  }
  if (sameSteps(fresh.steps, plan.steps)) return;
  throw new CastellanError(
    "stale_plan",
    "the system has changed since this was planned; nothing was changed",
    "plan it again and look at the difference",
  );
}

function assertSeen(engine: Engine, plan: ChangePlan, overwrite: readonly string[]): void {
  const files = plan.steps.filter((step): step is FileStep => step.do === "file");
  const drift = draftDrift(engine, plan.draft, files);
  const unseen = drift.filter((file) => !overwrite.includes(file.path) || !wasShown(plan, file));
  if (unseen.length === 0) return;
  throw new CastellanError(
    "drifted",
    `edited by somebody else: ${unseen.map(({ path }) => path).join(", ")}`,
    "look at the difference; say that it may be overwritten, or keep it with `castellan change keep`",
  );
}

/** The yes was given to what the plan showed. */
function wasShown({ drift }: ChangePlan, { path, present }: DriftedFile): boolean {
  return drift.some((shown) => shown.path === path && shown.present === present);
}

/**
 * Journal, audit row, timer: all three stand before the first file is touched, or nothing happens at all.
 * @throws CastellanError of the ledger; `change_failed` when no timer can be started; `storage_full`
 */
async function begin(
  engine: Engine,
  actor: Actor,
  { draft, steps, diffs }: ChangePlan,
  { connection }: ApplyOptions,
): Promise<JournalRecord> {
  const { parts, journal, disk } = engine;
  const { bootId, ticks } = bootTime(parts);
  const now = parts.clock.now();
  const seconds = draft.confirmSeconds;
  let record: JournalRecord;
  try {
    record = journal.begin({
      ...NEW_RECORD,
      draft,
      steps,
      diffs,
      actor: { name: actor.name, address: actor.address },
      connection,
      startedAt: now,
      worker: presentWorker(engine),
      deadline: seconds === undefined ? null : now + seconds * 1_000,
      bootId,
      deadlineTicks: seconds === undefined ? null : ticks + seconds * TICKS_PER_SECOND,
    });
  } catch (error) {
    throw translateFileError(error, journal.lockPath);
  }
  try {
    disk.announce("audit change.apply");
    await parts.ledger.record(actor, applyRow(record));
  } catch (error) {
    journal.forget(record.id);
    throw error;
  }
  return record;
}

async function carryOut(
  engine: Engine,
  actor: Actor,
  begun: JournalRecord,
  { onProgress = () => {}, interrupted }: ApplyAlone,
): Promise<JournalRecord> {
  let record = begun;
  const tellInterruption = () => onProgress(`${interrupted.reason}: it is finished safely first`);
  interrupted.addEventListener("abort", tellInterruption);
  // Asked before each thing that is done: what is under way is finished, and nothing more is begun.
  const progress = (what: string): void => {
    assertGoesOn({ interrupted });
    onProgress(what);
  };
  try {
    record = await arm(engine, begun);
    if (record !== begun) engine.journal.write(record);
    const probes = await doAll(engine, record, progress);
    // A signal that has come already is told of in the event loop's next turn.
    await setImmediate();
    assertGoesOn({ interrupted });
    record = conclude(engine, { ...record, probes });
  } catch (error) {
    // What was under way may have failed by the very same signal.
    const reason = interrupted.aborted ? String(interrupted.reason) : reasonOf(error);
    onProgress(`roll back: ${reason}`);
    const ended = await rollBack(engine, record, actor, reason, onProgress);
    throw failure(ended, reason, error);
  } finally {
    interrupted.removeEventListener("abort", tellInterruption);
  }
  return record.state === "confirmed" ? finish(engine, record) : record;
}

/** What lies in place is verified before any running service is touched. */
async function doAll(
  engine: Engine,
  { draft, steps }: JournalRecord,
  progress: (what: string) => void,
): Promise<readonly CheckResult[]> {
  const passive = passiveSteps(steps);
  for (const [at, step] of steps.entries()) {
    if (at === passive) assertPassed(await verifyAll(engine, draft, progress));
    progress(stepText(step));
    await doStep(engine, step);
  }
  if (passive === steps.length) assertPassed(await verifyAll(engine, draft, progress));
  await activateAll(engine, draft, progress);
  const probes = await probeAll(engine, draft, progress);
  assertPassed(probes);
  return probes;
}

function conclude(engine: Engine, record: JournalRecord): JournalRecord {
  const { parts, journal } = engine;
  const now = parts.clock.now();
  const { ticks } = bootTime(parts);
  // From here on it waits for a person: nobody works at it.
  const { worker, ...rest } = record;
  const done: JournalRecord = { ...rest, appliedAt: now, appliedTicks: ticks };
  if (record.deadline === null) {
    const confirmed: JournalRecord = { ...done, state: "confirmed", settledAt: now };
    journal.write(confirmed);
    return confirmed;
  }
  if (isOverdue(engine, record)) {
    throw new CastellanError("change_failed", "making it took longer than the time to confirm it");
  }
  const applied: JournalRecord = { ...done, state: "applied" };
  journal.write(applied);
  return applied;
}

function failure(record: JournalRecord, reason: string, cause: unknown): CastellanError {
  const { id, state, fault } = record;
  const options = { cause };
  if (state === "rolled_back" && fault === null) {
    return new CastellanError(
      "change_failed",
      `change ${id} was rolled back: ${reason}`,
      `everything is as before; see castellan change show ${id}`,
      options,
    );
  }
  const isBack = state === "rolled_back";
  return new CastellanError(
    "change_failed",
    `change ${id} failed (${reason}) and ${isBack ? "was rolled back with trouble" : "could not be rolled back yet"}: ${fault}`,
    isBack
      ? `see castellan change show ${id}`
      : "castellan tries again; `castellan change settle` does at once",
    options,
  );
}
