import type { Kysely, Transaction } from "kysely";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { AnchorFile } from "./anchor.ts";
import { chainHash } from "./chain.ts";
import { type AuditDetails, storedDetails, storedText } from "./details.ts";
import { type ChainHead, chainHead, hashAt } from "./head.ts";

/** What happened, for one audit row. */
export interface AuditEntry {
  /** Dotted: the subject and what was done, such as `account.create`. */
  action: string;
  /** What it was done to: an account's name, an address, a policy. */
  target: string;
  outcome?: "done" | "refused" | "failed";
  /** Facts, old → new as `{field: {old, new}}`. Never a secret. Cut at 16 KiB. */
  details?: AuditDetails;
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
  /**
   * As {@link Ledger.record}, unless the very same entry was written since `since` (epoch ms): for who may have been
   * interrupted before it could note that it had.
   */
  recordOnce(actor: Actor, entry: AuditEntry, since: number): Promise<void>;
  /** Appends rows in a transaction that somebody else runs; the caller anchors by {@link Ledger.anchor}. */
  append(trx: Kysely<Schema>, actor: Actor, entries: readonly AuditEntry[]): Promise<void>;
  /**
   * Writes the newest head to the anchor outside the database; called after a commit. Never throws: what was
   * committed has happened, whether or not it could be anchored (`AnchorFile.fault` tells).
   */
  anchor(): Promise<void>;
}

export interface LedgerParts {
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly anchorFile: AnchorFile;
}

export function openLedger(parts: LedgerParts): Ledger {
  const { database } = parts;

  async function record(actor: Actor, entry: AuditEntry): Promise<void> {
    assertWritable(database);
    await anchorHead(
      parts,
      await database.db.transaction().execute((trx) => appendRows(parts, trx, actor, [entry])),
    );
  }

  async function recordOnce(actor: Actor, entry: AuditEntry, since: number): Promise<void> {
    assertWritable(database);
    const head = await database.db.transaction().execute(async (trx) => {
      return (await wasWritten(trx, entry, since)) ? chainHead(trx) : appendRows(parts, trx, actor, [entry]);
    });
    await anchorHead(parts, head);
  }

  return {
    record,
    recordOnce,
    anchor: () => anchorHead(parts),
    append: async (trx, actor, entries) => {
      await appendRows(parts, trx, actor, entries);
    },
    async change(actor, entry, work) {
      assertWritable(database);
      const { action, target } = entry;
      let head: ChainHead;
      let value: Awaited<ReturnType<typeof work>>;
      try {
        [value, head] = await database.db.transaction().execute(async (trx) => {
          const rows: AuditEntry[] = [entry];
          const result = await work({ trx, entry, also: (further) => rows.push(further) });
          return [result, await appendRows(parts, trx, actor, rows)];
        });
      } catch (error) {
        if (isRefusal(error))
          await recordRefusal(error, (refusal) => record(actor, { action, target, ...refusal }));
        throw error;
      }
      await anchorHead(parts, head);
      return value;
    },
  };
}

/** Tells of a refused try. When the storage will not have it, the refusal itself must still reach the caller. */
async function recordRefusal(
  { code, message }: CastellanError,
  record: (refusal: Pick<AuditEntry, "outcome" | "details">) => Promise<void>,
): Promise<void> {
  try {
    await record({ outcome: "refused", details: { code, reason: message } });
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
  }
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

async function wasWritten(trx: Kysely<Schema>, entry: AuditEntry, since: number): Promise<boolean> {
  const { action, target, outcome, details } = storedEntry(entry);
  const row = await trx
    .selectFrom("audit")
    .select("seq")
    .where("action", "=", action)
    .where("outcome", "=", outcome)
    .where("target", "=", target)
    .where("details", "=", details)
    .where("time", ">=", since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function appendRows(
  { keys, clock, anchorFile }: LedgerParts,
  trx: Kysely<Schema>,
  actor: Actor,
  entries: readonly AuditEntry[],
): Promise<ChainHead> {
  const key = keys.key("audit");
  let head = await chainHead(trx);
  if (head.seq === 0) anchorFile.begin();
  for (const entry of entries) {
    const facts = {
      seq: head.seq + 1,
      time: clock.now(),
      ...actorFacts(actor),
      ...storedEntry(entry),
      prev_hash: head.hash,
    };
    const row = { ...facts, hash: chainHash(key, facts) };
    await trx.insertInto("audit").values(row).execute();
    head = row;
  }
  return head;
}

function storedEntry({ action, target, outcome = "done", details = {} }: AuditEntry) {
  return {
    action: storedText(action),
    target: storedText(target),
    outcome,
    details: storedDetails(details),
  };
}

function actorFacts(actor: Actor) {
  return {
    actor: storedText(actor.name),
    actor_account: actor.accountId,
    via: actor.via,
    verified: actor.verified ? 1 : 0,
    on_behalf_of: actor.onBehalfOf === null ? null : storedText(actor.onBehalfOf),
    address: actor.address === null ? null : storedText(actor.address),
  };
}

/**
 * Anchors a head unless another process has anchored a newer one. A newer one that the database does not have
 * is no reason to be silent: both lines then tell that the tail was cut.
 */
async function anchorHead({ database, anchorFile }: LedgerParts, committed?: ChainHead): Promise<void> {
  if (database.readOnly) return;
  try {
    const head = committed ?? (await chainHead(database.db));
    if (head.seq === 0) return;
    const newest = anchorFile.newest();
    if (newest !== null && newest.seq >= head.seq) {
      const hash = await hashAt(database.db, newest.seq);
      if (hash?.toString("hex") === newest.hash) return;
    }
    anchorFile.write(head.seq, head.hash);
  } catch (error) {
    anchorFile.failed(error);
  }
}
