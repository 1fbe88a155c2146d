import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { AuditRow, Schema } from "../database/schema.ts";
import { codeOf } from "../errors.ts";
import { chainHash, GENESIS } from "./chain.ts";
import { auditCuts, isSigned } from "./cuts.ts";
import { type ChainHead, chainHead } from "./head.ts";

/** What the rows say of themselves. */
export interface ChainVerdict {
  readonly events: number;
  readonly firstBad: number | null;
  readonly reason: string | null;
  readonly clockSteps: number;
}

export interface ChainParts {
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
}

/** A row that is not as castellan wrote it. */
interface Fault {
  readonly seq: number;
  readonly reason: string;
}

/** How far the walk has come. */
interface Walk {
  /** The cut that the chain begins after. */
  cut: ChainHead;
  /** The row before; null at the beginning. */
  last: { seq: number; hash: Buffer; time: number } | null;
  events: number;
  clockSteps: number;
}

const ROWS_AT_ONCE = 500;

export interface ChainOptions {
  /** The walk ends with this row; without it, with the newest. */
  readonly upTo?: number;
  /** Called after each portion with rows read and rows in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Walks the rows oldest first: numbers, links, hashes, and the signatures of what retention cut. */
export async function verifyChain(parts: ChainParts, options: ChainOptions = {}): Promise<ChainVerdict> {
  const { db } = parts.database;
  const { upTo = Number.MAX_SAFE_INTEGER, onProgress } = options;
  const walk: Walk = { cut: { seq: 0, hash: GENESIS }, last: null, events: 0, clockSteps: 0 };
  const end = await chainHead(db);
  let fault = await readCut(parts, walk);
  const total = Math.min(end.seq, upTo) - walk.cut.seq;
  while (fault === null) {
    const rows = await nextRows(db, walk.last?.seq ?? Number.MIN_SAFE_INTEGER, upTo);
    if ("reason" in rows) fault = rows;
    else if (rows.length === 0) break;
    else fault = await walkRows(parts, walk, rows);
    onProgress?.(walk.events, Math.max(total, walk.events));
    await setImmediate();
  }
  const { events, clockSteps } = walk;
  return { events, clockSteps, firstBad: fault?.seq ?? null, reason: fault?.reason ?? null };
}

/** Takes the newest cut for the beginning of the chain; every cut must be signed. */
async function readCut({ database, keys }: ChainParts, walk: Walk): Promise<Fault | null> {
  const key = keys.key("audit-cut");
  let cut: ChainHead = { seq: 0, hash: GENESIS };
  for (const next of await auditCuts(database.db)) {
    if (!isSigned(key, next)) {
      return { seq: cut.seq + 1, reason: `the cut up to row ${next.seq} was not made by castellan` };
    }
    cut = next;
  }
  walk.cut = cut;
  return null;
}

async function nextRows(db: Kysely<Schema>, after: number, upTo: number): Promise<AuditRow[] | Fault> {
  try {
    return await db
      .selectFrom("audit")
      .selectAll()
      .where("seq", ">", after)
      .where("seq", "<=", upTo)
      .orderBy("seq")
      .limit(ROWS_AT_ONCE)
      .execute();
  } catch (error) {
    if (codeOf(error) !== "database_damaged") throw error;
    return { seq: Math.max(after, 0) + 1, reason: `rows cannot be read: ${(error as Error).message}` };
  }
}

async function walkRows(parts: ChainParts, walk: Walk, rows: readonly AuditRow[]): Promise<Fault | null> {
  const key = parts.keys.key("audit");
  for (const row of rows) {
    if (walk.last !== null && row.seq !== walk.last.seq + 1) {
      // A gap: either rows were deleted, or retention has cut while we read.
      const fault = await readCut(parts, walk);
      if (fault !== null) return fault;
      if (walk.cut.seq <= walk.last.seq) return missing(walk.last.seq + 1);
      walk.last = null;
    }
    const fault = checkRow(key, walk, row);
    walk.events += 1;
    if (fault !== null) return fault;
  }
  return null;
}

function checkRow(key: Buffer, walk: Walk, row: AuditRow): Fault | null {
  const { cut, last } = walk;
  if (last === null && row.seq > cut.seq + 1) return missing(cut.seq + 1);
  if (!isOwn(key, row)) return { seq: row.seq, reason: `row ${row.seq} is not as castellan wrote it` };
  // Rows up to the cut are waiting to be deleted: the first of them has lost the row before it.
  const before = last?.hash ?? (row.seq <= cut.seq ? row.prev_hash : cut.hash);
  const leadsToCut = row.seq !== cut.seq || row.hash.equals(cut.hash);
  if (!row.prev_hash.equals(before) || !leadsToCut) {
    return { seq: row.seq, reason: `row ${row.seq} does not follow the row before it` };
  }
  if (last !== null && row.time < last.time) walk.clockSteps += 1;
  walk.last = { seq: row.seq, hash: row.hash, time: row.time };
  return null;
}

function isOwn(key: Buffer, row: AuditRow): boolean {
  // Whoever writes past castellan may have put any type into a column.
  if (!Buffer.isBuffer(row.prev_hash) || !Buffer.isBuffer(row.hash)) return false;
  return chainHash(key, row).equals(row.hash);
}

function missing(seq: number): Fault {
  return { seq, reason: `row ${seq} is missing` };
}
