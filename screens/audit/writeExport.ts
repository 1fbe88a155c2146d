import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { AuditQuery } from "../../src/audit/event.ts";
import type { Castellan } from "../../src/castellan.ts";
import { CastellanError } from "../../src/errors.ts";

/** Where rows are to be written, and as what. */
export type ExportValues = { readonly format: string; readonly path: string };

/**
 * Writes the rows of a query to a new file (0600).
 * @throws CastellanError `invalid_input` (the file exists, or cannot be made)
 */
export async function writeExport(
  { audit }: Castellan,
  query: AuditQuery,
  { format, path }: ExportValues,
): Promise<void> {
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  try {
    await once(file, "open");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CastellanError(
      "invalid_input",
      `cannot write ${path}: ${code === "EEXIST" ? "the file exists" : code}`,
      "name a new file in a folder that is there",
    );
  }
  await audit.export(query, format === "csv" ? "csv" : "jsonl", async (chunk) => {
    if (!file.write(chunk)) await once(file, "drain");
  });
  file.end();
  await once(file, "close");
}
