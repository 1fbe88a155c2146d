import type { Kysely } from "kysely";
import type { KeyRing } from "../database/keys.ts";
import type { Schema, SecondFactorRow } from "../database/schema.ts";
import { type SealedPlace, seal, unseal } from "../database/sealed.ts";
import type { Random } from "../host/random.ts";

/** The row of an account in a status, if there is one. */
export function factorOf(
  db: Kysely<Schema>,
  accountId: number,
  status: SecondFactorRow["status"],
): Promise<SecondFactorRow | undefined> {
  return db
    .selectFrom("second_factors")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("status", "=", status)
    .executeTakeFirst();
}

/** A row keeps its id when it turns from pending to active, and with it its place: nothing is sealed anew. */
function placeOf(accountId: number, id: number): SealedPlace {
  return { table: "second_factors", column: "secret", row: `${accountId}:${id}` };
}

/** @throws CastellanError `secret_unreadable` when the row was copied from elsewhere or the key is another */
export function openSecret(keys: KeyRing, row: SecondFactorRow): Buffer {
  return unseal(keys.key("totp"), placeOf(row.account_id, row.id), row.secret);
}

/** Replaces a pending enrolment; an active factor is not touched. */
export async function storePending(
  trx: Kysely<Schema>,
  parts: { readonly keys: KeyRing; readonly random: Random },
  row: {
    readonly accountId: number;
    readonly secret: Buffer;
    readonly now: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await deleteFactors(trx, row.accountId, "pending");
  const { id } = await trx
    .insertInto("second_factors")
    .values({
      account_id: row.accountId,
      status: "pending",
      // Its place is known only when it has an id.
      secret: Buffer.alloc(0),
      created_at: row.now,
      expires_at: row.expiresAt,
      confirmed_at: null,
      last_step: -1,
      drift_seconds: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const secret = seal(parts.keys.key("totp"), placeOf(row.accountId, id), row.secret, parts.random);
  await trx.updateTable("second_factors").set({ secret }).where("id", "=", id).execute();
}

/** Makes the pending row the active one; the code that proved it is used up. */
export async function activate(
  trx: Kysely<Schema>,
  pending: SecondFactorRow,
  proof: { readonly step: number; readonly driftSeconds: number; readonly now: number },
): Promise<void> {
  await deleteFactors(trx, pending.account_id, "active");
  await trx
    .updateTable("second_factors")
    .set({
      status: "active",
      expires_at: null,
      confirmed_at: proof.now,
      last_step: proof.step,
      drift_seconds: proof.driftSeconds,
    })
    .where("id", "=", pending.id)
    .execute();
}

/**
 * Moves the last accepted step forward by one compare-and-set: of many processes with the same code exactly
 * one gets true, and a step never goes back.
 */
export async function advanceStep(
  trx: Kysely<Schema>,
  id: number,
  step: number,
  driftSeconds: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("second_factors")
    .set({ last_step: step, drift_seconds: driftSeconds })
    .where("id", "=", id)
    .where("last_step", "<", step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Removes factors of an account: those of one status, or all. */
export async function deleteFactors(
  trx: Kysely<Schema>,
  accountId: number,
  status?: SecondFactorRow["status"],
): Promise<void> {
  let query = trx.deleteFrom("second_factors").where("account_id", "=", accountId);
  if (status !== undefined) query = query.where("status", "=", status);
  await query.execute();
}
