import { closeSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import Database, { type Database as Sqlite } from "better-sqlite3";
import { Kysely } from "kysely";
import { CastellanError } from "../errors.ts";
import { translateFileError } from "../host/file-errors.ts";
import { assertPrivate, isThere, prepareStateFolder } from "../host/state-folder.ts";
import { sqliteDialect } from "./dialect.ts";
import { migrations } from "./migrations/index.ts";
import type { Schema } from "./schema.ts";
import { damaged, translateSqliteError } from "./sqlite-errors.ts";
import { APPLICATION_ID, openingPragmas, writingPragmas } from "./sqlite-text.ts";

const DATABASE_FILE = "castellan.db";
/** Files up to this size are checked whole at every start; a check of more would be felt. */
const CHECK_WHOLE_BYTES = 4 * 1024 * 1024;
const BUSY_TIMEOUT_MS = 5_000;

/** The panel database: typed queries, and the bare connection for the few places that need it. */
export interface PanelDatabase {
  readonly db: Kysely<Schema>;
  readonly sqlite: Sqlite;
  readonly path: string;
  readonly readOnly: boolean;
  /** Changes whenever another connection has committed; costs microseconds. */
  dataVersion(): number;
  close(): Promise<void>;
}

/** How to open: `create` allows a first start in an empty folder; `readOnly` never writes. */
export interface OpenOptions {
  readonly create?: boolean;
  readonly readOnly?: boolean;
}

/** The database file of a state folder. */
export function databasePath(folder: string): string {
  return join(folder, DATABASE_FILE);
}

/**
 * Opens the panel database of a state folder and brings it to the newest schema.
 * @throws CastellanError `database_missing`, `database_damaged`, `database_newer`, `unsafe_permissions`,
 *   `storage_full`, `storage_read_only`
 */
export async function openDatabase(folder: string, options: OpenOptions = {}): Promise<PanelDatabase> {
  const path = databasePath(folder);
  const readOnly = options.readOnly ?? false;
  const create = options.create === true && !readOnly;
  if (!isThere(path)) {
    if (!create) {
      throw new CastellanError(
        "database_missing",
        `there is no database at ${path}`,
        "restore it from a backup, or start castellan once without --read-only in an empty state folder",
      );
    }
    prepareStateFolder(folder);
    createFile(path);
  }
  assertPrivate(folder, "directory");
  assertPrivate(path, "file");
  const sqlite = connect(path, { create, readOnly });
  const database = wrap(sqlite, path, readOnly);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Made by us with 0600: SQLite would take the umask. Of two first starts at once, one makes it. */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw translateFileError(error, path);
  }
}

function connect(path: string, { create, readOnly }: { create: boolean; readOnly: boolean }): Sqlite {
  let sqlite: Sqlite;
  try {
    sqlite = new Database(path, { readonly: readOnly, timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw translateSqliteError(error, path);
  }
  try {
    inspect(sqlite, path, create);
    for (const pragma of [...openingPragmas, ...(readOnly ? [] : writingPragmas)]) sqlite.exec(pragma);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw translateSqliteError(error, path);
  }
}

/** Refuses what is not ours, is newer, or has lost its contents; only a first start may find nothing. */
function inspect(sqlite: Sqlite, path: string, create: boolean): void {
  const id = Number(sqlite.pragma("application_id", { simple: true }));
  const version = schemaVersion(sqlite);
  const isEmpty = Number(sqlite.prepare("SELECT count(*) FROM sqlite_schema").pluck().get()) === 0;
  if (isEmpty && id === 0 && version === 0) {
    if (create) return;
    throw damaged(path, "it is empty; was it truncated, or its -wal file removed?");
  }
  if (id !== APPLICATION_ID || version === 0) throw damaged(path, "it is not a castellan database");
  if (version > migrations.length) {
    throw new CastellanError(
      "database_newer",
      `${path} has schema ${version}; this castellan knows schemas up to ${migrations.length}`,
      "use the newer castellan that wrote it; an older one would lose data",
    );
  }
  if (statSync(path).size > CHECK_WHOLE_BYTES) return;
  const verdict = sqlite.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok")
    throw damaged(
      path,
      String(verdict)
        .replace(/^\*\*\*.*\*\*\*\s*/, "")
        .split("\n")[0] ?? "",
    );
}

function schemaVersion(sqlite: Sqlite): number {
  return Number(sqlite.pragma("user_version", { simple: true }));
}

function wrap(sqlite: Sqlite, path: string, readOnly: boolean): PanelDatabase {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(sqlite) });
  const version = sqlite.prepare("PRAGMA data_version").pluck();
  return {
    db,
    sqlite,
    path,
    readOnly,
    dataVersion: () => Number(version.get()),
    close: async () => {
      await db.destroy();
    },
  };
}

/** Runs the missing steps, each in one transaction with its number; two starts at once do not clash. */
async function migrate({ db, sqlite, path, readOnly }: PanelDatabase): Promise<void> {
  if (schemaVersion(sqlite) === migrations.length) return;
  if (readOnly) {
    throw new CastellanError(
      "read_only",
      `${path} has an older schema and --read-only forbids bringing it up to date`,
      "start castellan once without --read-only",
    );
  }
  try {
    for (const [index, step] of migrations.entries()) {
      await db.transaction().execute(async (transaction) => {
        if (schemaVersion(sqlite) > index) return;
        await step(transaction as unknown as Kysely<unknown>);
        sqlite.pragma(`application_id = ${APPLICATION_ID}`);
        sqlite.pragma(`user_version = ${index + 1}`);
      });
    }
    // The schema into the file itself: one whose -wal was lost must not look like a first start.
    sqlite.pragma("wal_checkpoint(TRUNCATE)");
  } catch (error) {
    throw translateSqliteError(error, path);
  }
}
