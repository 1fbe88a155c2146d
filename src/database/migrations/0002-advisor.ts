import { type Kysely, sql } from "kysely";

/** The Security Advisor: its runs, what they found, and the risks that were taken on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("advisor_runs")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("started_at", "integer", (c) => c.notNull())
    .addColumn("ended_at", "integer", (c) => c.notNull())
    .addColumn("started_by", "text", (c) => c.notNull())
    .addColumn("score", "integer", (c) => c.notNull())
    .addColumn("passed", "integer", (c) => c.notNull())
    .addColumn("warnings", "integer", (c) => c.notNull())
    .addColumn("criticals", "integer", (c) => c.notNull())
    .addColumn("unknowns", "integer", (c) => c.notNull())
    .addColumn("accepted", "integer", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("advisor_results")
    .addColumn("run_id", "integer", (c) => c.notNull().references("advisor_runs.id").onDelete("cascade"))
    .addColumn("check_id", "text", (c) => c.notNull())
    .addColumn("area", "text", (c) => c.notNull())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("rating", "text", (c) =>
      c.notNull().check(sql`rating in ('passed', 'warning', 'critical', 'unknown')`),
    )
    .addColumn("summary", "text", (c) => c.notNull())
    .addColumn("evidence", "text", (c) => c.notNull())
    .addColumn("fixable", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("advisor_results_once", ["run_id", "check_id"])
    .execute();
  await createAcceptances(db);
}

async function createAcceptances(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("advisor_acceptances")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("check_id", "text", (c) => c.notNull())
    .addColumn("rating", "text", (c) => c.notNull().check(sql`rating in ('warning', 'critical')`))
    .addColumn("accepted_by", "text", (c) => c.notNull())
    .addColumn("accepted_at", "integer", (c) => c.notNull())
    .addColumn("until", "integer", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("ended_at", "integer")
    .addColumn("ended_by", "text")
    .execute();
  await db.schema
    .createIndex("advisor_acceptances_open")
    .unique()
    .on("advisor_acceptances")
    .column("check_id")
    .where(sql.ref("ended_at"), "is", null)
    .execute();
}
