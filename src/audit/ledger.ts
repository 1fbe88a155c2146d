import type { Kysely, Transaction } from "kysely";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { AnchorFile } from "./anchor.ts";
import { canonicalJson, type Json } from "./canonical.ts";
import { chainHash, GENESIS } from "./chain.ts";

/** What happened, for one audit row. */
export interface AuditEntry {
  /** Dotted verb such as `account.create`; the list is in docs/audit.md. */
  action: string;
  /** What it was done to: an account's name, an address, a policy. */
  target: string;
  outcome?: "done" | "refused" | "failed";
  /** Facts, old → new as `{field: {old, new}}`. Never a secret. */
  details?: { readonly [key: string]: Json | undefined };
}

/** Handed to the work of a change: queries inside the transaction, and the row that will tell of it. */
export interface Change {
  readonly trx: Transaction<Schema>;
  /** The row of this change; the work completes it (details, outcome, a better target). */
  readonly entry: AuditEntry;
  /** Writes a further row in the same transaction. */
  also(entry: AuditEntry): void;
}

/** The only way to change state: the change and its audit row are committed together or not at all. */
export interface Ledger {
  /**
   * Runs `work` in one immediate transaction and appends its audit row in the same one. When `work` throws a
   * {@link CastellanError} nothing of it stays, and a row with outcome `refused` tells of the try.
   */
  change<T>(actor: Actor, entry: AuditEntry, work: (change: Change) => Promise<T>): Promise<T>;
  /** Appends one row without any other change (a sign-in, a failed check). */
  record(actor: Actor, entry: AuditEntry): Promise<void>;
  /** Appends rows in a transaction that somebody else runs; the caller anchors by {@link Ledger.anchor}. */
  append(trx: Kysely<Schema>, actor: Actor, entries: readonly AuditEntry[]): Promise<void>;
  /** Writes the newest head to the anchor outside the database; called after a commit. */
  anchor(): Promise<void>;
}

export interface LedgerParts {
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly anchorFile: AnchorFile;
}

export function openLedger(parts: LedgerParts): Ledger {
  const { database, anchorFile } = parts;

  async function anchor(): Promise<void> {
    const head = await lastRow(database.db);
    anchorFile.write(head.seq, head.hash);
  }

  async function record(actor: Actor, entry: AuditEntry): Promise<void> {
    await database.db.transaction().execute((trx) => appendRows(parts, trx, actor, [entry]));
    await anchor();
  }

  return {
    anchor,
    record,
    append: (trx, actor, entries) => appendRows(parts, trx, actor, entries),
    async change(actor, entry, work) {
      assertWritable(database);
      try {
        const result = await database.db.transaction().execute(async (trx) => {
          const rows: AuditEntry[] = [entry];
          const value = await work({ trx, entry, also: (further) => rows.push(further) });
          await appendRows(parts, trx, actor, rows);
          return value;
        });
        await anchor();
        return result;
      } catch (error) {
        if (isRefusal(error)) {
          await record(actor, {
            action: entry.action,
            target: entry.target,
            outcome: "refused",
            details: { code: error.code, reason: error.message },
          });
        }
        throw error;
      }
    },
  };
}

function assertWritable(database: PanelDatabase): void {
  if (!database.readOnly) return;
  throw new CastellanError(
    "read_only",
    "castellan runs with --read-only: nothing was changed",
    "start it without --read-only",
  );
}

const STORAGE_CODES = new Set([
  "storage_full",
  "storage_read_only",
  "database_busy",
  "database_damaged",
  "read_only",
  "confirmation_needed",
]);

/** A rule said no. Troubles of the storage are none: the row could not be written either. */
function isRefusal(error: unknown): error is CastellanError {
  return error instanceof CastellanError && !STORAGE_CODES.has(error.code);
}

async function appendRows(
  { keys, clock }: LedgerParts,
  trx: Kysely<Schema>,
  actor: Actor,
  entries: readonly AuditEntry[],
): Promise<void> {
  const key = keys.key("audit");
  let { seq, hash } = await lastRow(trx);
  for (const entry of entries) {
    const facts = {
      seq: seq + 1,
      time: clock.now(),
      actor: actor.name,
      actor_account: actor.accountId,
      via: actor.via,
      verified: actor.verified ? 1 : 0,
      on_behalf_of: actor.onBehalfOf,
      action: entry.action,
      target: entry.target,
      outcome: entry.outcome ?? ("done" as const),
      details: canonicalJson(entry.details ?? {}),
      address: actor.address,
      prev_hash: hash,
    };
    hash = chainHash(key, facts);
    seq = facts.seq;
    await trx
      .insertInto("audit")
      .values({ ...facts, hash })
      .execute();
  }
}

/** The newest row, or where retention cut, or the beginning. */
async function lastRow(db: Kysely<Schema>): Promise<{ seq: number; hash: Buffer }> {
  const row = await db
    .selectFrom("audit")
    .select(["seq", "hash"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row !== undefined) return row;
  const cut = await db
    .selectFrom("audit_cuts")
    .select(["seq", "hash"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return cut ?? { seq: 0, hash: GENESIS };
}
