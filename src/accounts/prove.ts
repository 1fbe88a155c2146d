import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { Actor } from "../host/actor.ts";
import { loggableName } from "./names.ts";
import { type AccountRoom, assertCountable } from "./parts.ts";
import { normalisePassword } from "./password-text.ts";
import { isRootOnHost } from "./rules.ts";
import { type AccountRecord, hasActiveFactor, lookUp, recordById, toAccount } from "./store.ts";
import {
  type Attempt,
  accountKey,
  clearAttempts,
  giveBackAttempt,
  pauseAfter,
  takeAttempt,
  unknownKey,
} from "./throttle.ts";
import type { AttemptLimits, PasswordCheck } from "./types.ts";

/** What a proof is for, as its audit row calls it: a sign-in, or an action that asks for the password again. */
export interface Purpose {
  readonly accept: string;
  readonly fail: string;
}

export const SIGN_IN: Purpose = { accept: "login.accept", fail: "login.fail" };

/** One try on its way from the counter to the answer. */
interface Try {
  readonly actor: Actor;
  readonly typedName: string;
  readonly purpose: Purpose;
  readonly key: string;
  readonly record: AccountRecord | undefined;
  readonly attempt: Attempt;
}

/**
 * Proves a password. The try is counted before anything is computed; an unknown name, an account without a
 * password and a locked one take the same path and cost the same. The answer to a failure is held back,
 * longer the nearer the limit is.
 * @throws CastellanError `password_rejected` for more than 1,024 bytes, before anything else
 */
export async function provePassword(
  room: AccountRoom,
  actor: Actor,
  typedName: string,
  typed: string,
  purpose: Purpose = SIGN_IN,
): Promise<PasswordCheck> {
  const password = normalisePassword(typed);
  assertCountable(room.database);
  const limits = await room.limits();
  const one = await takeTry(room, actor, typedName, purpose, limits);
  const stored = one.attempt.open ? (one.record?.password_hash ?? null) : null;
  const { matches, outdated } = await room.hasher.verify(stored, password, typed);
  const rehashed = matches && outdated ? await room.hasher.hash(password) : null;
  const check = await settle(room, one, matches, rehashed);
  if (!check.accepted) await room.pause(pauseAfter(one.attempt, limits));
  return check;
}

async function takeTry(
  room: AccountRoom,
  actor: Actor,
  typedName: string,
  purpose: Purpose,
  limits: AttemptLimits,
): Promise<Try> {
  return room.database.db.transaction().execute(async (trx) => {
    const record = await lookUp(trx, typedName);
    const key = record === undefined ? unknownKey(room.keys, typedName.slice(0, 254)) : accountKey(record.id);
    const attempt = await takeAttempt(trx, key, limits, room.clock.now());
    return { actor, typedName, purpose, key, record, attempt };
  });
}

/** Writes what came of it: counter, last sign-in, a better hash, and the audit row, all at once. */
async function settle(
  room: AccountRoom,
  one: Try,
  matches: boolean,
  rehashed: string | null,
): Promise<PasswordCheck> {
  const { actor, purpose } = one;
  const entry = { action: purpose.fail, target: one.record?.name ?? loggableName(one.typedName) };
  const seen = await room.ledger.change(actor, entry, async (change) => {
    const record = one.record === undefined ? undefined : await recordById(change.trx, one.record.id);
    // Changed while this was computed: what was proven is no longer the password.
    const current = matches && record?.password_hash === one.record?.password_hash;
    const reason = reasonOf(one, record, current);
    change.entry.outcome = reason === "ok" ? "done" : "failed";
    change.entry.details = { step: "password", reason, lockedUntil: one.attempt.lockedUntil ?? undefined };
    if (reason === "ok" && record !== undefined) {
      change.entry.action = purpose.accept;
      change.entry.details = { step: "password", rehashed: rehashed === null ? undefined : true };
      await accept(room, one, change.trx, record, rehashed);
    }
    const account = record === undefined ? null : toAccount(record);
    return { accepted: reason === "ok", reason, account, retryAfterMs: retryAfter(one.attempt, room) };
  });
  return answerFor(actor, seen);
}

function reasonOf(one: Try, record: AccountRecord | undefined, matches: boolean): PasswordCheck["reason"] {
  if (!one.attempt.open) return "locked";
  if (record !== undefined && record.password_hash === null) return "no_password";
  if (record === undefined || !matches) return "wrong";
  return record.status === "suspended" ? "suspended" : "ok";
}

async function accept(
  room: AccountRoom,
  one: Try,
  trx: Kysely<Schema>,
  record: AccountRecord,
  rehashed: string | null,
): Promise<void> {
  const secondFactor = await hasActiveFactor(trx, record.id);
  // With a second factor the password is half a proof: it must not wipe away wrong codes.
  if (secondFactor) await giveBackAttempt(trx, one.key);
  else await clearAttempts(trx, one.key);
  const signedIn = one.actor.via === "gate" && one.purpose === SIGN_IN && !secondFactor;
  if (!signedIn && rehashed === null) return;
  await trx
    .updateTable("accounts")
    .set({
      password_hash: rehashed ?? record.password_hash,
      last_sign_in_at: signedIn ? room.clock.now() : record.last_sign_in_at,
    })
    .where("id", "=", record.id)
    .execute();
}

function retryAfter(attempt: Attempt, room: AccountRoom): number {
  return attempt.lockedUntil === null ? 0 : Math.max(0, attempt.lockedUntil - room.clock.now());
}

/** Root on the host is told plainly; a caller at the gate learns nothing but yes or no. */
function answerFor(actor: Actor, seen: PasswordCheck): PasswordCheck {
  if (seen.accepted) return { ...seen, retryAfterMs: 0 };
  if (isRootOnHost(actor)) return seen;
  return { accepted: false, reason: "wrong", account: null, retryAfterMs: 0 };
}
