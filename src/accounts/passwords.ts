import type { Kysely } from "kysely";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { writeSetting } from "../database/settings.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { changes } from "./details.ts";
import { generatePassword } from "./generate.ts";
import { loggableName } from "./names.ts";
import type { NoticeKind } from "./notices.ts";
import type { AccountRoom } from "./parts.ts";
import { changedPasswordPolicy, PASSWORD_POLICY_KEY } from "./password-policy.ts";
import { normalisePassword, rejected } from "./password-text.ts";
import { provePassword } from "./prove.ts";
import { refusalsAudited } from "./refusal.ts";
import { assertManages, assertMaySetPolicy, assertSelfOrManages, isRootOnHost, isSelf } from "./rules.ts";
import {
  type AccountRecord,
  hasActiveFactor,
  recordById,
  requireRecord,
  standingOf,
  toSubject,
} from "./store.ts";
import { tell } from "./tell.ts";
import { accountKey, clearAttempts } from "./throttle.ts";
import type { PasswordPolicy, PasswordPreset } from "./types.ts";
import { assertAcceptable, fitsByChance, readPasswordPolicy } from "./verdict.ts";

/** Sets a password that somebody chose; one's own needs the current one. */
export async function setPassword(
  room: AccountRoom,
  actor: Actor,
  name: string,
  input: { readonly current?: string; readonly next: string },
): Promise<{ endedSessions: number }> {
  const entry: AuditEntry = { action: "password.change", target: loggableName(name) };
  const next = await refusalsAudited(room, actor, entry, async () => normalisePassword(input.next));
  const record = await refusalsAudited(room, actor, entry, () => permittedRecord(room, actor, name));
  const own = actor.accountId === record.id;
  if (own && record.password_hash !== null && !(isRootOnHost(actor) && input.current === undefined)) {
    await assertCurrent(room, actor, record, input.current ?? "");
  }
  await refusalsAudited(room, actor, entry, async () => {
    if (input.current !== undefined && normalisePassword(input.current) === next) {
      throw rejected("this is the current password", "choose another one");
    }
    const secondFactor = await hasActiveFactor(room.database.db, record.id);
    await assertAcceptable(room, next, { name: record.name, email: record.email, secondFactor });
  });
  const hash = await room.hasher.hash(next);
  return replaceHash(room, actor, record, { kind: "password.change", hash, must: own ? 0 : 1 });
}

/** Sets a random password: whoever had the old one is out, and nobody chose the new one. */
export async function resetPassword(
  room: AccountRoom,
  actor: Actor,
  name: string,
): Promise<{ password: string }> {
  const entry: AuditEntry = { action: "password.reset", target: loggableName(name) };
  const record = await refusalsAudited(room, actor, entry, async () => {
    const found = await permittedRecord(room, actor, name);
    if (actor.accountId !== found.id || isRootOnHost(actor)) return found;
    // It would be a way around the current password.
    throw new CastellanError("not_permitted", "nobody resets their own password", "change it instead");
  });
  const password = await acceptablePassword(room, record);
  const hash = await room.hasher.hash(password);
  await replaceHash(room, actor, record, { kind: "password.reset", hash, must: 1 });
  return { password };
}

/** A random password that the policy takes; a context word in it by chance draws again. */
async function acceptablePassword(room: AccountRoom, record: AccountRecord): Promise<string> {
  const policy = await readPasswordPolicy(room.database.db);
  for (;;) {
    const password = generatePassword(room.random, policy.minLength);
    if (fitsByChance(policy, password, record, room.hostName)) return password;
  }
}

interface Replacement {
  readonly kind: Extract<NoticeKind, "password.change" | "password.reset">;
  readonly hash: string;
  readonly must: 0 | 1;
}

function replaceHash(
  room: AccountRoom,
  actor: Actor,
  seen: AccountRecord,
  { kind, hash, must }: Replacement,
): Promise<{ endedSessions: number }> {
  const entry: AuditEntry = { action: kind, target: seen.name };
  const { id } = seen;
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await stillPermitted(trx, actor, id);
    if (record.password_hash !== seen.password_hash) {
      throw new CastellanError("wrong_password", "the password was changed meanwhile", "try again");
    }
    const now = room.clock.now();
    await trx
      .updateTable("accounts")
      .set({
        password_hash: hash,
        password_changed_at: now,
        must_change_password: must,
        updated_at: now,
      })
      .where("id", "=", id)
      .execute();
    const endedSessions = await room.endSessions(trx, id);
    const told = await tell(room.notifier, trx, actor, record, kind);
    const before = {
      hasPassword: record.password_hash !== null,
      mustChange: record.must_change_password === 1,
    };
    entry.details = {
      ...changes(before, { hasPassword: true, mustChange: must === 1 }),
      ...changes({ changedAt: record.password_changed_at }, { changedAt: now }),
      endedSessions,
      told,
    };
    return { endedSessions };
  });
}

/** The account, when the actor may set its password. */
async function permittedRecord(room: AccountRoom, actor: Actor, name: string): Promise<AccountRecord> {
  const { id } = await requireRecord(room.database.db, name);
  return stillPermitted(room.database.db, actor, id);
}

async function stillPermitted(db: Kysely<Schema>, actor: Actor, id: number): Promise<AccountRecord> {
  const record = await recordById(db, id);
  if (record === undefined) throw new CastellanError("not_found", "the account is gone");
  assertSelfOrManages(await standingOf(db, actor), toSubject(record), "set the password of");
  return record;
}

async function assertCurrent(
  room: AccountRoom,
  actor: Actor,
  record: AccountRecord,
  current: string,
): Promise<void> {
  const purpose = { accept: "password.prove", fail: "password.change" };
  const check = await provePassword(room, actor, record.name, current, purpose);
  if (check.accepted) return;
  if (check.reason === "locked") {
    const minutes = Math.ceil(check.retryAfterMs / 60_000);
    throw new CastellanError("throttled", "too many wrong tries", `try again in ${minutes} minutes`);
  }
  throw new CastellanError("wrong_password", "the current password is not right", "try again");
}

/** Forgets the failures of an account: its lock ends now. */
export function unlockAccount(room: AccountRoom, actor: Actor, name: string): Promise<void> {
  const entry: AuditEntry = { action: "account.unlock", target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await requireRecord(trx, name);
    entry.target = record.name;
    const standing = await standingOf(trx, actor);
    assertManages(standing, toSubject(record), "unlock");
    if (!standing.rootOnHost && isSelf(standing, record)) {
      throw new CastellanError("not_permitted", "nobody unlocks their own account", "ask who manages it");
    }
    const failures = await clearAttempts(trx, accountKey(record.id));
    entry.details = changes({ failures }, { failures: 0 });
  });
}

/** Changes the password policy. Passwords that are there stay; the next change follows it. */
export function setPasswordPolicy(
  room: AccountRoom,
  actor: Actor,
  change: Partial<PasswordPolicy> | { readonly preset: PasswordPreset },
): Promise<PasswordPolicy> {
  const entry: AuditEntry = { action: "password.policy", target: "password policy" };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    assertMaySetPolicy(await standingOf(trx, actor));
    const before = await readPasswordPolicy(trx);
    const policy = changedPasswordPolicy(before, change);
    entry.details = changes({ ...before }, { ...policy });
    await writeSetting(trx, PASSWORD_POLICY_KEY, policy, room.clock.now());
    return policy;
  });
}
