import { createHmac } from "node:crypto";
import type { Kysely } from "kysely";
import type { KeyRing } from "../database/keys.ts";
import type { Schema } from "../database/schema.ts";
import { foldCase } from "./names.ts";
import type { AttemptLimits, AttemptState } from "./types.ts";

const MINUTE = 60_000;
/** 5 in 15 minutes, then 15 minutes. */
export const DEFAULT_LIMITS: AttemptLimits = {
  enabled: true,
  attempts: 5,
  windowMs: 15 * MINUTE,
  lockMs: 15 * MINUTE,
};
/** "no more than 100 consecutive failed attempts" (SP 800-63B section 3.2.2), also with the limit off. */
const CEILING = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Whether this try is evaluated at all; when it is, it already counts as a failure. */
export type Attempt =
  | { readonly open: true; readonly failures: number; readonly lockedUntil: number | null }
  | { readonly open: false; readonly retryAfterMs: number; readonly lockedUntil: number };

/** The one counter of an account, for password, code and backup code alike. */
export function accountKey(accountId: number): string {
  return `account:${accountId}`;
}

/** A counter for names that nobody has: one of 65,536, so that inventing names cannot fill the disk. */
export function unknownKey(keys: KeyRing, typed: string): string {
  const name = foldCase(typed.normalize("NFKC").trim()).toLowerCase();
  const hash = createHmac("sha256", keys.key("pepper"))
    .update(`castellan:unknown-name:${name}`)
    .digest("hex");
  return `unknown:${hash.slice(0, 4)}`;
}

/**
 * Takes one try, inside an immediate transaction. It counts as a failure from now on, before anything is
 * evaluated: however many processes try at once, no more than `limits.attempts` are evaluated. Whoever
 * succeeds calls {@link clearAttempts}; a try that was no guess is given back by {@link giveBackAttempt}.
 */
export async function takeAttempt(
  trx: Kysely<Schema>,
  key: string,
  limits: AttemptLimits,
  now: number,
): Promise<Attempt> {
  const { attempts, windowMs, lockMs } = effective(limits);
  const row = await trx.selectFrom("throttles").selectAll().where("key", "=", key).executeTakeFirst();
  if (row?.locked_until != null && row.locked_until > now) {
    const lockedUntil = await shortenLock(trx, key, row.locked_until, now + lockMs);
    return { open: false, retryAfterMs: lockedUntil - now, lockedUntil };
  }
  const goesOn = row !== undefined && row.locked_until === null && now - row.last_failure_at < windowMs;
  const failures = goesOn ? row.failures + 1 : 1;
  const next = {
    failures,
    first_failure_at: goesOn ? row.first_failure_at : now,
    last_failure_at: now,
    locked_until: failures >= attempts ? now + lockMs : null,
  };
  await trx
    .insertInto("throttles")
    .values({ key, ...next })
    .onConflict((conflict) => conflict.column("key").doUpdateSet(next))
    .execute();
  return { open: true, failures, lockedUntil: next.locked_until };
}

/** A lock never lasts longer than the policy says, also after the clock was put back. */
async function shortenLock(
  trx: Kysely<Schema>,
  key: string,
  lockedUntil: number,
  longest: number,
): Promise<number> {
  if (lockedUntil <= longest) return lockedUntil;
  await trx.updateTable("throttles").set({ locked_until: longest }).where("key", "=", key).execute();
  return longest;
}

/** The try was no guess (a right code a second time, a right password before the code): it counts no more. */
export async function giveBackAttempt(trx: Kysely<Schema>, key: string): Promise<void> {
  await trx
    .updateTable("throttles")
    .set((eb) => ({ failures: eb("failures", "-", 1), locked_until: null }))
    .where("key", "=", key)
    .execute();
  await trx.deleteFrom("throttles").where("key", "=", key).where("failures", "<=", 0).execute();
}

/** A success ends the streak, or root does; says how many failures are forgotten. */
export async function clearAttempts(trx: Kysely<Schema>, key: string): Promise<number> {
  const row = await trx
    .deleteFrom("throttles")
    .where("key", "=", key)
    .returning("failures")
    .executeTakeFirst();
  return row?.failures ?? 0;
}

/** Where every account stands that failed lately, by account id. */
export async function attemptStates(
  db: Kysely<Schema>,
  limits: AttemptLimits,
  now: number,
): Promise<Map<number, AttemptState>> {
  const rows = await db
    .selectFrom("throttles")
    .select(["key", "failures", "last_failure_at", "locked_until"])
    .where("key", "like", "account:%")
    .execute();
  const states = new Map<number, AttemptState>();
  for (const row of rows) {
    const locked = row.locked_until !== null && row.locked_until > now;
    const fresh = row.locked_until === null && now - row.last_failure_at < effective(limits).windowMs;
    if (!locked && !fresh) continue;
    const id = Number(row.key.slice("account:".length));
    states.set(id, { failures: row.failures, lockedUntil: locked ? row.locked_until : null });
  }
  return states;
}

function effective(limits: AttemptLimits): AttemptLimits {
  return limits.enabled ? limits : { ...limits, attempts: CEILING };
}

/**
 * How long the answer to a failed try is held back: doubling towards the limit, 2 s for the last one and for
 * every try while locked.
 */
export function pauseAfter(attempt: Attempt, limits: AttemptLimits): number {
  const left = attempt.open ? Math.max(0, effective(limits).attempts - attempt.failures) : 0;
  return Math.floor(LONGEST_PAUSE_MS / 2 ** left);
}
