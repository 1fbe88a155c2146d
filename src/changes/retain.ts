import type { Actor } from "../host/actor.ts";
import { type Engine, mayChange } from "./engine.ts";
import type { JournalRecord } from "./journal-record.ts";
import { aloneOrNull } from "./lock.ts";
import { targetOf } from "./undo.ts";

/** So far back can be gone: undoing one change after the other returns any state of the last so many days. */
export const KEPT_DAYS = 365;
const DAY_MS = 86_400_000;

/**
 * Which changes nothing needs any more. Before `before` they were settled, and either taken back, or every file, unit
 * and setting of theirs was changed anew. Kept in any case: what wrote last to something (its undo, and what drift is
 * held against); what stands above a change that is kept, which could else be undone over it unseen; the newest, so
 * that no number is given twice.
 * @param records all, the oldest first
 * @param before epoch ms
 */
export function needless(records: readonly JournalRecord[], before: number): JournalRecord[] {
  const lastTo = new Map<string, number>();
  for (const record of records.filter((one) => isOver(one, before))) {
    for (const target of targetsOf(record)) lastTo.set(target, record.id);
  }
  const below = new Set<string>();
  return records.slice(0, -1).filter((record) => {
    const targets = targetsOf(record);
    const isNeeded = targets.some((target) => lastTo.get(target) === record.id || below.has(target));
    if (isOver(record, before) && !isNeeded) return true;
    for (const target of targets) below.add(target);
    return false;
  });
}

/** What a change has left its mark on for good: nothing, when it was taken back or may still be. */
function targetsOf({ state, steps }: JournalRecord): string[] {
  return state === "confirmed" ? steps.map(targetOf) : [];
}

function isOver({ state, settledAt, outbox }: JournalRecord, before: number): boolean {
  const isSettled = state === "confirmed" || state === "rolled_back";
  return isSettled && settledAt !== null && settledAt < before && outbox.length === 0;
}

/** @throws CastellanError of the ledger: then nothing is forgotten */
export async function retainChanges(engine: Engine, actor: Actor): Promise<number[]> {
  const { journal } = engine;
  if (!mayChange(engine) || journal.ids().length === 0) return [];
  const forgotten = await aloneOrNull(engine, async () => {
    for (const id of journal.emptied()) journal.forget(id);
    const ids = needlessIds(engine);
    if (ids.length > 0) await tell(engine, actor, ids);
    for (const id of ids) journal.forget(id);
    return ids;
  });
  return forgotten ?? [];
}

/** None while a record cannot be read: nobody knows what it needs. */
function needlessIds({ journal, parts }: Engine): number[] {
  const records = [...journal.readable()].toReversed();
  if (records.length < journal.ids().length) return [];
  const open = new Set(journal.open());
  const before = parts.clock.now() - KEPT_DAYS * DAY_MS;
  return needless(records, before).flatMap(({ id }) => (open.has(id) ? [] : [id]));
}

async function tell({ parts, disk }: Engine, actor: Actor, changes: readonly number[]): Promise<void> {
  disk.announce("audit change.retain");
  const details = { keptDays: KEPT_DAYS, changes };
  await parts.ledger.record(actor, { action: "change.retain", target: "journal of changes", details });
}
