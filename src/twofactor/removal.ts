import type { Kysely } from "kysely";
import { loggableName } from "../accounts/names.ts";
import type { NoticeKind } from "../accounts/notices.ts";
import { refusalsAudited } from "../accounts/refusal.ts";
import { assertRootOnHost, isSelf, type Standing } from "../accounts/rules.ts";
import { type AccountRecord, requireRecord, standingOf } from "../accounts/store.ts";
import { tell } from "../accounts/tell.ts";
import type { PasswordCheck } from "../accounts/types.ts";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { backupCodesLeft, replaceBackupCodes } from "./backup-codes.ts";
import { noteCheck, tryCode } from "./check.ts";
import { throttled, wrongCode } from "./enrolment.ts";
import type { TwoFactorRoom } from "./parts.ts";
import { deleteFactors, factorOf } from "./store.ts";
import type { DisableProof, TwoFactorCheck } from "./types.ts";

/** Switches the second factor off, with the password and a current code (ASVS 7.5.1). */
export async function disable(
  room: TwoFactorRoom,
  actor: Actor,
  name: string,
  proof: DisableProof,
): Promise<void> {
  const entry: AuditEntry = { action: "2fa.disable", target: loggableName(name) };
  const purpose = { accept: "password.prove", fail: "2fa.disable" };
  await refusalsAudited(room, actor, entry, () => ownActiveRecord(room.database.db, actor, name));
  const password = await room.accounts.verifyPassword(actor, name, proof.password, purpose);
  if (!password.accepted) throw refusedPassword(password);
  const limits = await room.limits();
  const { check, pauseMs } = await room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await ownActiveRecord(trx, actor, name);
    entry.target = record.name;
    const tried = await tryCode(room, trx, record, proof.code, limits);
    noteCheck(entry, tried.check);
    if (tried.check.accepted) await remove(room, trx, actor, record, entry, "2fa.disable");
    return tried;
  });
  if (check.accepted) return;
  await room.pause(pauseMs);
  throw refusedCode(check);
}

/** Removes everything without proof: the way back in for somebody who lost device and codes. */
export function reset(room: TwoFactorRoom, actor: Actor, name: string): Promise<void> {
  const entry: AuditEntry = { action: "2fa.reset", target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    assertRootOnHost(await standingOf(trx, actor), "remove a second factor without its proof");
    const record = await requireRecord(trx, name);
    entry.target = record.name;
    const active = await factorOf(trx, record.id, "active");
    const pending = await factorOf(trx, record.id, "pending");
    if (active === undefined && pending === undefined) throw notEnrolled(record);
    await remove(room, trx, actor, record, entry, "2fa.reset");
  });
}

/** Voids the backup codes of an account and makes ten new ones. */
export function renewBackupCodes(
  room: TwoFactorRoom,
  actor: Actor,
  name: string,
): Promise<{ backupCodes: string[] }> {
  const entry: AuditEntry = { action: "2fa.backup_codes.renew", target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await ownActiveRecord(trx, actor, name);
    entry.target = record.name;
    const left = (await backupCodesLeft(trx, record.id)).get(record.id) ?? 0;
    const now = room.clock.now();
    const backupCodes = await replaceBackupCodes(trx, { ...room, now }, record.id);
    entry.details = {
      backupCodesLeft: { old: left, new: backupCodes.length },
      told: await tell(room.notifier, trx, actor, record, "2fa.backup_codes.renew"),
    };
    return { backupCodes };
  });
}

async function remove(
  room: TwoFactorRoom,
  trx: Kysely<Schema>,
  actor: Actor,
  record: AccountRecord,
  entry: AuditEntry,
  kind: Extract<NoticeKind, "2fa.disable" | "2fa.reset">,
): Promise<void> {
  const active = await factorOf(trx, record.id, "active");
  const left = (await backupCodesLeft(trx, record.id)).get(record.id) ?? 0;
  await deleteFactors(trx, record.id);
  await trx.deleteFrom("backup_codes").where("account_id", "=", record.id).execute();
  entry.details = {
    ...entry.details,
    state: { old: active === undefined ? "pending" : "active", new: "off" },
    backupCodesLeft: { old: left, new: 0 },
    endedSessions: await room.endSessions(trx, record.id),
    told: await tell(room.notifier, trx, actor, record, kind),
  };
}

/** The account with an active factor, when it is the actor's own or the actor is root on the host. */
async function ownActiveRecord(db: Kysely<Schema>, actor: Actor, name: string): Promise<AccountRecord> {
  const standing: Standing = await standingOf(db, actor);
  const record = await requireRecord(db, name);
  if (!isSelf(standing, record)) assertRootOnHost(standing, `change the second factor of ${record.name}`);
  if ((await factorOf(db, record.id, "active")) === undefined) throw notEnrolled(record);
  return record;
}

function notEnrolled({ name }: AccountRecord): CastellanError {
  return new CastellanError("not_enrolled", `${name} has no second factor`, "enrol first");
}

function refusedPassword({ reason, retryAfterMs }: PasswordCheck): CastellanError {
  return reason === "locked"
    ? throttled(retryAfterMs)
    : new CastellanError("wrong_password", "the password is not right", "try again");
}

function refusedCode({ reason, driftSeconds, retryAfterMs }: TwoFactorCheck): CastellanError {
  if (reason === "throttled") return throttled(retryAfterMs);
  if (reason === "already_used") {
    return new CastellanError("code_already_used", "this code was used already", "wait for the next one");
  }
  return wrongCode(reason === "skewed" ? driftSeconds : null);
}
