import type { Kysely } from "kysely";
import type { AllowEntryRow, LockoutRow, Schema } from "../database/schema.ts";
import { GUARD_ACTOR } from "../host/actor.ts";

/** Somebody is, or was, locked. */
export interface Lockout {
  readonly id: number;
  /**
   * address: its packets are dropped · account: an alarm that the account is under attack. sshd cannot be told to
   * refuse an account for some addresses only, so that an account lockout closes nothing: whoever signed in before
   * still does. The gate slows down sign-ins to it.
   */
  readonly scope: "address" | "account";
  /** A canonical CIDR (`203.0.113.9/32`, `2001:db8::/64`), or the account's name. */
  readonly target: string;
  readonly origin: "automatic" | "manual";
  readonly reason: string;
  /** How often the target was locked before, within the memory of the policy. */
  readonly repeat: number;
  /** Epoch milliseconds, as are all times here. */
  readonly lockedAt: number;
  /** null: until somebody lifts it. */
  readonly expiresAt: number | null;
  readonly liftedAt: number | null;
  /** Who lifted it; `castellan` when its time was over. */
  readonly liftedBy: string | null;
  /** Ids of the attempts that led here. */
  readonly evidence: readonly number[];
  /** Whether the kernel drops its packets; null: not known, over, or an account. */
  readonly enforced: boolean | null;
  /** Why it is not enforced, where that is known. */
  readonly fault?: string;
}

/** Addresses that are never locked. */
export interface AllowEntry {
  readonly id: number;
  readonly cidr: string;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: number;
  /** null: for good. */
  readonly expiresAt: number | null;
}

/** The lockout that a row tells of; whether it is enforced is not in the row. */
export function toLockout(row: LockoutRow): Lockout {
  return {
    id: row.id,
    scope: row.scope,
    target: row.target,
    origin: row.origin,
    reason: row.reason,
    repeat: row.repeat,
    lockedAt: row.locked_at,
    expiresAt: row.expires_at,
    liftedAt: row.lifted_at,
    liftedBy: row.lifted_by,
    evidence: JSON.parse(row.evidence) as number[],
    enforced: null,
  };
}

export function toAllowEntry(row: AllowEntryRow): AllowEntry {
  return {
    id: row.id,
    cidr: row.cidr,
    note: row.note,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** Lockouts in force at `now`, the newest first. What is past its time is not, even if nobody has lifted it yet. */
export async function activeRows(db: Kysely<Schema>, now: number): Promise<Lockout[]> {
  const rows = await db
    .selectFrom("lockouts")
    .selectAll()
    .where("lifted_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
    .orderBy("locked_at", "desc")
    .orderBy("id", "desc")
    .execute();
  return rows.map(toLockout);
}

/** Allow entries in force at `now`, the oldest first. */
export async function allowRows(db: Kysely<Schema>, now: number): Promise<AllowEntry[]> {
  const rows = await db
    .selectFrom("allow_entries")
    .selectAll()
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
    .orderBy("id")
    .execute();
  return rows.map(toAllowEntry);
}

/** How often the target was locked since, not counting what a person lifted: that was a mistake, or is forgiven. */
export async function repeatsOf(
  db: Kysely<Schema>,
  { scope, target }: Pick<Lockout, "scope" | "target">,
  since: number,
): Promise<number> {
  const row = await db
    .selectFrom("lockouts")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("scope", "=", scope)
    .where("target", "=", target)
    .where("locked_at", ">", since)
    .where((eb) => eb.or([eb("lifted_by", "is", null), eb("lifted_by", "=", GUARD_ACTOR.name)]))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Lifts what of the target is past its time, so that its place in the index of active lockouts is free. */
export async function liftOverdue(
  db: Kysely<Schema>,
  { scope, target }: Pick<Lockout, "scope" | "target">,
  now: number,
): Promise<Lockout[]> {
  const rows = await db
    .updateTable("lockouts")
    .set({ lifted_at: now, lifted_by: GUARD_ACTOR.name })
    .where("scope", "=", scope)
    .where("target", "=", target)
    .where("lifted_at", "is", null)
    .where("expires_at", "<=", now)
    .returningAll()
    .execute();
  return rows.map(toLockout);
}
