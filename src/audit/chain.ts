import { createHmac } from "node:crypto";
import type { AuditRow } from "../database/schema.ts";
import { canonicalJson } from "./canonical.ts";

/** The hash before the first row. */
export const GENESIS = Buffer.alloc(32);

/** Everything of an audit row that its hash covers. */
export type AuditFacts = Omit<AuditRow, "hash">;

/** HMAC-SHA256 over every column of the row, the previous row's hash among them. */
export function chainHash(key: Buffer, row: AuditFacts): Buffer {
  const { prev_hash, ...facts } = row;
  return createHmac("sha256", key)
    .update(prev_hash)
    .update(canonicalJson({ ...facts }))
    .digest();
}
