import { createHmac } from "node:crypto";
import type { Kysely } from "kysely";
import type { KeyRing } from "../database/keys.ts";
import type { Schema } from "../database/schema.ts";
import type { Random } from "../host/random.ts";

/** Crockford's base 32 in small letters: no i, l, o, u. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CODES = 10;
const LENGTH = 8;

/** Eight random characters, 40 bits (ASVS 6.5.4 asks for 20), as `7kq2-m9xw`. */
export function newBackupCode(random: Random): string {
  const text = Array.from({ length: LENGTH }, () => ALPHABET[random.integer(ALPHABET.length)]).join("");
  return `${text.slice(0, LENGTH / 2)}-${text.slice(LENGTH / 2)}`;
}

/** What was typed as a backup code, in its one form; undefined when it cannot be one. */
export function canonicalBackupCode(typed: string): string | undefined {
  const text = typed.replace(/[\s-]/g, "").toLowerCase().replace(/[il]/g, "1").replace(/o/g, "0");
  return text.length === LENGTH && [...text].every((letter) => ALPHABET.includes(letter)) ? text : undefined;
}

/** HMAC-SHA256, bound to the account: the same code of another account has another hash. */
export function backupCodeHash(keys: KeyRing, accountId: number, canonical: string): Buffer {
  const key = keys.key("backup-codes");
  return createHmac("sha256", key).update(`castellan:backup-code:${accountId}:${canonical}`).digest();
}

/** Voids all codes of an account and makes ten new ones. */
export async function replaceBackupCodes(
  trx: Kysely<Schema>,
  parts: { readonly keys: KeyRing; readonly random: Random; readonly now: number },
  accountId: number,
): Promise<string[]> {
  await trx.deleteFrom("backup_codes").where("account_id", "=", accountId).execute();
  const codes = new Set<string>();
  while (codes.size < CODES) codes.add(newBackupCode(parts.random));
  const rows = [...codes].map((code) => ({
    account_id: accountId,
    code_hash: backupCodeHash(parts.keys, accountId, code.replace("-", "")),
    created_at: parts.now,
    used_at: null,
  }));
  await trx.insertInto("backup_codes").values(rows).execute();
  return [...codes];
}

/** Uses a code up by one compare-and-set: of many at once exactly one gets `accepted`. */
export async function spendBackupCode(
  trx: Kysely<Schema>,
  accountId: number,
  hash: Buffer,
  now: number,
): Promise<"accepted" | "already_used" | "wrong_code"> {
  const ofCode = trx
    .updateTable("backup_codes")
    .set({ used_at: now })
    .where("account_id", "=", accountId)
    .where("code_hash", "=", hash)
    .where("used_at", "is", null);
  const { numUpdatedRows } = await ofCode.executeTakeFirst();
  if (numUpdatedRows === 1n) return "accepted";
  const used = await trx
    .selectFrom("backup_codes")
    .select("id")
    .where("account_id", "=", accountId)
    .where("code_hash", "=", hash)
    .executeTakeFirst();
  return used === undefined ? "wrong_code" : "already_used";
}

/** How many codes each account has left; accounts without any are missing. */
export async function backupCodesLeft(db: Kysely<Schema>, accountId?: number): Promise<Map<number, number>> {
  let query = db
    .selectFrom("backup_codes")
    .select(["account_id", (eb) => eb.fn.countAll<number>().as("count")])
    .where("used_at", "is", null)
    .groupBy("account_id");
  if (accountId !== undefined) query = query.where("account_id", "=", accountId);
  return new Map((await query.execute()).map((row) => [row.account_id, Number(row.count)]));
}
