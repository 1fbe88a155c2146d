import type { Kysely } from "kysely";
import { loggableName } from "../accounts/names.ts";
import { assertCountable } from "../accounts/parts.ts";
import { assertRootOnHost, assertSelfOrManages, isRootOnHost, isSelf } from "../accounts/rules.ts";
import { type AccountRecord, requireRecord, standingOf, toSubject } from "../accounts/store.ts";
import { tell } from "../accounts/tell.ts";
import { accountKey, clearAttempts, giveBackAttempt, pauseAfter, takeAttempt } from "../accounts/throttle.ts";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema, SecondFactorRow } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { replaceBackupCodes } from "./backup-codes.ts";
import type { TwoFactorRoom } from "./parts.ts";
import { skewText, weighCode } from "./skew.ts";
import { stepOf } from "./steps.ts";
import { activate, deleteFactors, factorOf, openSecret, storePending } from "./store.ts";
import type { Enrolment } from "./types.ts";

const SECRET_BYTES = 20;
const ENROLMENT_MS = 10 * 60_000;

/** Makes a new secret; nothing else changes until a code of it was seen. */
export async function enrol(room: TwoFactorRoom, actor: Actor, name: string): Promise<Enrolment> {
  const { base32, otpauthUri } = await import("./codes.ts");
  const entry: AuditEntry = { action: "2fa.enrol", target: loggableName(name) };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await enrollableRecord(trx, actor, name);
    entry.target = record.name;
    const before = await factorOf(trx, record.id, "pending");
    const now = room.clock.now();
    const bytes = room.random.bytes(SECRET_BYTES);
    const expiresAt = now + ENROLMENT_MS;
    await storePending(trx, room, { accountId: record.id, secret: bytes, now, expiresAt });
    entry.details = { pendingExpiresAt: { old: before?.expires_at ?? null, new: expiresAt } };
    const secret = base32(bytes);
    return { account: record.name, secret, uri: otpauthUri(room.issuer, record.name, secret), expiresAt };
  });
}

/** Gives a pending enrolment up: its secret is gone at once. An active factor is not touched; without one it does nothing. */
export async function cancelEnrolment(room: TwoFactorRoom, actor: Actor, name: string): Promise<void> {
  const record = await requireRecord(room.database.db, name);
  if ((await factorOf(room.database.db, record.id, "pending")) === undefined) return;
  const entry: AuditEntry = { action: "2fa.cancel", target: record.name };
  await room.ledger.change(actor, entry, async ({ trx }) => {
    assertSelfOrManages(await standingOf(trx, actor), toSubject(record), "enrol");
    const pending = await factorOf(trx, record.id, "pending");
    await deleteFactors(trx, record.id, "pending");
    entry.details = { pendingExpiresAt: { old: pending?.expires_at ?? null, new: null } };
  });
}

export interface Confirmed {
  readonly backupCodes: string[];
  readonly driftSeconds: number;
}

/** A refusal is a result, so that its counter and audit row are kept; the error is thrown afterwards. */
type Confirmation = Confirmed | { readonly error: CastellanError; readonly pauseMs: number };

/** Makes the pending secret the active one when `code` proves that a device has it. */
export async function confirm(
  room: TwoFactorRoom,
  actor: Actor,
  name: string,
  code: string,
): Promise<Confirmed> {
  assertCountable(room.database);
  const { codeAt } = await import("./codes.ts");
  const limits = await room.limits();
  const entry: AuditEntry = { action: "2fa.activate", target: loggableName(name) };
  const result = await room.ledger.change(actor, entry, async ({ trx }): Promise<Confirmation> => {
    const record = await enrollableRecord(trx, actor, name);
    entry.target = record.name;
    const pending = await factorOf(trx, record.id, "pending");
    if (pending === undefined) throw notEnrolled(record);
    const now = room.clock.now();
    if (pending.expires_at !== null && pending.expires_at <= now) {
      await deleteFactors(trx, record.id, "pending");
      return failed(entry, expired(record), 0);
    }
    const attempt = await takeAttempt(trx, accountKey(record.id), limits, now);
    if (!attempt.open) return failed(entry, throttled(attempt.retryAfterMs), pauseAfter(attempt, limits));
    const secret = openSecret(room.keys, pending);
    const verdict = weighCode(code.slice(0, 64).replace(/[\s-]/g, ""), (step) => codeAt(secret, step), {
      step: stepOf(now),
      lastStep: pending.last_step,
    });
    if (verdict.kind !== "right") {
      const drift = verdict.kind === "wrong" ? null : verdict.driftSeconds;
      return failed(entry, wrongCode(drift), pauseAfter(attempt, limits));
    }
    await endStreak(trx, actor, accountKey(record.id));
    return activated(room, trx, actor, { record, pending, entry, verdict });
  });
  if (!("error" in result)) return result;
  await room.pause(result.pauseMs);
  throw result.error;
}

