import type { PanelDatabase } from "../database/open.ts";
import { readSetting } from "../database/settings.ts";
import type { Clock } from "../host/clock.ts";

/** How long attempts are kept. */
export interface RetentionPolicy {
  readonly attemptDays: number;
  /** Whatever their age, no more than this many rows: a flood must not fill the disk. */
  readonly attemptRows: number;
  /** Days that audit rows are kept; 0 keeps them for ever. */
  readonly auditDays: number;
}

export const RETENTION_DEFAULTS: RetentionPolicy = { attemptDays: 30, attemptRows: 5_000_000, auditDays: 0 };
const DELETE_AT_ONCE = 50_000;

/** Deletes attempts beyond the retention policy, in portions so that nobody waits for the database. */
export async function retainAttempts(parts: { database: PanelDatabase; clock: Clock }): Promise<number> {
  const { db } = parts.database;
  const policy = await readSetting(db, "policy.retention", RETENTION_DEFAULTS);
  const before = parts.clock.now() - policy.attemptDays * 86_400_000;
  const newest = await db
    .selectFrom("attempts")
    .select((eb) => eb.fn.max("id").as("id"))
    .executeTakeFirst();
  const lowestKept = Number(newest?.id ?? 0) - policy.attemptRows;
  let deleted = 0;
  for (;;) {
    const oldest = db
      .selectFrom("attempts")
      .select("id")
      .where((eb) => eb.or([eb("time", "<", before), eb("id", "<=", lowestKept)]))
      .orderBy("id")
      .limit(DELETE_AT_ONCE);
    const { numDeletedRows } = await db
      .deleteFrom("attempts")
      .where("id", "in", oldest)
      .executeTakeFirstOrThrow();
    deleted += Number(numDeletedRows);
    if (numDeletedRows < BigInt(DELETE_AT_ONCE)) break;
  }
  await db.deleteFrom("pressure").where("bucket", "<", before).execute();
  return deleted;
}
