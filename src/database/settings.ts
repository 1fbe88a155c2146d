import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * A setting as stored, laid over its defaults, so that a setting added later has a value at once.
 * What was stored was checked when it was written.
 */
export async function readSetting<T extends object>(
  db: Kysely<Schema>,
  key: string,
  defaults: T,
): Promise<T> {
  const row = await db.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
  return row === undefined ? defaults : { ...defaults, ...(JSON.parse(row.value) as Partial<T>) };
}

/** Stores a setting that was checked before. */
export async function writeSetting(
  db: Kysely<Schema>,
  key: string,
  value: object,
  now: number,
): Promise<void> {
  const row = { key, value: JSON.stringify(value), updated_at: now };
  await db
    .insertInto("settings")
    .values(row)
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: row.value, updated_at: now }))
    .execute();
}
