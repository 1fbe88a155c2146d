import { chmodSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { translateSqliteError } from "./sqlite-errors.ts";

/** Held by this process alone. */
export interface FileLock {
  release(): void;
}

const POLL_MS = 50;

/**
 * Takes a lock that the kernel lets go when its process ends, however it ends: SQLite's exclusive transaction on an
 * empty database (fcntl(2) record locks; SQLite also tells two holders within one process apart). Node itself offers
 * no flock(2). Nothing is ever written to the file. null: somebody else holds it.
 * @throws CastellanError `storage_full`, `storage_read_only`, `database_damaged`
 */
export function tryFileLock(path: string): FileLock | null {
  let sqlite: Database.Database | undefined;
  try {
    sqlite = new Database(path, { timeout: 0 });
    chmodSync(path, 0o600);
    // A journal beside it would be one more file that a crash leaves.
    sqlite.pragma("journal_mode = MEMORY");
    sqlite.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    sqlite?.close();
    if ((error as { code?: unknown }).code === "SQLITE_BUSY") return null;
    throw translateSqliteError(error, path);
  }
  const held = sqlite;
  return { release: () => void held.close() };
}

/** As {@link tryFileLock}, asked again for up to `waitMs` without blocking the process. null: still held. */
export async function waitForFileLock(path: string, waitMs: number): Promise<FileLock | null> {
  for (let waited = 0; ; waited += POLL_MS) {
    const lock = tryFileLock(path);
    if (lock !== null || waited >= waitMs) return lock;
    await setTimeout(POLL_MS);
  }
}
