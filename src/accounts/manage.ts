import type { Kysely } from "kysely";
import type { AuditEntry, Change } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { changes } from "./details.ts";
import { loggableName } from "./names.ts";
import type { AccountRoom } from "./parts.ts";
import { assertManages, isSelf } from "./rules.ts";
import { type AccountRecord, recordById, requireRecord, standingOf, toAccount, toSubject } from "./store.ts";
import { accountKey, clearAttempts } from "./throttle.ts";
import type { Account } from "./types.ts";

/** @throws CastellanError `last_administrator` when no other active root account would be left */
export async function assertOtherRoot(db: Kysely<Schema>, record: AccountRecord): Promise<void> {
  if (record.role !== "root" || record.status !== "active") return;
  const other = await db
    .selectFrom("accounts")
    .select("id")
    .where("role", "=", "root")
    .where("status", "=", "active")
    .where("id", "!=", record.id)
    .executeTakeFirst();
  if (other !== undefined) return;
  throw new CastellanError(
    "last_administrator",
    `${record.name} is the last active root account`,
    "create or resume another root account first",
  );
}

/** Shuts an account out, or lets it in again. */
export function setStatus(
  room: AccountRoom,
  actor: Actor,
  name: string,
  status: Account["status"],
  reason?: string,
): Promise<Account> {
  const action = status === "suspended" ? "account.suspend" : "account.resume";
  const entry: AuditEntry = { action, target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await managedRecord(trx, actor, name, status === "suspended" ? "suspend" : "resume");
    entry.target = record.name;
    if (status === "suspended") await assertOtherRoot(trx, record);
    const { status: before } = record;
    entry.details = { ...changes({ status: before }, { status }), reason };
    await trx
      .updateTable("accounts")
      .set({ status, updated_at: room.clock.now() })
      .where("id", "=", record.id)
      .execute();
    if (status === "suspended") await room.endSessions(trx, record.id);
    return storedAccount(trx, record.id);
  });
}

/** Removes an account with its factors and counters; its audit rows stay. */
export function deleteAccount(room: AccountRoom, actor: Actor, name: string): Promise<void> {
  const entry: AuditEntry = { action: "account.delete", target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await managedRecord(trx, actor, name, "delete");
    entry.target = record.name;
    await assertChildless(trx, record);
    await assertOtherRoot(trx, record);
    await room.endSessions(trx, record.id);
    await clearAttempts(trx, accountKey(record.id));
    await trx.deleteFrom("accounts").where("id", "=", record.id).execute();
    entry.details = {
      ...changes({ account: record.name }, { account: null }),
      ...changes({ role: record.role, email: record.email }, { role: null, email: null }),
    };
  });
}

/** The account, when the actor manages it and it is not the actor's own. */
async function managedRecord(
  trx: Change["trx"],
  actor: Actor,
  name: string,
  what: string,
): Promise<AccountRecord> {
  const standing = await standingOf(trx, actor);
  const record = await requireRecord(trx, name);
  assertManages(standing, toSubject(record), what);
  if (isSelf(standing, record)) {
    throw new CastellanError(
      "not_permitted",
      `${record.name} is your own account: you would shut yourself out`,
      "let another root account do it",
    );
  }
  return record;
}

const NAMED_CHILDREN = 5;

async function assertChildless(db: Kysely<Schema>, record: AccountRecord): Promise<void> {
  const children = await db
    .selectFrom("accounts")
    .select("name")
    .where("parent_id", "=", record.id)
    .orderBy("name")
    .execute();
  if (children.length === 0) return;
  const named = children.slice(0, NAMED_CHILDREN).map((child) => child.name);
  const more = children.length - named.length;
  throw new CastellanError(
    "not_permitted",
    `${record.name} is the parent of ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    "give them another parent or delete them first",
  );
}

/** The account as it stands after a change in the same transaction. */
export async function storedAccount(trx: Kysely<Schema>, id: number): Promise<Account> {
  const record = await recordById(trx, id);
  if (record === undefined) throw new Error(`account ${id} vanished inside its own transaction`);
  return toAccount(record);
}
