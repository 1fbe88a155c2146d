import type { AuditEntry } from "../audit/ledger.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { LockoutParts } from "./parts.ts";
import { expiryEntry } from "./record.ts";
import { type Lockout, toLockout } from "./rows.ts";

/**
 * Ends what is past its time, and keeps ends true when the wall clock is set.
 *
 * Ends are stored as wall time. Between two calls of one process the wall clock and the monotonic clock must have
 * moved alike; when they differ by more than two seconds the clock was set, and every end that was stored before is
 * moved by the difference: a clock set forward unlocks nobody early, one set back keeps nobody longer. Set while
 * castellan is down, a clock can shorten a lockout by the step at the most; a lockout that begins in the future
 * begins now, so that it lasts its own time at the most. The kernel counts its own timeouts through all of it.
 *
 * Only the one engine of a state folder calls this again and again: two would move the ends twice.
 */
export interface Expiry {
  /** @returns the lockouts that it lifted */
  run(): Promise<Lockout[]>;
}

const STEP_MS = 2_000;
/** Rows changed in one transaction: others may write in between. */
const ROWS_A_TURN = 500;

interface Reference {
  /** Wall time less monotonic time. */
  readonly offset: number;
  readonly newestLockout: number;
  readonly newestAllowed: number;
}

export function openExpiry(parts: LockoutParts): Expiry {
  const { database, clock } = parts;
  let reference: Reference | null = null;

  async function refer(): Promise<Reference> {
    const newest = async (table: "lockouts" | "allow_entries"): Promise<number> => {
      const row = await database.db
        .selectFrom(table)
        .select((eb) => eb.fn.max("id").as("id"))
        .executeTakeFirst();
      return Number(row?.id ?? 0);
    };
    return {
      offset: clock.now() - clock.monotonic(),
      newestLockout: await newest("lockouts"),
      newestAllowed: await newest("allow_entries"),
    };
  }

  return {
    async run() {
      if (database.readOnly) return [];
      const now = await refer();
      const step = reference === null ? 0 : now.offset - reference.offset;
      if (reference !== null && Math.abs(step) > STEP_MS) await followStep(parts, step, reference);
      reference = now;
      await beginNow(parts);
      const lifted = await liftOver(parts);
      const disallowed = await endAllowed(parts);
      const changed = [
        ...lifted.filter(({ scope }) => scope === "address").map(({ target }) => target),
        ...disallowed,
      ];
      if (changed.length > 0) await parts.enforcement.refresh(changed);
      return lifted;
    },
  };
}

/** Moves what was stored under the old clock; what somebody stored since is right as it is. */
async function followStep({ ledger }: LockoutParts, step: number, reference: Reference): Promise<void> {
  const entry = { action: "lockout.clock_step", target: "lockouts" };
  await ledger.change(GUARD_ACTOR, entry, async ({ trx, entry }) => {
    const moved = Math.round(step);
    const locked = await trx
      .updateTable("lockouts")
      .set((eb) => ({ locked_at: eb("locked_at", "+", moved), expires_at: eb("expires_at", "+", moved) }))
      .where("lifted_at", "is", null)
      .where("id", "<=", reference.newestLockout)
      .executeTakeFirst();
    const allowed = await trx
      .updateTable("allow_entries")
      .set((eb) => ({ expires_at: eb("expires_at", "+", moved) }))
      .where("expires_at", "is not", null)
      .where("id", "<=", reference.newestAllowed)
      .executeTakeFirst();
    entry.details = {
      stepMs: moved,
      lockouts: Number(locked.numUpdatedRows),
      allowEntries: Number(allowed.numUpdatedRows),
    };
  });
}

/** The clock was set back while nobody watched: a lockout cannot have begun in the future. */
async function beginNow({ database, ledger, clock }: LockoutParts): Promise<void> {
  const now = clock.now();
  const ahead = () =>
    database.db
      .selectFrom("lockouts")
      .select("id")
      .where("lifted_at", "is", null)
      .where("locked_at", ">", now + STEP_MS);
  if ((await ahead().limit(1).executeTakeFirst()) === undefined) return;
  const entry = { action: "lockout.clock_step", target: "lockouts" };
  await ledger.change(GUARD_ACTOR, entry, async ({ trx, entry }) => {
    const moved = await trx
      .updateTable("lockouts")
      .set((eb) => ({
        expires_at: eb(eb("expires_at", "+", now), "-", eb.ref("locked_at")),
        locked_at: now,
      }))
      .where("lifted_at", "is", null)
      .where("locked_at", ">", now + STEP_MS)
      .executeTakeFirst();
    entry.details = { because: "locked in the future", lockouts: Number(moved.numUpdatedRows) };
  });
}

async function liftOver({ database, ledger, clock }: LockoutParts): Promise<Lockout[]> {
  const lifted: Lockout[] = [];
  for (;;) {
    const due = await dueLockouts(database, clock.now());
    if (due.length === 0) return lifted;
    const [first, ...others] = due.map(expiryEntry);
    if (first === undefined) return lifted;
    const rows = await ledger.change(GUARD_ACTOR, first, async ({ trx, also }) => {
      const now = clock.now();
      const changed = await trx
        .updateTable("lockouts")
        .set({ lifted_at: now, lifted_by: GUARD_ACTOR.name })
        .where("lifted_at", "is", null)
        .where(
          "id",
          "in",
          due.map(({ id }) => id),
        )
        .returningAll()
        .execute();
      others.forEach(also);
      return changed;
    });
    lifted.push(...rows.map(toLockout));
  }
}

async function dueLockouts({ db }: LockoutParts["database"], now: number): Promise<Lockout[]> {
  const rows = await db
    .selectFrom("lockouts")
    .selectAll()
    .where("lifted_at", "is", null)
    .where("expires_at", "<=", now)
    .orderBy("id")
    .limit(ROWS_A_TURN)
    .execute();
  return rows.map(toLockout);
}

async function endAllowed({ database, ledger, clock }: LockoutParts): Promise<string[]> {
  const now = clock.now();
  const due = await database.db
    .selectFrom("allow_entries")
    .select(["id", "cidr", "note", "expires_at"])
    .where("expires_at", "<=", now)
    .execute();
  const entries: AuditEntry[] = due.map(({ cidr, note, expires_at }) => ({
    action: "allow.expire",
    target: cidr,
    details: { note: { old: note, new: null }, expiresAt: { old: expires_at, new: null } },
  }));
  const [first, ...others] = entries;
  if (first === undefined) return [];
  await ledger.change(GUARD_ACTOR, first, async ({ trx, also }) => {
    await trx.deleteFrom("allow_entries").where("expires_at", "<=", now).execute();
    others.forEach(also);
  });
  return due.map(({ cidr }) => cidr);
}
