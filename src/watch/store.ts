import type { Kysely } from "kysely";
import type { PanelDatabase } from "../database/open.ts";
import type { AttemptRow, Schema } from "../database/schema.ts";
import type { LogSource } from "./sources/source.ts";

/** An attempt to be stored; its id is the database's. */
export type NewAttempt = Omit<AttemptRow, "id">;

/** What a batch says of its source. */
export interface SourceProgress {
  readonly position: string;
  readonly lines: number;
  readonly unseen: number;
  readonly lagBytes: number | null;
  readonly lastLineAt: number | null;
}

export const PRESSURE_BUCKET_MS = 10_000;
const ROWS_AT_ONCE = 16;

/**
 * Inserts attempts within the transaction that the connection is in, and returns their ids. Prepared once and
 * bound by position: this is the hot path (100,000 attempts a second).
 */
export function createAttemptWriter({
  database,
}: {
  database: PanelDatabase;
}): (rows: readonly NewAttempt[]) => number[] {
  const columns = [
    "time",
    "source_id",
    "service",
    "outcome",
    "kind",
    "address",
    "network",
    "username",
    "method",
    "count",
    "tries",
    "live",
    "line",
  ] as const satisfies readonly (keyof NewAttempt)[];
  const anyRow = Object.fromEntries(columns.map((column) => [column, 0])) as unknown as NewAttempt;
  const prepare = (rows: number) => {
    const values = Array.from({ length: rows }, () => anyRow);
    return database.sqlite.prepare(
      database.db.insertInto("attempts").columns(columns).values(values).compile().sql,
    );
  };
  const [one, many] = [prepare(1), prepare(ROWS_AT_ONCE)];
  return (rows) => {
    const ids: number[] = [];
    for (let at = 0; at < rows.length; ) {
      const count = rows.length - at >= ROWS_AT_ONCE ? ROWS_AT_ONCE : 1;
      const values = rows.slice(at, at + count).flatMap(valuesOf);
      const last = Number((count === 1 ? one : many).run(values).lastInsertRowid);
      // Within one statement of one transaction SQLite numbers rows without gaps.
      for (let id = last - count + 1; id <= last; id++) ids.push(id);
      at += count;
    }
    return ids;
  };
}

/** In the order of the columns of {@link createAttemptWriter}. */
function valuesOf(row: NewAttempt): (string | number | null)[] {
  return [
    row.time,
    row.source_id,
    row.service,
    row.outcome,
    row.kind,
    row.address,
    row.network,
    row.username,
    row.method,
    row.count,
    row.tries,
    row.live,
    row.line,
  ];
}

/** Adds a batch to the 10-second buckets behind the sparkline. */
export async function addPressure(trx: Kysely<Schema>, attempts: readonly NewAttempt[]): Promise<void> {
  const buckets = new Map<number, { failures: number; probes: number; successes: number }>();
  for (const { time, outcome, count } of attempts) {
    if (outcome === "notice" || count === 0) continue;
    const bucket = time - (time % PRESSURE_BUCKET_MS);
    const sums = buckets.get(bucket) ?? { failures: 0, probes: 0, successes: 0 };
    if (outcome === "failure") sums.failures += count;
    else if (outcome === "probe") sums.probes += count;
    else sums.successes += count;
    buckets.set(bucket, sums);
  }
  for (const [bucket, sums] of buckets) {
    await trx
      .insertInto("pressure")
      .values({ bucket, ...sums })
      .onConflict((conflict) =>
        conflict.column("bucket").doUpdateSet((eb) => ({
          failures: eb("pressure.failures", "+", sums.failures),
          probes: eb("pressure.probes", "+", sums.probes),
          successes: eb("pressure.successes", "+", sums.successes),
        })),
      )
      .execute();
  }
}

/** Finds or makes the row of a source. */
export async function registerSource(
  db: Kysely<Schema>,
  source: Pick<LogSource, "name" | "kind" | "service" | "trust">,
): Promise<{ id: number; position: string | null }> {
  const { name, kind, service, trust } = source;
  await db
    .insertInto("sources")
    .values({ name, kind, service, trust })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ kind, service, trust }))
    .execute();
  return await db
    .selectFrom("sources")
    .select(["id", "position"])
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
}

/** Moves a source's position and sums; belongs into the transaction that stores its lines. */
export async function saveProgress(
  trx: Kysely<Schema>,
  sourceId: number,
  progress: SourceProgress,
  events: number,
  now: number,
): Promise<void> {
  await trx
    .updateTable("sources")
    .set((eb) => ({
      position: progress.position,
      lines: eb("lines", "+", progress.lines),
      events: eb("events", "+", events),
      unseen: eb("unseen", "+", progress.unseen),
      lag_bytes: progress.lagBytes,
      last_read_at: now,
      ...(progress.lastLineAt === null ? {} : { last_line_at: progress.lastLineAt }),
    }))
    .where("id", "=", sourceId)
    .execute();
}

/** Notes that a source fails, or (null) that it is well again. Returns whether that is news. */
export async function saveFault(
  db: Kysely<Schema>,
  sourceId: number,
  fault: string | null,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("sources")
    .set({ fault, fault_since: fault === null ? null : now })
    .where("id", "=", sourceId)
    .where((eb) =>
      fault === null
        ? eb("fault", "is not", null)
        : eb.or([eb("fault", "is", null), eb("fault", "!=", fault)]),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
