import { setImmediate } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import type { PanelDatabase } from "../database/open.ts";
import { auditReading, auditTextUpkeep } from "../database/sqlite-text.ts";
import { inTurn, statementsOf } from "./statements.ts";

/** Rows put into the index in one transaction: about 20 ms. */
const ROWS_AT_ONCE = 250;

/** Whether the text index has as many rows as the log. It is derived: never evidence, always replaceable. */
export function textIndexAgrees(database: PanelDatabase): Promise<boolean> {
  return inTurn(database, () => {
    const statements = statementsOf(database);
    const [bounds] = statements.all<{ first: number | null; last: number | null }>(auditReading.bounds, {});
    const rows = bounds?.first == null || bounds.last === null ? 0 : bounds.last - bounds.first + 1;
    const [totals] = statements.column<Buffer>(auditTextUpkeep.totals, {});
    return firstVarint(totals) === rows;
  });
}

/**
 * Makes the text index anew from the rows, in portions between which everybody else gets a turn. Searches find
 * less until it is done; when it is interrupted, `verifyAudit` says so again.
 * @throws CastellanError `storage_full`, `database_busy`
 */
export async function rebuildAuditText(
  { database }: { database: PanelDatabase },
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
  const { db } = database;
  const { first, last } = await db.transaction().execute(async (trx) => {
    await trx.executeQuery(CompiledQuery.raw(auditTextUpkeep.clear));
    const row = await trx
      .selectFrom("audit")
      .select((eb) => [eb.fn.min("seq").as("first"), eb.fn.max("seq").as("last")])
      .executeTakeFirst();
    return { first: row?.first ?? 1, last: row?.last ?? 0 };
  });
  // Rows that are appended from here on are put in by the trigger.
  for (let after = first - 1; after < last; after += ROWS_AT_ONCE) {
    const upTo = Math.min(last, after + ROWS_AT_ONCE);
    const parameters = [{ after, upTo, limit: ROWS_AT_ONCE }];
    await db
      .transaction()
      .execute((trx) => trx.executeQuery(CompiledQuery.raw(auditTextUpkeep.fill, parameters)));
    onProgress(upTo - first + 1, last - first + 1);
    await setImmediate();
  }
}

/** SQLite's varint: big-endian, seven bits a byte, the high bit set on all but the last. */
function firstVarint(bytes: Buffer | undefined): number {
  let value = 0;
  for (const byte of bytes ?? []) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return value;
}
