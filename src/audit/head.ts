import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import { GENESIS } from "./chain.ts";

/** Where the chain ends. */
export interface ChainHead {
  /** 0: nothing was ever written. */
  readonly seq: number;
  readonly hash: Buffer;
}

/** A hash as it came from the database: whoever writes past castellan may have put any type there. */
export function storedHash(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
}

/** The newest row, or where retention cut, or the beginning. */
export async function chainHead(db: Kysely<Schema>): Promise<ChainHead> {
  const row = await db
    .selectFrom("audit")
    .select(["seq", "hash"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  const { seq, hash } = row ?? (await newestCut(db)) ?? { seq: 0, hash: GENESIS };
  return { seq, hash: storedHash(hash) };
}

/** The last row that retention cut. */
async function newestCut(db: Kysely<Schema>): Promise<ChainHead | undefined> {
  return db
    .selectFrom("audit_cuts")
    .select(["seq", "hash"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** The hash that the database has for a row that is there or was the last of a cut. */
export async function hashAt(db: Kysely<Schema>, seq: number): Promise<Buffer | undefined> {
  for (const table of ["audit", "audit_cuts"] as const) {
    const row = await db.selectFrom(table).select("hash").where("seq", "=", seq).executeTakeFirst();
    if (row !== undefined) return storedHash(row.hash);
  }
  return undefined;
}
