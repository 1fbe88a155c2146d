import type { Kysely } from "kysely";
import type { Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { readSetting, writeSetting } from "../database/settings.ts";
import { CastellanError } from "../errors.ts";
import { type Actor, atLeast } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";

/** How long attempts and audit rows are kept. */
export interface RetentionPolicy {
  /** 1 to 3650. */
  readonly attemptDays: number;
  /** Whatever their age, no more than this many rows, 10,000 to 100,000,000: a flood must not fill the disk. */
  readonly attemptRows: number;
  /** Days that audit rows are kept, 30 to 36,500; 0 keeps them for ever. */
  readonly auditDays: number;
}

export const RETENTION_DEFAULTS: RetentionPolicy = { attemptDays: 30, attemptRows: 5_000_000, auditDays: 0 };
const SETTING = "policy.retention";
const DELETE_AT_ONCE = 50_000;

/** The policy in force. */
export function readRetention(db: Kysely<Schema>): Promise<RetentionPolicy> {
  return readSetting(db, SETTING, RETENTION_DEFAULTS);
}

/** Changes the policy. @throws CastellanError `invalid_input`, `not_permitted` */
export function setRetention(
  parts: { readonly database: PanelDatabase; readonly ledger: Ledger; readonly clock: Clock },
  actor: Actor,
  change: Partial<RetentionPolicy>,
): Promise<RetentionPolicy> {
  const entry = { action: "retention.policy", target: "retention", details: {} };
  return parts.ledger.change(actor, entry, async ({ trx }) => {
    if (!atLeast(actor.role, "admin")) {
      throw new CastellanError(
        "not_permitted",
        `a ${actor.role} may not change the retention policy`,
        "ask an admin",
      );
    }
    const before = await readRetention(trx);
    const next = { ...before, ...change };
    assertWithin(next);
    entry.details = Object.fromEntries(
      (Object.keys(next) as (keyof RetentionPolicy)[])
        .filter((key) => before[key] !== next[key])
        .map((key) => [key, { old: before[key], new: next[key] }]),
    );
    await writeSetting(trx, SETTING, next, parts.clock.now());
    return next;
  });
}

function assertWithin({ attemptDays, attemptRows, auditDays }: RetentionPolicy): void {
  assertNumber("attemptDays", attemptDays, 1, 3_650);
  assertNumber("attemptRows", attemptRows, 10_000, 100_000_000);
  if (auditDays !== 0) assertNumber("auditDays", auditDays, 30, 36_500);
}

function assertNumber(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new CastellanError(
    "invalid_input",
    `${name} is ${value}`,
    `give a whole number from ${least} to ${most}`,
  );
}

/** Deletes attempts beyond the retention policy, in portions so that nobody waits for the database. */
export async function retainAttempts(
  parts: { readonly database: PanelDatabase; readonly clock: Clock },
  policy: RetentionPolicy,
): Promise<number> {
  const { db } = parts.database;
  const before = parts.clock.now() - policy.attemptDays * 86_400_000;
  const newest = await db
    .selectFrom("attempts")
    .select((eb) => eb.fn.max("id").as("id"))
    .executeTakeFirst();
  const lowestKept = Number(newest?.id ?? 0) - policy.attemptRows;
  let deleted = 0;
  for (;;) {
    const oldest = db
      .selectFrom("attempts")
      .select("id")
      .where((eb) => eb.or([eb("time", "<", before), eb("id", "<=", lowestKept)]))
      .orderBy("id")
      .limit(DELETE_AT_ONCE);
    const { numDeletedRows } = await db
      .deleteFrom("attempts")
      .where("id", "in", oldest)
      .executeTakeFirstOrThrow();
    deleted += Number(numDeletedRows);
    if (numDeletedRows < BigInt(DELETE_AT_ONCE)) break;
  }
  await db.deleteFrom("pressure").where("bucket", "<", before).execute();
  return deleted;
}
