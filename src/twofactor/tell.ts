import type { Kysely } from "kysely";
import type { NoticeKind } from "../accounts/notices.ts";
import { type AccountRecord, recordById } from "../accounts/store.ts";
import type { Schema } from "../database/schema.ts";
import type { Actor } from "../host/actor.ts";
import type { TwoFactorRoom } from "./parts.ts";

/** Puts the mail about a change into the outbox; the names of those who will be told. */
export async function tell(
  room: TwoFactorRoom,
  trx: Kysely<Schema>,
  actor: Actor,
  record: AccountRecord,
  kind: NoticeKind,
): Promise<string[]> {
  const parent = record.parent_id === null ? undefined : await recordById(trx, record.parent_id);
  return room.notifier.post(trx, actor, { kind, account: record, parent: parent ?? null });
}
