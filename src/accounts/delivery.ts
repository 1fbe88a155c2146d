import type { Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { NoticeRow } from "../database/schema.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { MailSettings } from "./mail-settings.ts";
import { openTransport, type SendFailure } from "./mail-transport.ts";

export interface DeliveryParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** What one turn of delivery did. */
export interface DeliveryReport {
  readonly sent: number;
  /** Tried in vain; `waiting` counts those that will be tried again. */
  readonly failed: number;
  readonly waiting: number;
}

const MINUTE = 60_000;
/** How long after a failed try the next one comes; then the mail is given up, after two days and a half. */
const BACKOFF_MS = [1, 5, 30, 120, 360, 1440, 1440].map((minutes) => minutes * MINUTE);
const MAX_ATTEMPTS = BACKOFF_MS.length + 1;
const MAILS_PER_TURN = 50;
const NO_SERVER = "no mail server is set";

/**
 * Sends what is due in the outbox, oldest first. Several processes may do so at once: a mail is claimed by
 * one compare-and-set. A server that cannot be reached ends the turn.
 */
export async function deliverNotices(parts: DeliveryParts, settings: MailSettings): Promise<DeliveryReport> {
  const { db } = parts.database;
  if (settings.host === null || settings.from === null) {
    await db
      .updateTable("notices")
      .set({ error: NO_SERVER })
      .where("sent_at", "is", null)
      .where("error", "is", null)
      .execute();
    return { sent: 0, failed: 0, waiting: await waitingCount(parts) };
  }
  const due = await dueNotices(parts);
  let [sent, failed] = [0, 0];
  if (due.length > 0) {
    const post = await openTransport(settings);
    for (const row of due) {
      if (!(await claim(parts, row))) continue;
      const failure = await post.send(row, settings.from);
      await settle(parts, row, failure);
      if (failure === undefined) sent += 1;
      else failed += 1;
      if (failure?.unreachable === true) break;
    }
    post.close();
  }
  return { sent, failed, waiting: await waitingCount(parts) };
}

async function dueNotices({ database, clock }: DeliveryParts): Promise<NoticeRow[]> {
  const rows = await database.db
    .selectFrom("notices")
    .selectAll()
    .where("sent_at", "is", null)
    .where("attempts", "<", MAX_ATTEMPTS)
    .orderBy("attempts")
    .orderBy("id")
    .execute();
  return rows.filter((row) => dueAt(row) <= clock.now()).slice(0, MAILS_PER_TURN);
}

/** When the next try is due. A failure is written as `TIME reason`, so that every process knows when it was. */
export function dueAt(row: Pick<NoticeRow, "attempts" | "error" | "created_at">): number {
  if (row.attempts === 0) return row.created_at;
  const failedAt = Date.parse(row.error?.split(" ")[0] ?? "");
  const since = Number.isNaN(failedAt) ? row.created_at : failedAt;
  return since + (BACKOFF_MS[row.attempts - 1] ?? Number.POSITIVE_INFINITY);
}

async function claim({ database, clock }: DeliveryParts, row: NoticeRow): Promise<boolean> {
  const { numUpdatedRows } = await database.db
    .updateTable("notices")
    .set({ attempts: row.attempts + 1, error: failureText(clock.now(), "the try was cut short") })
    .where("id", "=", row.id)
    .where("attempts", "=", row.attempts)
    .where("sent_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The outbox row and the audit row of what came of it: sent, or given up for good. */
async function settle(parts: DeliveryParts, row: NoticeRow, failure: SendFailure | undefined): Promise<void> {
  const { database, clock, ledger } = parts;
  const now = clock.now();
  const attempts = failure?.permanent === true ? MAX_ATTEMPTS : row.attempts + 1;
  const result =
    failure === undefined
      ? { sent_at: now, error: null }
      : { attempts, error: failureText(now, failure.reason) };
  if (failure !== undefined && attempts < MAX_ATTEMPTS) {
    await database.db.updateTable("notices").set(result).where("id", "=", row.id).execute();
    return;
  }
  const outcome = failure === undefined ? "done" : "failed";
  const details = { notice: row.id, subject: row.subject, reason: failure?.reason };
  await ledger.change(
    GUARD_ACTOR,
    { action: "notice.send", target: row.recipient, outcome, details },
    async ({ trx }) => {
      await trx.updateTable("notices").set(result).where("id", "=", row.id).execute();
    },
  );
}

function failureText(now: number, reason: string): string {
  return `${new Date(now).toISOString()} ${reason}`;
}

async function waitingCount({ database }: DeliveryParts): Promise<number> {
  const { count } = await database.db
    .selectFrom("notices")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("sent_at", "is", null)
    .where("attempts", "<", MAX_ATTEMPTS)
    .executeTakeFirstOrThrow();
  return Number(count);
}
