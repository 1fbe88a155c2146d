import { setImmediate } from "node:timers/promises";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import { CastellanError } from "../errors.ts";
import { type Actor, atLeast } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import { newestCutSeq, signCut } from "./cuts.ts";
import { chainHead, hashAt } from "./head.ts";
import type { AuditEntry, Change, Ledger } from "./ledger.ts";
import { inTurn, statementsOf } from "./statements.ts";
import { rebuildAuditText, textIndexAgrees } from "./text-index.ts";
import { seqRanges } from "./time-ranges.ts";
import { verifyChain } from "./verify-chain.ts";

/** How much of the log to keep: the newest days, or the newest rows. Whole numbers from 1. */
export type AuditRetention = ({ readonly keepDays: number } | { readonly keepRows: number }) & {
  /** Somebody has looked at what is broken in the rows that go; the audit row of the cut names it. */
  readonly acceptBroken?: boolean;
};

/** What was cut. */
export interface AuditCutReport {
  readonly rows: number;
  /** The last row that went; null when there was nothing to cut. */
  readonly through: number | null;
}

export interface RetainParts {
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
const DELETED_AT_ONCE = 200;

/**
 * Cuts old rows from the front, after it has verified those that go. One transaction leaves the signed cut and
 * the audit row `audit.retain`; then the rows at or below the cut are deleted in portions. Nobody sees them any
 * more, and what a crash leaves of them goes with the next call.
 * @throws CastellanError `not_permitted` (below admin), `invalid_input`, `audit_broken`
 */
export async function retainAudit(
  parts: RetainParts,
  actor: Actor,
  retention: AuditRetention,
): Promise<AuditCutReport> {
  assertAllowed(actor, retention);
  const through = await lastToGo(parts, retention);
  const rows = through - (await newestCutSeq(parts.database.db));
  if (rows > 0) await cutThrough(parts, actor, retention, { through, rows });
  await deleteCutRows(parts.database);
  return rows > 0 ? { rows, through } : { rows: 0, through: null };
}

function assertAllowed(actor: Actor, retention: AuditRetention): void {
  if (!atLeast(actor.role, "admin")) {
    throw new CastellanError("not_permitted", `${actor.name} may not shorten the audit log`);
  }
  const amount = "keepDays" in retention ? retention.keepDays : retention.keepRows;
  if (Number.isSafeInteger(amount) && amount >= 1) return;
  throw new CastellanError("invalid_input", "days and rows to keep are whole numbers from 1");
}

/** The last row that is not kept. */
async function lastToGo({ database, clock }: RetainParts, retention: AuditRetention): Promise<number> {
  const { seq: newest } = await chainHead(database.db);
  if ("keepRows" in retention) return newest - retention.keepRows;
  const since = clock.now() - retention.keepDays * DAY_MS;
  const kept = await inTurn(database, () => seqRanges(statementsOf(database), { since, limit: 1 }));
  // From the front only: up to the first row that is young enough, whatever the clock did after it.
  return (kept.at(-1)?.lo ?? newest + 1) - 1;
}

async function cutThrough(
  parts: RetainParts,
  actor: Actor,
  retention: AuditRetention,
  { through, rows }: { through: number; rows: number },
): Promise<void> {
  const { acceptBroken = false, ...kept } = retention;
  const { firstBad, reason } = await verifyChain(parts, { upTo: through });
  if (firstBad !== null && !acceptBroken) {
    throw new CastellanError(
      "audit_broken",
      `the rows to be cut are evidence: ${reason}`,
      "keep a copy of the state folder and find out what happened before you cut them",
    );
  }
  const details = { ...kept, through, rows, firstBad };
  const entry: AuditEntry = { action: "audit.retain", target: "audit log", details };
  await parts.ledger.change(actor, entry, ({ trx }) => signedCut(parts, trx, through, rows));
}

async function signedCut(
  { keys, clock }: RetainParts,
  trx: Change["trx"],
  seq: number,
  rows: number,
): Promise<void> {
  const hash = await hashAt(trx, seq);
  if (hash === undefined) {
    throw new CastellanError(
      "audit_broken",
      `row ${seq}, the last one to cut, is missing`,
      "cut one row less",
    );
  }
  const cut = { seq, hash, cut_at: clock.now(), rows };
  const signature = signCut(keys.key("audit-cut"), cut);
  await trx
    .insertInto("audit_cuts")
    .values({ ...cut, signature })
    .execute();
}

/** Deletes what lies at or below the newest cut. Stops where the text index does not know the rows. */
async function deleteCutRows(database: PanelDatabase): Promise<void> {
  const { db } = database;
  const through = await newestCutSeq(db);
  const rest = db.selectFrom("audit").select("seq").where("seq", "<=", through).orderBy("seq");
  if ((await rest.limit(1).executeTakeFirst()) === undefined) return;
  if (!(await textIndexAgrees(database))) await rebuildAuditText({ database });
  await db.deleteFrom("audit_clock_steps").where("seq", "<=", through).execute();
  for (let deleted = DELETED_AT_ONCE; deleted === DELETED_AT_ONCE && (await textIndexAgrees(database)); ) {
    const portion = db.deleteFrom("audit").where("seq", "in", rest.limit(DELETED_AT_ONCE));
    deleted = Number((await portion.executeTakeFirst()).numDeletedRows);
    await setImmediate();
  }
}
