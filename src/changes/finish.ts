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

/**
 * Writes the rows that wait. The ledger has each once, wherever a process ended between the database and the journal:
 * it is asked for a row of this change, and these say its number and were not written before it began.
 */
export async function deliver(
  { parts, disk, journal }: Engine,
  record: JournalRecord,
): Promise<JournalRecord> {
  let left = record.outbox;
  for (const { actor, entry } of record.outbox) {
    try {
      disk.announce(`audit ${entry.action}`);
      await parts.ledger.recordOnce(actor, entry, record.startedAt);
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
  } catch {
    // A full disk: the rows stay in the record, and the ledger knows them when they come again.
  }
  return delivered;
}
