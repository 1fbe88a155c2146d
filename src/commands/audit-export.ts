import { type FileHandle, open, rm } from "node:fs/promises";
import type { Audit } from "../audit/audit.ts";
import type { AuditExportFormat, AuditExportQuery } from "../audit/export.ts";
import { CastellanError } from "../errors.ts";
import { plural } from "../terminal/format.ts";
import type { Call } from "./call.ts";
import { said } from "./page.ts";

/** What to export, and where to. */
export interface ExportOrder {
  readonly query: AuditExportQuery;
  readonly format: AuditExportFormat;
  /** A file that is not there yet; undefined: standard output. */
  readonly output: string | undefined;
}

/**
 * Writes rows of the log to standard output, or to a new file (0600) and then says so.
 * @throws CastellanError `already_exists`, `not_permitted`, `storage_full`
 */
export async function exportTo(
  call: Call,
  audit: Audit,
  { query, format, output }: ExportOrder,
): Promise<void> {
  if (output === undefined) {
    await exportToReader(call, (write) => audit.export(query, format, write));
    return;
  }
  const rows = await exportToFile(output, (write) => audit.export(query, format, write));
  call.print(said({ file: output, rows }, `Wrote ${plural(rows, "event")} to ${output}.`));
}

type Export = (write: (chunk: string) => Promise<void> | void) => Promise<number>;

/** Ends early, and quietly, when nobody reads any more. */
async function exportToReader({ io, gone }: Call, run: Export): Promise<void> {
  try {
    await run(async (chunk) => {
      gone.throwIfAborted();
      io.out(chunk);
      // A closed pipe is reported only when the event loop turns.
      await new Promise<void>((resolve) => setImmediate(resolve));
    });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

async function exportToFile(path: string, run: Export): Promise<number> {
  const file = await createNew(path);
  try {
    const rows = await run((chunk) => file.appendFile(chunk));
    await file.sync();
    return rows;
  } catch (error) {
    // Half an export would be taken for a whole one.
    await rm(path, { force: true });
    throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? cannotWrite(path, error) : error;
  } finally {
    await file.close();
  }
}

async function createNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): CastellanError {
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (code === "EEXIST") {
    return new CastellanError("already_exists", `${path} exists already`, "name a new file", options);
  }
  if (code === "ENOSPC") {
    return new CastellanError("storage_full", `the disk is full: ${path} was not written`, "", options);
  }
  return new CastellanError(
    "not_permitted",
    `cannot write ${path}: ${message}`,
    "name another file",
    options,
  );
}
