import { type Kysely, sql } from "kysely";
import { auditClockSteps, auditTextIndex, auditTriggers } from "../sqlite-text.ts";

/** The first schema: accounts, second factors, watch, lockouts, audit. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createAccounts(db);
  await createFactors(db);
  await createPanelTables(db);
  await createWatch(db);
  await createLockouts(db);
  await createAudit(db);
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("accounts")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("name", "text", (c) => c.notNull().unique())
    .addColumn("email", "text", (c) => c.unique())
    .addColumn("role", "text", (c) =>
      c.notNull().check(sql`role in ('root', 'admin', 'reseller', 'customer')`),
    )
    .addColumn("parent_id", "integer", (c) => c.references("accounts.id").onDelete("restrict"))
    .addColumn("status", "text", (c) => c.notNull().check(sql`status in ('active', 'suspended')`))
    .addColumn("os_login", "text", (c) => c.unique())
    .addColumn("password_hash", "text")
    .addColumn("password_changed_at", "integer")
    .addColumn("must_change_password", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("last_sign_in_at", "integer")
    .addColumn("created_at", "integer", (c) => c.notNull())
    .addColumn("updated_at", "integer", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("accounts_parent").on("accounts").column("parent_id").execute();
}

async function createFactors(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("second_factors")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("account_id", "integer", (c) => c.notNull().references("accounts.id").onDelete("cascade"))
    .addColumn("status", "text", (c) => c.notNull().check(sql`status in ('pending', 'active')`))
    .addColumn("secret", "blob", (c) => c.notNull())
    .addColumn("created_at", "integer", (c) => c.notNull())
    .addColumn("expires_at", "integer")
    .addColumn("confirmed_at", "integer")
    .addColumn("last_step", "integer", (c) => c.notNull().defaultTo(-1))
    .addColumn("drift_seconds", "integer")
    .addUniqueConstraint("second_factors_one_of_each", ["account_id", "status"])
    .execute();
  await db.schema
    .createTable("backup_codes")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("account_id", "integer", (c) => c.notNull().references("accounts.id").onDelete("cascade"))
    .addColumn("code_hash", "blob", (c) => c.notNull())
    .addColumn("created_at", "integer", (c) => c.notNull())
    .addColumn("used_at", "integer")
    .addUniqueConstraint("backup_codes_unique", ["account_id", "code_hash"])
    .execute();
}

async function createPanelTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("throttles")
    .addColumn("key", "text", (c) => c.primaryKey())
    .addColumn("failures", "integer", (c) => c.notNull())
    .addColumn("first_failure_at", "integer", (c) => c.notNull())
    .addColumn("last_failure_at", "integer", (c) => c.notNull())
    .addColumn("locked_until", "integer")
    .execute();
  await db.schema
    .createTable("notices")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("account_id", "integer", (c) => c.references("accounts.id").onDelete("set null"))
    .addColumn("recipient", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("body", "text", (c) => c.notNull())
    .addColumn("created_at", "integer", (c) => c.notNull())
    .addColumn("sent_at", "integer")
    .addColumn("attempts", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("error", "text")
    .execute();
  await db.schema
    .createTable("settings")
    .addColumn("key", "text", (c) => c.primaryKey())
    .addColumn("value", "text", (c) => c.notNull())
    .addColumn("updated_at", "integer", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("leases")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("holder", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("pid", "integer", (c) => c.notNull())
    .addColumn("renewed_at", "integer", (c) => c.notNull())
    .addColumn("expires_at", "integer", (c) => c.notNull())
    .execute();
}

async function createWatch(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sources")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("name", "text", (c) => c.notNull().unique())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("service", "text", (c) => c.notNull())
    .addColumn("position", "text")
    .addColumn("trust", "text", (c) => c.notNull())
    .addColumn("last_line_at", "integer")
    .addColumn("last_read_at", "integer")
    .addColumn("lag_bytes", "integer")
    .addColumn("lines", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("events", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("unseen", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("fault", "text")
    .addColumn("fault_since", "integer")
    .execute();
  await db.schema
    .createTable("attempts")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("time", "integer", (c) => c.notNull())
    .addColumn("source_id", "integer", (c) => c.notNull())
    .addColumn("service", "text", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("address", "text")
    .addColumn("network", "text")
    .addColumn("username", "text")
    .addColumn("method", "text")
    .addColumn("count", "integer", (c) => c.notNull())
    .addColumn("tries", "integer", (c) => c.notNull())
    .addColumn("live", "integer", (c) => c.notNull())
    .addColumn("line", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("pressure")
    .addColumn("bucket", "integer", (c) => c.primaryKey())
    .addColumn("failures", "integer", (c) => c.notNull())
    .addColumn("probes", "integer", (c) => c.notNull())
    .addColumn("successes", "integer", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("attempts_time").on("attempts").column("time").execute();
  await db.schema.createIndex("attempts_network").on("attempts").column("network").execute();
}

async function createLockouts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("lockouts")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("scope", "text", (c) => c.notNull().check(sql`scope in ('address', 'account')`))
    .addColumn("target", "text", (c) => c.notNull())
    .addColumn("origin", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("repeat", "integer", (c) => c.notNull())
    .addColumn("locked_at", "integer", (c) => c.notNull())
    .addColumn("expires_at", "integer")
    .addColumn("lifted_at", "integer")
    .addColumn("lifted_by", "text")
    .addColumn("evidence", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex("lockouts_active")
    .unique()
    .on("lockouts")
    .columns(["scope", "target"])
    .where(sql.ref("lifted_at"), "is", null)
    .execute();
  await db.schema
    .createIndex("lockouts_target")
    .on("lockouts")
    .columns(["scope", "target", "locked_at"])
    .execute();
  await db.schema
    .createTable("allow_entries")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("cidr", "text", (c) => c.notNull().unique())
    .addColumn("note", "text", (c) => c.notNull())
    .addColumn("created_by", "text", (c) => c.notNull())
    .addColumn("created_at", "integer", (c) => c.notNull())
    .addColumn("expires_at", "integer")
    .execute();
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .addColumn("time", "integer", (c) => c.notNull())
    .addColumn("actor", "text", (c) => c.notNull())
    .addColumn("actor_account", "integer")
    .addColumn("via", "text", (c) => c.notNull())
    .addColumn("verified", "integer", (c) => c.notNull())
    .addColumn("on_behalf_of", "text")
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("target", "text", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addColumn("details", "text", (c) => c.notNull())
    .addColumn("address", "text")
    .addColumn("prev_hash", "blob", (c) => c.notNull())
    .addColumn("hash", "blob", (c) => c.notNull())
    .execute();
  await createAuditIndexes(db);
  await db.schema
    .createTable("audit_cuts")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .addColumn("hash", "blob", (c) => c.notNull())
    .addColumn("cut_at", "integer", (c) => c.notNull())
    .addColumn("rows", "integer", (c) => c.notNull())
    .addColumn("signature", "blob", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("audit_clock_steps")
    .addColumn("seq", "integer", (c) => c.primaryKey())
    .execute();
  for (const statement of [...auditTriggers, auditClockSteps, ...auditTextIndex]) {
    await sql.raw(statement).execute(db);
  }
}

/** Every filter ends in seq, newest first: the row number is the last column of every index. */
async function createAuditIndexes(db: Kysely<unknown>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(name).on("audit");
  await index("audit_actor").columns(["actor", "action", "outcome"]).execute();
  await index("audit_action").columns(["action", "outcome"]).execute();
  await index("audit_address")
    .columns(["address", "actor", "action", "outcome"])
    .where(sql.ref("address"), "is not", null)
    .execute();
  await index("audit_on_behalf_of")
    .columns(["on_behalf_of", "action", "outcome"])
    .where(sql.ref("on_behalf_of"), "is not", null)
    .execute();
}
