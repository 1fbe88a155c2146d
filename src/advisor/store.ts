import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { AdvisorResultRow, AdvisorRunRow } from "../database/schema-advisor.ts";
import type { AdvisorRun } from "./advisor.ts";
import type { Judged } from "./judge.ts";
import type { Rating } from "./rating.ts";

/** So many runs are kept. */
const RUNS_KEPT = 200;
/** SQLite takes 32,766 values in one statement; a row has 8. */
const ROWS_AT_ONCE = 500;

/** A run before it has a number. */
export type NewRun = Omit<AdvisorRun, "id">;

/** Stores a run with its results, and forgets the oldest. */
export async function storeRun(
  trx: Kysely<Schema>,
  run: NewRun,
  judged: readonly Judged[],
): Promise<AdvisorRun> {
  const { startedAt, endedAt, by, ...counts } = run;
  const { id } = await trx
    .insertInto("advisor_runs")
    .values({ started_at: startedAt, ended_at: endedAt, started_by: by, ...counts })
    .returning("id")
    .executeTakeFirstOrThrow();
  const rows = judged.map((each) => toRow(id, each));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await trx
      .insertInto("advisor_results")
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
  }
  await trx
    .deleteFrom("advisor_runs")
    .where("id", "<=", id - RUNS_KEPT)
    .execute();
  return { id, ...run };
}

/** The newest first. */
export async function readRuns(db: Kysely<Schema>, limit: number): Promise<AdvisorRun[]> {
  const rows = await db.selectFrom("advisor_runs").selectAll().orderBy("id", "desc").limit(limit).execute();
  return rows.map(toRun);
}

export async function readRun(db: Kysely<Schema>, id: number): Promise<AdvisorRun | null> {
  const row = await db.selectFrom("advisor_runs").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toRun(row);
}

/** The run before a run. */
export async function readPrevious(db: Kysely<Schema>, id: number): Promise<AdvisorRun | null> {
  const row = await db
    .selectFrom("advisor_runs")
    .selectAll()
    .where("id", "<", id)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toRun(row);
}

export async function readResults(db: Kysely<Schema>, runId: number): Promise<AdvisorResultRow[]> {
  return await db.selectFrom("advisor_results").selectAll().where("run_id", "=", runId).execute();
}

/** What each check was rated in a run; empty for null. */
export async function readRatings(db: Kysely<Schema>, runId: number | null): Promise<Map<string, Rating>> {
  if (runId === null) return new Map();
  const rows = await db
    .selectFrom("advisor_results")
    .select(["check_id", "rating"])
    .where("run_id", "=", runId)
    .execute();
  return new Map(rows.map(({ check_id, rating }) => [check_id, rating]));
}

function toRow(runId: number, { check, verdict, fixable }: Judged): AdvisorResultRow {
  return {
    run_id: runId,
    check_id: check.id,
    area: check.area,
    title: check.title,
    rating: verdict.rating,
    summary: verdict.summary,
    evidence: JSON.stringify(verdict.evidence),
    fixable: fixable ? 1 : 0,
  };
}

function toRun(row: AdvisorRunRow): AdvisorRun {
  const { id, score, passed, warnings, criticals, unknowns, accepted } = row;
  return {
    id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    by: row.started_by,
    score,
    passed,
    warnings,
    criticals,
    unknowns,
    accepted,
  };
}