/** A code of a secret that was just shown proves a device, no person: only root's own word ends a streak. */
function endStreak(trx: Kysely<Schema>, actor: Actor, key: string): Promise<unknown> {
  return isRootOnHost(actor) ? clearAttempts(trx, key) : giveBackAttempt(trx, key);
}

async function activated(
  room: TwoFactorRoom,
  trx: Kysely<Schema>,
  actor: Actor,
  proof: {
    readonly record: AccountRecord;
    readonly pending: SecondFactorRow;
    readonly entry: AuditEntry;
    readonly verdict: { readonly step: number; readonly driftSeconds: number };
  },
): Promise<Confirmed> {
  const { record, pending, entry, verdict } = proof;
  const now = room.clock.now();
  const before = await factorOf(trx, record.id, "active");
  await activate(trx, pending, { ...verdict, now });
  const backupCodes = await replaceBackupCodes(trx, { ...room, now }, record.id);
  const endedSessions = await room.endSessions(trx, record.id);
  entry.details = {
    confirmedAt: { old: before?.confirmed_at ?? null, new: now },
    driftSeconds: verdict.driftSeconds,
    endedSessions,
    told: await tell(room.notifier, trx, actor, record, "2fa.activate"),
  };
  return { backupCodes, driftSeconds: verdict.driftSeconds };
}

/**
 * The account, when the actor may enrol it: its own, or one it manages, while it has no active factor. To
 * replace a working one is to remove it, so that but for root on the host it must be switched off first,
 * with its proofs: a stolen session is no way to another second factor (ASVS 7.5.1).
 */
async function enrollableRecord(trx: Kysely<Schema>, actor: Actor, name: string): Promise<AccountRecord> {
  const standing = await standingOf(trx, actor);
  const record = await requireRecord(trx, name);
  assertSelfOrManages(standing, toSubject(record), "enrol");
  if (record.status === "suspended") {
    throw new CastellanError("suspended", `${record.name} is suspended`, "resume the account first");
  }
  if (standing.rootOnHost || (await factorOf(trx, record.id, "active")) === undefined) return record;
  if (!isSelf(standing, record)) assertRootOnHost(standing, `replace the second factor of ${record.name}`);
  throw new CastellanError(
    "already_enrolled",
    `${record.name} has a working second factor`,
    "switch it off first, with password and code",
  );
}

function failed(entry: AuditEntry, error: CastellanError, pauseMs: number): Confirmation {
  entry.outcome = "failed";
  entry.details = { code: error.code, reason: error.message };
  return { error, pauseMs };
}

function notEnrolled({ name }: AccountRecord): CastellanError {
  return new CastellanError("not_enrolled", `no enrolment of ${name} waits for a code`, "enrol first");
}

function expired({ name }: AccountRecord): CastellanError {
  return new CastellanError(
    "enrolment_expired",
    `the enrolment of ${name} was not confirmed within 10 minutes`,
    "enrol again: there will be a new QR code",
  );
}

/** The error while the account is locked. */
export function throttled(retryAfterMs: number): CastellanError {
  const minutes = Math.ceil(retryAfterMs / 60_000);
  return new CastellanError("throttled", "too many wrong codes or passwords", `try again in ${minutes} min`);
}

/** The error for a code that is not right; never says which one would be. */
export function wrongCode(driftSeconds: number | null): CastellanError {
  return driftSeconds === null
    ? new CastellanError("wrong_code", "this code is not right", "wait for the next one and try again")
    : new CastellanError("wrong_code", skewText(driftSeconds), "set the device's clock to automatic");
}
