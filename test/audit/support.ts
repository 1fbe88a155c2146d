import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database, { type Database as Sqlite } from "better-sqlite3";
import { onTestFinished } from "vitest";
import { type AnchorFile, openAnchorFile } from "../../src/audit/anchor.ts";
import { type Audit, openAudit } from "../../src/audit/audit.ts";
import { type AuditEntry, type Ledger, openLedger } from "../../src/audit/ledger.ts";
import { type KeyRing, openKeyRing } from "../../src/database/keys.ts";
import { databasePath, openDatabase, type PanelDatabase } from "../../src/database/open.ts";
import type { Actor } from "../../src/host/actor.ts";
import type { Clock } from "../../src/host/clock.ts";
import type { RunCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";

/** A log in a folder of its own, with a clock that the test moves. */
export interface TestLog {
  readonly folder: string;
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
  readonly anchorFile: AnchorFile;
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly clock: Clock & { time: number };
  close(): Promise<void>;
}

export const ADMIN: Actor = {
  name: "alice",
  accountId: 1,
  role: "root",
  osLogin: "alice",
  address: "198.51.100.7",
  via: "screen",
  verified: true,
  onBehalfOf: null,
};

/** Neither logger nor journalctl. */
export const runNothing: RunCommand = async ({ file }) => {
  throw new Error(`${file} is not there`);
};

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface LogOptions {
  readonly folder?: string;
  readonly run?: RunCommand;
  readonly readOnly?: boolean;
  readonly compactAt?: number;
}

export async function openLog(options: LogOptions = {}): Promise<TestLog> {
  const { folder = temporaryFolder(), run = runNothing, readOnly = false, compactAt } = options;
  const keys = openKeyRing(folder, systemRandom, { create: true });
  const database = await openDatabase(folder, { create: !readOnly, readOnly });
  const anchorFile = openAnchorFile(folder, keys, compactAt);
  const clock = { time: 1_700_000_000_000, now: () => clock.time, monotonic: () => 0 };
  const ledger = openLedger({ database, keys, clock, anchorFile });
  const audit = openAudit({ database, keys, ledger, clock, anchorFile, run });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await audit.close();
    await database.close();
  };
  onTestFinished(close);
  return { folder, database, keys, anchorFile, ledger, audit, clock, close };
}

/** Appends `count` rows `test.row` about `target 1`, `target 2` and so on, a second apart; a commit for each. */
export async function appendRows(
  log: TestLog,
  count: number,
  entry: Partial<AuditEntry> = {},
): Promise<void> {
  for (let at = 1; at <= count; at += 1) await log.ledger.record(ADMIN, testRow(log, at, entry));
}

/** As {@link appendRows}, in one commit. */
export async function appendAtOnce(log: TestLog, count: number): Promise<void> {
  await log.database.db.transaction().execute(async (trx) => {
    for (let at = 1; at <= count; at += 1) await log.ledger.append(trx, ADMIN, [testRow(log, at)]);
  });
  await log.ledger.anchor();
}

function testRow(log: TestLog, at: number, entry: Partial<AuditEntry> = {}): AuditEntry {
  log.clock.time += 1_000;
  const details = { mail: { old: "a@example.net", new: `b${at}@example.net` } };
  return { action: "test.row", target: `target ${at}`, details, ...entry };
}

const TRIGGERS =
  "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_cuts')";

/** Writes past castellan, as somebody with root and sqlite3 would: the triggers are dropped, then made again. */
export function tamper(log: { readonly folder: string }, work: (sqlite: Sqlite) => void): void {
  const sqlite = new Database(databasePath(log.folder));
  try {
    const triggers = sqlite.prepare(TRIGGERS.replace("name", "name, sql")).all() as {
      name: string;
      sql: string;
    }[];
    for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`);
    work(sqlite);
    for (const { sql } of triggers) sqlite.exec(sql);
  } finally {
    sqlite.close();
  }
}
