import { CastellanError } from "../errors.ts";

/** Turns what SQLite throws into a coded error; anything that is a defect of ours comes back as it is. */
export function translateSqliteError(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return error;
  const cause = { cause: error };
  // The shared-memory file of the write-ahead log could not grow: a full disk says it this way too.
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE") {
    return new CastellanError(
      "storage_full",
      `the disk that holds ${path} is full; nothing was changed`,
      "free some space (journalctl --vacuum-size=100M, apt-get clean) and try again",
      cause,
    );
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new CastellanError(
      "database_busy",
      `another castellan is writing to ${path} and did not finish in time; nothing was changed`,
      "try again; if it stays, see who holds it: fuser the file",
      cause,
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_CANTOPEN" || code.startsWith("SQLITE_PERM")) {
    return new CastellanError(
      "storage_read_only",
      `${path} cannot be written (${code}); nothing was changed`,
      "see whether its file system is mounted read-only and whether you may write there",
      cause,
    );
  }
  const isDamaged = code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
  // The text index says so in words only.
  const isIndexDamaged = /invalid fts5 file format/.test((error as Error).message);
  if (isDamaged || isIndexDamaged) return damaged(path, code, error);
  if (code.startsWith("SQLITE_IOERR")) {
    return new CastellanError(
      "storage_full",
      `reading or writing ${path} failed (${code}); nothing was changed`,
      "see dmesg for errors of the disk, and df for its space",
      cause,
    );
  }
  return error;
}

/** The error for a database that cannot be trusted. It is never repaired or made anew by itself. */
export function damaged(path: string, what: string, cause?: unknown): CastellanError {
  return new CastellanError(
    "database_damaged",
    `${path} is damaged: ${what}`,
    `keep a copy of it, then restore it from a backup, or save what can be read: sqlite3 ${path} .recover`,
    { cause },
  );
}
