import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { Lockout } from "./rows.ts";

/** Networks that somebody unlocked or allowed since then (epoch ms), in whichever process. */
export async function justFreed(db: Kysely<Schema>, since: number): Promise<string[]> {
  const lifted = await db
    .selectFrom("lockouts")
    .select("target")
    .where("scope", "=", "address")
    .where("lifted_at", ">", since)
    .where("lifted_by", "!=", GUARD_ACTOR.name)
    .execute();
  const allowed = await db
    .selectFrom("allow_entries")
    .select("cidr")
    .where("created_at", ">", since)
    .execute();
  return [...lifted.map(({ target }) => target), ...allowed.map(({ cidr }) => cidr)];
}

/** Networks of those among the lockouts that somebody has lifted since. */
export async function liftedAmong(db: Kysely<Schema>, lockouts: readonly Lockout[]): Promise<string[]> {
  if (lockouts.length === 0) return [];
  const first = Math.min(...lockouts.map(({ id }) => id));
  const rows = await db
    .selectFrom("lockouts")
    .select(["id", "target"])
    .where("id", ">=", first)
    .where("scope", "=", "address")
    .where("lifted_at", "is not", null)
    .execute();
  const asked = new Set(lockouts.map(({ id }) => id));
  return rows.filter(({ id }) => asked.has(id)).map(({ target }) => target);
}

/** Changes with every change to what should be enforced. */
export async function stampOf(db: Kysely<Schema>): Promise<string> {
  const lockouts = await db
    .selectFrom("lockouts")
    .select((eb) => [
      eb.fn.countAll().as("count"),
      eb.fn.sum("id").as("ids"),
      eb.fn.sum("expires_at").as("ends"),
    ])
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  const allowed = await db
    .selectFrom("allow_entries")
    .select((eb) => [eb.fn.countAll().as("count"), eb.fn.sum("id").as("ids")])
    .executeTakeFirst();
  return JSON.stringify([lockouts, allowed]);
}
