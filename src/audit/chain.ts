import { createHmac } from "node:crypto";
import type { AuditRow } from "../database/schema.ts";

/** The hash before the first row. */
export const GENESIS = Buffer.alloc(32);

/** Everything of an audit row that its hash covers. */
export type AuditFacts = Omit<AuditRow, "hash">;

/**
 * HMAC-SHA256 over the previous row's hash and every column of the row: a JSON list in a fixed order, so that
 * the same facts always give the same bytes and a value of another type gives others.
 */
export function chainHash(key: Buffer, row: AuditFacts): Buffer {
  const facts = [
    row.seq,
    row.time,
    row.actor,
    row.actor_account,
    row.via,
    row.verified,
    row.on_behalf_of,
    row.action,
    row.target,
    row.outcome,
    row.details,
    row.address,
  ];
  return createHmac("sha256", key).update(row.prev_hash).update(JSON.stringify(facts)).digest();
}
