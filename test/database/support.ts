import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type OpenOptions, openDatabase, type PanelDatabase } from "../../src/database/open.ts";

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
