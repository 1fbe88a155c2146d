import type { Kysely } from "kysely";
import type { AttemptRow, Schema, SourceRow } from "../database/schema.ts";
import type { Outcome } from "./event.ts";
import { PRESSURE_BUCKET_MS } from "./store.ts";

/** One line of the live list: an attempt, never a mere further line of one. */
export interface Attempt {
  readonly id: number;
  readonly time: number;
  readonly source: string;
  readonly service: string;
  readonly outcome: Outcome;
  readonly kind: string;
  readonly address: string | null;
  readonly network: string | null;
  readonly username: string | null;
  readonly method: string | null;
  readonly count: number;
  readonly live: boolean;
  readonly line: string;
}

/** Which attempts; all given conditions must hold. */
export interface AttemptQuery {
  readonly since?: number;
  readonly until?: number;
  /** An address, or the network that lockouts count by. */
  readonly address?: string;
  readonly user?: string;
  readonly source?: string;
  readonly outcome?: Outcome;
  /** Only attempts stored after this id; for following. */
  readonly after?: number;
  /** At most this many, newest first. */
  readonly limit: number;
  /** Also the further lines of tries already counted. */
  readonly everyLine?: boolean;
}

/** A log that castellan reads, and how well that goes. */
export interface SourceState {
  readonly name: string;
  readonly kind: string;
  readonly service: string;
  readonly trust: "trusted" | "forgeable";
  readonly lastLineAt: number | null;
  readonly lastReadAt: number | null;
  readonly lagBytes: number | null;
  readonly lines: number;
  readonly events: number;
  readonly unseen: number;
  readonly fault: string | null;
  readonly faultSince: number | null;
}

/** How much one address or account stands for. */
export interface Share {
  readonly name: string;
  readonly count: number;
}

/** Attempts, newest first. */
export async function listAttempts(db: Kysely<Schema>, query: AttemptQuery): Promise<Attempt[]> {
  const { since, until, address, user, source, outcome, after } = query;
  let rows = db
    .selectFrom("attempts")
    .innerJoin("sources", "sources.id", "attempts.source_id")
    .selectAll("attempts")
    .select("sources.name as source");
  if (query.everyLine !== true) rows = rows.where("count", ">", 0);
  if (since !== undefined) rows = rows.where("time", ">=", since);
  if (until !== undefined) rows = rows.where("time", "<", until);
  if (address !== undefined) {
    rows = rows.where((eb) => eb.or([eb("network", "=", address), eb("address", "=", address)]));
  }
  if (user !== undefined) rows = rows.where("username", "=", user);
  if (source !== undefined) rows = rows.where("sources.name", "=", source);
  if (outcome !== undefined) rows = rows.where("outcome", "=", outcome);
  if (after !== undefined) rows = rows.where("attempts.id", ">", after);
  const found = await rows.orderBy("attempts.id", "desc").limit(query.limit).execute();
  return found.map(toAttempt);
}

function toAttempt(row: AttemptRow & { source: string }): Attempt {
  const { id, time, source, service, outcome, kind, address, network, username, method, count, live, line } =
    row;
  return {
    id,
    time,
    source,
    service,
    outcome,
    kind,
    address,
    network,
    username,
    method,
    count,
    live: live === 1,
    line,
  };
}

/** All sources, followed or not, by name. */
export async function listSources(db: Kysely<Schema>): Promise<SourceState[]> {
  const rows = await db.selectFrom("sources").selectAll().orderBy("name").execute();
  return rows.map(toSource);
}

function toSource(row: SourceRow): SourceState {
  return {
    name: row.name,
    kind: row.kind,
    service: row.service,
    trust: row.trust,
    lastLineAt: row.last_line_at,
    lastReadAt: row.last_read_at,
    lagBytes: row.lag_bytes,
    lines: row.lines,
    events: row.events,
    unseen: row.unseen,
    fault: row.fault,
    faultSince: row.fault_since,
  };
}

/** Attempts that the tops are drawn from at the most: a flood must not make the overview wait. */
const TOP_SAMPLE = 20_000;

/** The addresses (by lockout network) and accounts most tried since then, among the newest 20,000 attempts. */
export async function topShares(
  db: Kysely<Schema>,
  column: "network" | "username",
  since: number,
  limit: number,
): Promise<Share[]> {
  const newest = db
    .selectFrom("attempts")
    .select([column, "tries", "time"])
    .orderBy("id", "desc")
    .limit(TOP_SAMPLE)
    .as("newest");
  const rows = await db
    .selectFrom(newest)
    .select([`newest.${column} as name`, (eb) => eb.fn.sum<number>("newest.tries").as("total")])
    .where("newest.time", ">=", since)
    .where("newest.tries", ">", 0)
    .where(`newest.${column}`, "is not", null)
    .groupBy(`newest.${column}`)
    .orderBy("total", "desc")
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ name: String(row.name), count: Number(row.total) }));
}

/** Failures and probes per 10 seconds from `since` to `until`, gaps filled with 0, oldest first. */
export async function pressureSince(db: Kysely<Schema>, since: number, until: number): Promise<number[]> {
  const first = since - (since % PRESSURE_BUCKET_MS);
  const rows = await db
    .selectFrom("pressure")
    .selectAll()
    .where("bucket", ">=", first)
    .where("bucket", "<=", until)
    .execute();
  const buckets = new Array<number>(Math.max(1, Math.ceil((until - first) / PRESSURE_BUCKET_MS))).fill(0);
  for (const row of rows) {
    const index = (row.bucket - first) / PRESSURE_BUCKET_MS;
    if (index < buckets.length) buckets[index] = row.failures + row.probes;
  }
  return buckets;
}
