import type { Kysely } from "kysely";
import { CastellanError } from "../errors.ts";
import type { Schema } from "./schema.ts";

/**
 * A setting as stored, laid over its defaults, so that a setting added later has a value at once.
 * What was stored was checked when it was written.
 * @throws CastellanError `database_damaged`
 */
export async function readSetting<T extends object>(
  db: Kysely<Schema>,
  key: string,
  defaults: T,
): Promise<T> {
  const row = await db.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
  return row === undefined ? defaults : { ...defaults, ...parseSetting<T>(key, row.value) };
}

function parseSetting<T>(key: string, text: string): Partial<T> {
  try {
    return JSON.parse(text) as Partial<T>;
  } catch (error) {
    throw new CastellanError(
      "database_damaged",
      `the setting ${key} cannot be read: it is no JSON`,
      "somebody wrote it past castellan; restore the database from a backup, or set it anew",
      { cause: error },
    );
  }
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
