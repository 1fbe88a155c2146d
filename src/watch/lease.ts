import type { Kysely } from "kysely";
import type { PanelDatabase } from "../database/open.ts";
import type { LeaseRow, Schema } from "../database/schema.ts";
import type { Clock } from "../host/clock.ts";

const ENGINE_LEASE = "engine";
/** A holder that has not renewed for this long is taken for dead; one whose process is gone is not waited for. */
export const LEASE_MS = 10_000;

/** Who runs the one engine of a state folder. */
export interface EngineHolder {
  /** Unique to this run of the engine. */
  readonly holder: string;
  readonly kind: "guard" | "screen";
  readonly pid: number;
}

/** The right to run the engine: one per state folder, decided by the database. */
export interface Lease {
  /**
   * Takes or renews the lease; false when somebody else holds it. A guard takes it from a screen; a holder
   * whose process is gone is not waited for.
   */
  hold(): Promise<boolean>;
  /**
   * Whether the lease is ours, asked within a transaction: what is committed with a yes can never be the work of an
   * engine that somebody else has replaced in the meantime.
   */
  isOurs(trx: Kysely<Schema>): Promise<boolean>;
  release(): Promise<void>;
}

export function openLease(
  { database, clock }: { database: PanelDatabase; clock: Clock },
  me: EngineHolder,
  isAlive: (pid: number) => boolean = processIsAlive,
): Lease {
  return {
    async hold() {
      return await database.db.transaction().execute(async (trx) => {
        const now = clock.now();
        const held = await trx
          .selectFrom("leases")
          .selectAll()
          .where("name", "=", ENGINE_LEASE)
          .executeTakeFirst();
        if (held !== undefined && !mayTake(held, me, now, isAlive)) return false;
        const row = { ...me, name: ENGINE_LEASE, renewed_at: now, expires_at: now + LEASE_MS };
        await trx
          .insertInto("leases")
          .values(row)
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .execute();
        return true;
      });
    },
    async isOurs(trx) {
      const held = await trx
        .selectFrom("leases")
        .select("holder")
        .where("name", "=", ENGINE_LEASE)
        .executeTakeFirst();
      return held?.holder === me.holder;
    },
    async release() {
      await database.db
        .deleteFrom("leases")
        .where("name", "=", ENGINE_LEASE)
        .where("holder", "=", me.holder)
        .execute();
    },
  };
}

/** The engine's present holder, or null when no engine runs. */
export async function engineHolder(
  { database, clock }: { database: PanelDatabase; clock: Clock },
  isAlive: (pid: number) => boolean = processIsAlive,
): Promise<EngineHolder | null> {
  const held = await database.db
    .selectFrom("leases")
    .selectAll()
    .where("name", "=", ENGINE_LEASE)
    .executeTakeFirst();
  return held === undefined || isOver(held, clock.now(), isAlive) ? null : held;
}

function mayTake(held: LeaseRow, me: EngineHolder, now: number, isAlive: (pid: number) => boolean): boolean {
  if (held.holder === me.holder) return true;
  if (isOver(held, now, isAlive)) return true;
  return held.kind === "screen" && me.kind === "guard";
}

/** A renewal from the future is a clock that was set back: no reason to wait for it. */
function isOver(held: LeaseRow, now: number, isAlive: (pid: number) => boolean): boolean {
  return held.expires_at <= now || held.renewed_at > now + LEASE_MS || !isAlive(held.pid);
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
