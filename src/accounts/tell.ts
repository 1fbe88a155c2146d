import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { Actor } from "../host/actor.ts";
import type { NoticeKind, Notices } from "./notices.ts";
import { type AccountRecord, recordById } from "./store.ts";

/** Puts the mail about a change to an account into the outbox; the names of those who will be told. */
export async function tell(
  notifier: Notices,
  trx: Kysely<Schema>,
  actor: Actor,
  record: AccountRecord,
  kind: NoticeKind,
): Promise<string[]> {
  const parent = record.parent_id === null ? undefined : await recordById(trx, record.parent_id);
  return notifier.post(trx, actor, { kind, account: record, parent: parent ?? null });
}
