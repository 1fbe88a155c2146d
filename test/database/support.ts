import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Kysely } from "kysely";
import { onTestFinished } from "vitest";
import { sqliteDialect } from "../../src/database/dialect.ts";
import { migrations } from "../../src/database/migrations/index.ts";
import { databasePath, type OpenOptions, openDatabase, type PanelDatabase } from "../../src/database/open.ts";
import { APPLICATION_ID } from "../../src/database/sqlite-text.ts";

export const isRoot = process.geteuid?.() === 0;

/** A folder of mode 0700 that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens, and closes with the test. */
export async function opened(folder: string, options?: OpenOptions): Promise<PanelDatabase> {
  const database = await openDatabase(folder, options);
  onTestFinished(() => database.close());
  return database;
}

/** A database as an earlier castellan left it: the first so many migrations, and an account where there is a place. */
export async function databaseOfSchema(folder: string, version: number): Promise<void> {
  const sqlite = new Database(databasePath(folder));
  chmodSync(databasePath(folder), 0o600);
  const db = new Kysely<unknown>({ dialect: sqliteDialect(sqlite) });
  for (const step of migrations.slice(0, version)) await step(db);
  if (version > 0) {
    sqlite.pragma(`application_id = ${APPLICATION_ID}`);
    sqlite.pragma(`user_version = ${version}`);
    sqlite.exec(
      "INSERT INTO accounts (name, role, status, created_at, updated_at) VALUES ('alice', 'admin', 'active', 0, 0)",
    );
  }
  await db.destroy();
}

/** A database with accounts in it, closed: everything is in the one file. */
export async function madeDatabase(folder: string, accounts = 40): Promise<string> {
  const database = await openDatabase(folder, { create: true });
  const row = { role: "customer", status: "active", created_at: 0, updated_at: 0 } as const;
  for (let at = 0; at < accounts; at += 1) {
    await database.db
      .insertInto("accounts")
      .values({ ...row, name: `customer${at}` })
      .execute();
  }
  await database.close();
  return database.path;
}
