import { GUARD_ACTOR } from "../host/actor.ts";
import { bootTime } from "./boot.ts";
import { type Engine, mayChange } from "./engine.ts";
import { finish } from "./finish.ts";
import { isPending, type JournalRecord } from "./journal-record.ts";
import { aloneOrNull } from "./lock.ts";
import { rollBack } from "./roll-back.ts";
import { endStuckWorker } from "./worker.ts";

/**
 * Finishes what a process left that is gone and rolls back what nobody confirmed in time; returns what it settled.
 * Gives way at once to another process that is at work, unless that is stuck at a change whose time is over.
 */
export async function settle(engine: Engine): Promise<JournalRecord[]> {
  if (!mayChange(engine)) return [];
  if (engine.journal.open().every((id) => isQuiet(engine, id))) return [];
  const settled = await aloneOrNull(engine, () => settleOpen(engine));
  if (settled === null) endStuckWorkers(engine);
  return settled ?? [];
}

/** Whoever works at a change beyond its time must be able to. */
function endStuckWorkers(engine: Engine): void {
  for (const id of engine.journal.open()) {
    const record = engine.journal.readOrNull(id);
    if (record !== null && isPending(record) && isOverdue(engine, record)) endStuckWorker(engine, record);
  }
}

/**
 * A change within its window, with nothing left to tell: seen each second, so without taking the lock. One that cannot
 * be read is told of by {@link settleOpen}, after the others.
 */
function isQuiet(engine: Engine, id: number): boolean {
  const record = engine.journal.readOrNull(id);
  if (record?.state === "rolling_back") return isPostponed(engine, id);
  if (record === null || record.state !== "applied" || record.outbox.length > 0) return false;
  if (engine.journal.hasLeftover(id)) return false;
  return returnReason(engine, record) === null;
}

/** Somebody who asks for it has it tried at once: this counts only for what is seen each second. */
function isPostponed({ parts, retries }: Engine, id: number): boolean {
  return parts.clock.monotonic() < (retries.get(id)?.at ?? 0);
}

/** As {@link settle}, by who holds the lock. @throws CastellanError of what cannot be read, after all others are settled */
export async function settleOpen(engine: Engine): Promise<JournalRecord[]> {
  const settled: JournalRecord[] = [];
  const damages: unknown[] = [];
  for (const id of engine.journal.open()) {
    try {
      const record = await settleOne(engine, id);
      if (record !== null) settled.push(record);
    } catch (error) {
      damages.push(error);
    }
  }
  if (damages.length > 0) throw damages[0];
  return settled;
}

/** null: nothing was to do, or it could not be done yet (the record says why). */
async function settleOne(engine: Engine, id: number): Promise<JournalRecord | null> {
  const { journal } = engine;
  const record = journal.read(id);
  if (record === null) {
    // It ended before its record was on disk, and so before anything was touched.
    journal.forget(id);
    return null;
  }
  if (record.state === "confirmed" || record.state === "rolled_back") {
    await finish(engine, record.followUpDue ? withoutFollowUp(engine, record) : record);
    return null;
  }
  const reason = returnReason(engine, record);
  if (reason === null) {
    journal.dropLeftover(id);
    return null;
  }
  const ended = await rollBack(engine, record, GUARD_ACTOR, reason);
  return ended.state === "rolled_back" ? ended : null;
}

/** It was confirmed, and the process ended before what was to follow was planned. */
function withoutFollowUp({ journal }: Engine, record: JournalRecord): JournalRecord {
  const by = record.confirmedBy;
  const how = `${by?.how ?? ""}; what was to follow was not done: interrupted`;
  const told = { ...record, followUpDue: false, confirmedBy: by === null ? null : { ...by, how } };
  journal.write(told);
  return told;
}

/** Why a change that is not settled goes back; null: it may wait on. */
function returnReason(engine: Engine, record: JournalRecord): string | null {
  if (record.state === "applying") return "interrupted";
  if (record.state === "rolling_back") return record.reason ?? "interrupted";
  if (isOverdue(engine, record)) return "not confirmed in time";
  return hasRebooted(engine, record) ? "the machine restarted before it was confirmed" : null;
}

/** By the wall clock or by the time since boot, whichever comes first: setting the clock back gains no time. */
export function isOverdue({ parts }: Engine, record: JournalRecord): boolean {
  const { deadline, deadlineTicks, bootId } = record;
  if (deadline === null) return false;
  if (parts.clock.now() >= deadline) return true;
  const present = bootTime(parts);
  return deadlineTicks !== null && present.bootId === bootId && present.ticks >= deadlineTicks;
}

function hasRebooted({ parts }: Engine, record: JournalRecord): boolean {
  return bootTime(parts).bootId !== record.bootId;
}
