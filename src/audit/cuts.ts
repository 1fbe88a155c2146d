import { createHmac, timingSafeEqual } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { AuditCutTable, Schema } from "../database/schema.ts";

/** What retention cut from the front: everything up to and with row `seq`. */
export type AuditCut = Selectable<AuditCutTable>;

/** All cuts, oldest first. */
export function auditCuts(db: Kysely<Schema>): Promise<AuditCut[]> {
  return db.selectFrom("audit_cuts").selectAll().orderBy("seq").execute();
}

/** HMAC-SHA256 over every column of the cut. */
export function signCut(key: Buffer, cut: Omit<AuditCut, "signature">): Buffer {
  const facts = [cut.seq, cut.hash.toString("hex"), cut.cut_at, cut.rows];
  return createHmac("sha256", key)
    .update(`castellan:audit-cut:${JSON.stringify(facts)}`)
    .digest();
}

/** Whether castellan signed this cut. */
export function isSigned(key: Buffer, cut: AuditCut): boolean {
  const { signature } = cut;
  // Whoever writes past castellan may have put any type into a column.
  if (!Buffer.isBuffer(cut.hash) || !Buffer.isBuffer(signature)) return false;
  const right = signCut(key, cut);
  return signature.length === right.length && timingSafeEqual(signature, right);
}

/** The last row that retention cut; 0 when it never did. */
export async function newestCutSeq(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom("audit_cuts")
    .select((eb) => eb.fn.max("seq").as("seq"))
    .executeTakeFirst();
  return row?.seq ?? 0;
}
