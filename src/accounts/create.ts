import type { Kysely } from "kysely";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor, Role } from "../host/actor.ts";
import { storedAccount } from "./manage.ts";
import { assertName, assertOsLogin, canonicalEmail, loggableName } from "./names.ts";
import type { AccountRoom } from "./parts.ts";
import { normalisePassword, rejected } from "./password-text.ts";
import { refusalsAudited } from "./refusal.ts";
import { assertMayGiveRole, assertMayPlaceUnder, assertRole, fitsAsParent, type Standing } from "./rules.ts";
import { recordById, requireRecord, standingOf, toSubject } from "./store.ts";
import { readStoredHash } from "./stored-hash.ts";
import type { Account, NewAccount } from "./types.ts";
import { assertAcceptable } from "./verdict.ts";

/** Makes an account. The grammar is checked first, the password hashed before the transaction begins. */
export async function createAccount(room: AccountRoom, actor: Actor, input: NewAccount): Promise<Account> {
  const entry: AuditEntry = { action: "account.create", target: loggableName(input.name) };
  const fields = await refusalsAudited(room, actor, entry, () => checkedFields(room, input));
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const standing = await standingOf(trx, actor);
    assertMayGiveRole(standing, fields.role);
    if (fields.osLogin !== null || input.passwordHash != null) assertIsRoot(standing);
    await assertFree(trx, fields);
    const parent = await chosenParent(trx, standing, fields.role, input.parent);
    const now = room.clock.now();
    const first = (await countAccounts(trx)) === 0;
    const row = await trx
      .insertInto("accounts")
      .values({
        name: fields.name,
        email: fields.email,
        role: fields.role,
        parent_id: parent?.id ?? null,
        status: "active",
        os_login: fields.osLogin,
        password_hash: fields.hash,
        password_changed_at: fields.hash === null ? null : now,
        // Who makes the first account makes it for themselves.
        must_change_password: fields.chosenHere && !first ? 1 : 0,
        last_sign_in_at: null,
        created_at: now,
        updated_at: now,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const { name, role, email, osLogin } = fields;
    const made = { account: name, role, email, osLogin, parent: parent?.name ?? null };
    entry.details = Object.fromEntries(
      Object.entries(made).map(([field, value]) => [field, { old: null, new: value }]),
    );
    return storedAccount(trx, row.id);
  });
}

interface CheckedFields {
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly osLogin: string | null;
  readonly hash: string | null;
  /** The password was chosen by whoever makes the account. */
  readonly chosenHere: boolean;
}

/** What needs no transaction: grammar, policy, and the hash, which takes its time. */
async function checkedFields(room: AccountRoom, input: NewAccount): Promise<CheckedFields> {
  assertName(input.name);
  assertRole(input.role);
  const email = input.email == null || input.email === "" ? null : canonicalEmail(input.email);
  if (input.osLogin != null) assertOsLogin(input.osLogin);
  return {
    name: input.name,
    email,
    role: input.role,
    osLogin: input.osLogin ?? null,
    hash: await firstHash(room, input, email),
    chosenHere: input.password != null,
  };
}

async function firstHash(room: AccountRoom, input: NewAccount, email: string | null): Promise<string | null> {
  if (input.password != null) {
    const password = normalisePassword(input.password);
    await assertAcceptable(room, password, { name: input.name, email, secondFactor: false });
    return room.hasher.hash(password);
  }
  if (input.passwordHash == null) return null;
  const { kind } = readStoredHash(input.passwordHash);
  if (kind === "bcrypt" || kind === "sha512-crypt") return input.passwordHash;
  throw rejected(
    "this password hash cannot be taken over",
    "give a bcrypt ($2b$) or sha512-crypt ($6$) hash",
  );
}

export function assertIsRoot(standing: Standing): void {
  if (standing.role === "root") return;
  throw new CastellanError(
    "not_permitted",
    "only root may link a login of the operating system or take over a hash",
    "ask root",
  );
}

/** @throws CastellanError `already_exists` for a name, e-mail or OS login that another account has */
export async function assertFree(
  db: Kysely<Schema>,
  wanted: { readonly name?: string; readonly email?: string | null; readonly osLogin?: string | null },
  except = -1,
): Promise<void> {
  const columns = [
    ["name", wanted.name, "an account with the name"],
    ["email", wanted.email, "an account with the e-mail address"],
    ["os_login", wanted.osLogin, "an account that is linked to the login"],
  ] as const;
  for (const [column, value, what] of columns) {
    if (value == null) continue;
    const taken = await db
      .selectFrom("accounts")
      .select("name")
      .where(column, "=", value)
      .where("id", "!=", except)
      .executeTakeFirst();
    if (taken === undefined) continue;
    throw new CastellanError("already_exists", `there already is ${what} ${value}`, `see ${taken.name}`);
  }
}

/** The parent that was named, else the actor's account where its role fits, else none. */
export async function chosenParent(
  trx: Kysely<Schema>,
  standing: Standing,
  role: Role,
  named: string | null | undefined,
) {
  if (named === undefined) {
    const own = standing.accountId === null ? undefined : await recordById(trx, standing.accountId);
    return own !== undefined && fitsAsParent(own.role, role) ? own : null;
  }
  const parent = named === null ? null : await requireRecord(trx, named);
  assertMayPlaceUnder(standing, parent === null ? null : toSubject(parent), role);
  return parent;
}

export async function countAccounts(db: Kysely<Schema>): Promise<number> {
  const { count } = await db
    .selectFrom("accounts")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}
