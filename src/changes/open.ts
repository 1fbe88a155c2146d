import { applyChange } from "./apply.ts";
import type { ChangeRecord } from "./change.ts";
import type { Changes } from "./changes.ts";
import { confirmChange, freshLoginOf, takeBack, unknownChange } from "./confirm.ts";
import { driftedFiles } from "./drift.ts";
import { type Engine, openEngine } from "./engine.ts";
import { isPending, type JournalRecord, publicRecord, undoneBy } from "./journal-record.ts";
import { keepEdit } from "./keep.ts";
import type { ChangesParts } from "./parts.ts";
import { planChange } from "./plan.ts";
import { retainChanges } from "./retain.ts";
import { settle } from "./settle.ts";
import { newerRecords, planUndo } from "./undo.ts";

/** Opens the one way in which castellan writes to the system. Reads and writes nothing yet. */
export function openChanges(parts: ChangesParts): Changes {
  const engine = openEngine(parts);
  const shown = async (doing: Promise<JournalRecord>) => publicRecord(await doing, null);
  return {
    plan: (draft) => planChange(engine, draft),
    apply: (actor, plan, options) => shown(applyChange(engine, actor, plan, options)),
    confirm: (actor, id, how) => shown(confirmChange(engine, actor, id, how)),
    rollBack: (actor, id, reason) => shown(takeBack(engine, actor, id, reason)),
    planUndo: (id) => planUndo(engine, id),
    list: async ({ limit = Number.POSITIVE_INFINITY } = {}) => listChanges(engine, limit),
    retain: (actor) => retainChanges(engine, actor),
    get: async (id) => getChange(engine, id),
    waiting: async () => waitingChange(engine),
    freshLogin: ({ id }) => {
      const record = engine.journal.read(id);
      return record === null ? null : freshLoginOf(engine, record);
    },
    drift: async () => driftedFiles(engine),
    keep: (actor, path) => keepEdit(engine, actor, path),
    settle: async () => (await settle(engine)).map((record) => publicRecord(record, null)),
    idle: async () => void (await Promise.allSettled(engine.working)),
  };
}

/**
 * Changes for a panel database that cannot be opened: what must be rolled back still is, and its audit rows wait in
 * the journal for a castellan that can write them. Nothing can be applied.
 * @param why what `openCastellan` threw
 */
export function openRecovery(parts: Omit<ChangesParts, "ledger">, why: Error): Changes {
  const refuse = () => Promise.reject(why);
  return openChanges({
    ...parts,
    ledger: { record: refuse, recordOnce: refuse, change: refuse, append: refuse, anchor: async () => {} },
  });
}

/** What took a change back is newer than it, so the newest ones are enough to tell. */
function listChanges({ journal }: Engine, limit: number): ChangeRecord[] {
  const records: JournalRecord[] = [];
  for (const record of journal.all()) if (records.push(record) >= limit) break;
  const undone = undoneBy(records);
  return records.map((record) => publicRecord(record, undone.get(record.id) ?? null));
}

/** @throws CastellanError `not_found` */
function getChange(engine: Engine, id: number): ChangeRecord {
  const record = engine.journal.read(id);
  if (record === null) throw unknownChange(id);
  // Asked each second while a change waits: only what stays can have been taken back.
  const undone = record.state === "confirmed" ? undoneBy(newerRecords(engine.journal, id)) : null;
  return publicRecord(record, undone?.get(id) ?? null);
}

function waitingChange({ journal }: Engine): ChangeRecord | null {
  for (const id of journal.open()) {
    const record = journal.read(id);
    if (record !== null && isPending(record)) return publicRecord(record, null);
  }
  return null;
}
