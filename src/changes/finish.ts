import type { AuditEntry } from "../audit/ledger.ts";
import type { Engine } from "./engine.ts";
import type { JournalRecord } from "./journal-record.ts";
import { disarm, removeRecoverUnit } from "./timer.ts";

/**
 * What is left once the state of a change is decided: its audit rows, its timer, its marker. Rows that the database
 * will not take wait in the record; the marker then stays and the next settle delivers them.
 */
export async function finish(engine: Engine, record: JournalRecord): Promise<JournalRecord> {
  const delivered = await deliver(engine, record);
  await disarm(engine, delivered);
  const { journal } = engine;
  if (delivered.outbox.length > 0) return delivered;
  if (journal.open().every((id) => id === record.id)) await removeRecoverUnit(engine);
  try {
    journal.close(record.id);
  } catch {
    // It is settled all the same; the marker goes with the next settle.
  }
  return delivered;
}

/** A row may be written twice when the process ends between the database and the journal; never not at all. */
export async function deliver(engine: Engine, record: JournalRecord): Promise<JournalRecord> {
  const { parts, disk, journal, told } = engine;
  let left = record.outbox;
  const nameOf = (entry: AuditEntry) => `${record.id} ${JSON.stringify(entry)}`;
  for (const { actor, entry } of record.outbox) {
    try {
      disk.announce(`audit ${entry.action}`);
      if (!told.has(nameOf(entry))) await parts.ledger.record(actor, entry);
      told.add(nameOf(entry));
    } catch {
      // Whatever keeps the panel database from being written must not keep people locked out.
      break;
    }
    left = left.slice(1);
  }
  if (left.length === record.outbox.length) return record;
  const delivered = { ...record, outbox: left };
  try {
    journal.write(delivered);
    // A change that takes the number of one whose record was removed has rows of its own.
    for (const { entry } of record.outbox) told.delete(nameOf(entry));
  } catch {
    // A full disk: the rows stay in the record and come a second time.
  }
  return delivered;
}
