import type { Kysely } from "kysely";
import { loggableName } from "../accounts/names.ts";
import { assertCountable } from "../accounts/parts.ts";
import { isRootOnHost } from "../accounts/rules.ts";
import { type AccountRecord, requireRecord } from "../accounts/store.ts";
import {
  type Attempt,
  accountKey,
  clearAttempts,
  giveBackAttempt,
  pauseAfter,
  takeAttempt,
} from "../accounts/throttle.ts";
import type { AttemptLimits } from "../accounts/types.ts";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema, SecondFactorRow } from "../database/schema.ts";
import type { Actor } from "../host/actor.ts";
import { backupCodeHash, backupCodesLeft, canonicalBackupCode, spendBackupCode } from "./backup-codes.ts";
import type { TwoFactorRoom } from "./parts.ts";
import { weighCode } from "./skew.ts";
import { stepOf } from "./steps.ts";
import { advanceStep, factorOf, openSecret } from "./store.ts";
import type { TwoFactorCheck } from "./types.ts";

/** A check with what is needed to hold its answer back. */
export interface CheckedTry {
  readonly check: TwoFactorCheck;
  readonly pauseMs: number;
}

/** Proves a second factor and uses the code up; counted, limited and audited. */
export async function checkCode(
  room: TwoFactorRoom,
  actor: Actor,
  name: string,
  code: string,
): Promise<TwoFactorCheck> {
  assertCountable(room.database);
  const limits = await room.limits();
  const entry: AuditEntry = { action: "2fa.refuse", target: loggableName(name) };
  const { check, pauseMs } = await room.ledger.change(actor, entry, async ({ trx }) => {
    const record = await requireRecord(trx, name);
    entry.target = record.name;
    const tried = await tryCode(room, trx, record, code, limits);
    noteCheck(entry, tried.check);
    if (tried.check.accepted) {
      entry.action = "2fa.accept";
      if (actor.via === "gate") await noteSignIn(trx, record.id, room.clock.now());
    }
    return tried;
  });
  if (!check.accepted) await room.pause(pauseMs);
  return answerFor(actor, check);
}

/** Lets the audit row tell what came of a check. */
export function noteCheck(entry: AuditEntry, check: TwoFactorCheck): void {
  const { accepted, reason, driftSeconds, retryAfterMs } = check;
  entry.outcome = accepted ? "done" : "failed";
  entry.details = {
    ...entry.details,
    reason,
    driftSeconds: driftSeconds ?? undefined,
    backupCodesLeft: reason === "backup_code" ? check.backupCodesLeft : undefined,
    lockedForMs: retryAfterMs > 0 ? retryAfterMs : undefined,
  };
}

/**
 * Weighs a code inside a transaction: takes one try from the account's limit, uses the code up when it is
 * right. A right code that was used already is no guess and is not counted.
 */
export async function tryCode(
  room: TwoFactorRoom,
  trx: Kysely<Schema>,
  record: AccountRecord,
  code: string,
  limits: AttemptLimits,
): Promise<CheckedTry> {
  const factor = await factorOf(trx, record.id, "active");
  if (record.status === "suspended") return unevaluated("suspended");
  if (factor === undefined) return unevaluated("not_enrolled");
  const now = room.clock.now();
  const attempt = await takeAttempt(trx, accountKey(record.id), limits, now);
  const finding = attempt.open ? await evaluate(room, trx, factor, code) : THROTTLED;
  const key = accountKey(record.id);
  if (finding.accepted) await clearAttempts(trx, key);
  else if (finding.reason === "already_used") await giveBackAttempt(trx, key);
  const left = (await backupCodesLeft(trx, record.id)).get(record.id) ?? 0;
  const lockedMs = lockLeft(attempt, finding, now);
  return {
    check: { ...finding, backupCodesLeft: left, retryAfterMs: lockedMs },
    pauseMs: finding.reason === "already_used" ? 0 : pauseAfter(attempt, limits),
  };
}

type Finding = Pick<TwoFactorCheck, "accepted" | "reason" | "driftSeconds">;

const THROTTLED: Finding = { accepted: false, reason: "throttled", driftSeconds: null };
const WRONG: Finding = { accepted: false, reason: "wrong_code", driftSeconds: null };

function unevaluated(reason: "suspended" | "not_enrolled"): CheckedTry {
  const check = { accepted: false, reason, driftSeconds: null, backupCodesLeft: 0, retryAfterMs: 0 };
  return { check, pauseMs: 0 };
}

function lockLeft(attempt: Attempt, finding: Finding, now: number): number {
  if (finding.accepted || finding.reason === "already_used" || attempt.lockedUntil === null) return 0;
  return attempt.lockedUntil - now;
}

/** Longer than any code with blanks in it. */
const LONGEST_CODE = 64;

async function evaluate(
  room: TwoFactorRoom,
  trx: Kysely<Schema>,
  factor: SecondFactorRow,
  typed: string,
): Promise<Finding> {
  if (typed.length > LONGEST_CODE) return WRONG;
  const digits = typed.replace(/[\s-]/g, "");
  if (/^[0-9]{6}$/.test(digits)) return evaluateTotp(room, trx, factor, digits);
  const canonical = canonicalBackupCode(typed);
  if (canonical === undefined) return WRONG;
  const hash = backupCodeHash(room.keys, factor.account_id, canonical);
  const used = await spendBackupCode(trx, factor.account_id, hash, room.clock.now());
  return used === "accepted"
    ? { accepted: true, reason: "backup_code", driftSeconds: null }
    : { accepted: false, reason: used, driftSeconds: null };
}

async function evaluateTotp(
  room: TwoFactorRoom,
  trx: Kysely<Schema>,
  factor: SecondFactorRow,
  digits: string,
): Promise<Finding> {
  const { codeAt } = await import("./codes.ts");
  const secret = openSecret(room.keys, factor);
  const verdict = weighCode(digits, (step) => codeAt(secret, step), {
    step: stepOf(room.clock.now()),
    lastStep: factor.last_step,
  });
  if (verdict.kind === "wrong") return WRONG;
  const { driftSeconds } = verdict;
  if (verdict.kind !== "right") {
    return { accepted: false, reason: verdict.kind === "used" ? "already_used" : "skewed", driftSeconds };
  }
  const accepted = await advanceStep(trx, factor.id, verdict.step, driftSeconds);
  return { accepted, reason: accepted ? "totp" : "already_used", driftSeconds };
}

async function noteSignIn(trx: Kysely<Schema>, accountId: number, now: number): Promise<void> {
  await trx.updateTable("accounts").set({ last_sign_in_at: now }).where("id", "=", accountId).execute();
}

/**
 * What a caller at the gate may know: that a code is early would tell a guesser which code becomes right, and
 * when. Root on the host sees all of it, and so does the audit log.
 */
function answerFor(actor: Actor, check: TwoFactorCheck): TwoFactorCheck {
  if (check.accepted || isRootOnHost(actor)) return check;
  const early = check.reason === "skewed" && (check.driftSeconds ?? 0) > 0;
  return { ...check, backupCodesLeft: 0, ...(early ? WRONG : {}) };
}
