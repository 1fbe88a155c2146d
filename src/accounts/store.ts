import type { Kysely } from "kysely";
import type { AccountRow, Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { foldCase } from "./names.ts";
import { isRootOnHost, type Standing } from "./rules.ts";
import type { Account } from "./types.ts";

/** A row of accounts with its parent's name. */
export type AccountRecord = AccountRow & { readonly parent_name: string | null };

function accounts(db: Kysely<Schema>) {
  return db
    .selectFrom("accounts")
    .leftJoin("accounts as parent", "parent.id", "accounts.parent_id")
    .selectAll("accounts")
    .select("parent.name as parent_name");
}

export async function allRecords(db: Kysely<Schema>): Promise<AccountRecord[]> {
  return accounts(db).orderBy("accounts.name").execute();
}

export async function recordById(db: Kysely<Schema>, id: number): Promise<AccountRecord | undefined> {
  return accounts(db).where("accounts.id", "=", id).executeTakeFirst();
}

/** By name or e-mail; ASCII capitals do not matter. */
export async function lookUp(db: Kysely<Schema>, nameOrEmail: string): Promise<AccountRecord | undefined> {
  if (nameOrEmail.length > 254) return undefined;
  const key = foldCase(nameOrEmail);
  return accounts(db)
    .where(key.includes("@") ? "accounts.email" : "accounts.name", "=", key)
    .executeTakeFirst();
}

/** @throws CastellanError `not_found` */
export async function requireRecord(db: Kysely<Schema>, nameOrEmail: string): Promise<AccountRecord> {
  const record = await lookUp(db, nameOrEmail);
  if (record !== undefined) return record;
  throw new CastellanError(
    "not_found",
    "there is no account with this name or e-mail address",
    "see `castellan user list`",
  );
}

export async function recordByOsLogin(db: Kysely<Schema>, login: string): Promise<AccountRecord | undefined> {
  return accounts(db).where("accounts.os_login", "=", login).executeTakeFirst();
}

/** Whether a confirmed second factor stands between the password and the account. */
export async function hasActiveFactor(db: Kysely<Schema>, accountId: number): Promise<boolean> {
  const row = await db
    .selectFrom("second_factors")
    .select("id")
    .where("account_id", "=", accountId)
    .where("status", "=", "active")
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * What the actor may rely on now: role and status are read from its account at the moment of deciding, so
 * that a session opened before a demotion or suspension gives nothing.
 * @throws CastellanError `not_permitted` when its account is gone, `suspended` when it is suspended
 */
export async function standingOf(db: Kysely<Schema>, actor: Actor): Promise<Standing> {
  const rootOnHost = isRootOnHost(actor);
  const { accountId, name } = actor;
  if (accountId === null || rootOnHost) return { accountId, name, role: actor.role, rootOnHost };
  const row = await recordById(db, accountId);
  if (row === undefined) {
    throw new CastellanError("not_permitted", `the account of ${name} is gone`, "sign in again");
  }
  if (row.status === "suspended") {
    throw new CastellanError("suspended", `the account ${row.name} is suspended`, "ask who manages it");
  }
  return { accountId, name: row.name, role: row.role, rootOnHost };
}

/** The row as everybody else sees it: no hash. */
export function toAccount(row: AccountRecord): Account {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    parentId: row.parent_id,
    parentName: row.parent_name,
    status: row.status,
    osLogin: row.os_login,
    hasPassword: row.password_hash !== null,
    mustChangePassword: row.must_change_password === 1,
    passwordChangedAt: row.password_changed_at,
    lastSignInAt: row.last_sign_in_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The row as {@link import("./rules.ts")} sees it. */
export function toSubject(row: AccountRecord) {
  return { id: row.id, name: row.name, role: row.role, parentId: row.parent_id };
}
