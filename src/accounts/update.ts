import type { Kysely } from "kysely";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor, Role } from "../host/actor.ts";
import { assertFree, assertIsRoot, chosenParent } from "./create.ts";
import { changes } from "./details.ts";
import { assertOtherRoot, storedAccount } from "./manage.ts";
import { assertOsLogin, canonicalEmail, loggableName } from "./names.ts";
import type { AccountRoom } from "./parts.ts";
import {
  assertManages,
  assertMayGiveRole,
  assertRole,
  assertSelfOrManages,
  fitsAsParent,
  isSelf,
  type Standing,
} from "./rules.ts";
import { type AccountRecord, recordById, requireRecord, standingOf, toSubject } from "./store.ts";
import { tell } from "./tell.ts";
import type { Account, AccountChange } from "./types.ts";

/** Changes e-mail, role, parent or OS login. One's own e-mail may be changed by anybody, the rest by rank. */
export function updateAccount(
  room: AccountRoom,
  actor: Actor,
  name: string,
  change: AccountChange,
): Promise<Account> {
  const entry: AuditEntry = { action: "account.update", target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const standing = await standingOf(trx, actor);
    const record = await requireRecord(trx, name);
    entry.target = record.name;
    assertSelfOrManages(standing, toSubject(record), "change");
    const email = nextEmail(record, change);
    const osLogin = nextOsLogin(standing, record, change);
    await assertFree(trx, { email, osLogin }, record.id);
    const role = await nextRole(trx, standing, record, change);
    const parent = await nextParent(trx, standing, record, role, change);
    const before = {
      email: record.email,
      role: record.role,
      parent: record.parent_name,
      osLogin: record.os_login,
    };
    entry.details = changes(before, { email, role, parent: parent?.name ?? null, osLogin });
    await trx
      .updateTable("accounts")
      .set({ email, role, parent_id: parent?.id ?? null, os_login: osLogin, updated_at: room.clock.now() })
      .where("id", "=", record.id)
      .execute();
    // The old address is told: whoever changed it might be about to change more.
    if (email !== record.email) {
      const told = await tell(room.notifier, trx, actor, record, "account.email");
      entry.details = { ...entry.details, told };
    }
    return storedAccount(trx, record.id);
  });
}

function nextEmail(record: AccountRecord, { email }: AccountChange): string | null {
  if (email === undefined) return record.email;
  return email === null || email === "" ? null : canonicalEmail(email);
}

function nextOsLogin(standing: Standing, record: AccountRecord, { osLogin }: AccountChange): string | null {
  if (osLogin === undefined || osLogin === record.os_login) return record.os_login;
  // The link decides who somebody is in the audit log.
  assertIsRoot(standing);
  if (osLogin !== null) assertOsLogin(osLogin);
  return osLogin;
}

async function nextRole(
  trx: Kysely<Schema>,
  standing: Standing,
  record: AccountRecord,
  { role }: AccountChange,
): Promise<Role> {
  if (role === undefined || role === record.role) return record.role;
  assertRole(role);
  if (isSelf(standing, record)) {
    throw new CastellanError(
      "not_permitted",
      "nobody changes their own role",
      "let another root account do it",
    );
  }
  assertManages(standing, toSubject(record), "change the role of");
  assertMayGiveRole(standing, role);
  if (role !== "root") await assertOtherRoot(trx, record);
  await assertChildrenFit(trx, record, role);
  return role;
}

async function assertChildrenFit(trx: Kysely<Schema>, record: AccountRecord, role: Role): Promise<void> {
  const children = await trx
    .selectFrom("accounts")
    .select(["name", "role"])
    .where("parent_id", "=", record.id)
    .orderBy("name")
    .execute();
  const misfit = children.find((child) => !fitsAsParent(role, child.role));
  if (misfit === undefined) return;
  throw new CastellanError(
    "invalid_input",
    `${record.name} is the parent of ${misfit.name} (${misfit.role}), which the role ${role} cannot be`,
    "give its accounts another parent first",
  );
}

async function nextParent(
  trx: Kysely<Schema>,
  standing: Standing,
  record: AccountRecord,
  role: Role,
  change: AccountChange,
): Promise<{ id: number; name: string } | null> {
  if (change.parent !== undefined && change.parent !== record.parent_name) {
    assertManages(standing, toSubject(record), "move");
    const parent = await chosenParent(trx, standing, role, change.parent);
    if (parent?.id !== record.id) return parent;
    throw new CastellanError(
      "invalid_input",
      `${record.name} cannot be its own parent`,
      "name another account",
    );
  }
  if (record.parent_id === null || role === "root") return null;
  const parent = await recordById(trx, record.parent_id);
  if (parent === undefined || fitsAsParent(parent.role, role)) return parent ?? null;
  throw new CastellanError(
    "invalid_input",
    `${parent.name} (${parent.role}) cannot be the parent of an account with the role ${role}`,
    "name another parent in the same change",
  );
}
