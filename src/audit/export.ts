import type { AuditEvent, AuditQuery } from "./event.ts";
import { type QueryParts, queryAudit } from "./query.ts";

/** How an export is written. */
export type AuditExportFormat = "csv" | "jsonl";

/** The rows to export; `limit` caps their number, all of them without it. */
export type AuditExportQuery = Omit<AuditQuery, "limit"> & { readonly limit?: number | undefined };

const ROWS_AT_ONCE = 500;
const COLUMNS = [
  "seq",
  "time",
  "actor",
  "actorAccount",
  "via",
  "verified",
  "onBehalfOf",
  "action",
  "target",
  "outcome",
  "details",
  "address",
  "hash",
] as const satisfies readonly (keyof AuditEvent)[];

/** C0, C1, and what turns or hides text: bidirectional and zero-width characters, line and paragraph ends. */
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * Writes the rows of a query, newest first, in portions that `write` may wait for; returns their number.
 * `csv` is RFC 4180 with a header, times in ISO 8601 UTC, and cells that a spreadsheet does not take for
 * formulas; `jsonl` is one object a line. Neither holds a raw control character.
 */
export async function exportAudit(
  parts: QueryParts,
  query: AuditExportQuery,
  format: AuditExportFormat,
  write: (chunk: string) => Promise<void> | void,
): Promise<number> {
  const line = format === "csv" ? csvLine : jsonLine;
  if (format === "csv") await write(`${COLUMNS.join(",")}\r\n`);
  const wanted = query.limit ?? Number.POSITIVE_INFINITY;
  let written = 0;
  let before = query.before;
  while (written < wanted) {
    const limit = Math.min(ROWS_AT_ONCE, wanted - written);
    const page = await queryAudit(parts, { ...query, before, limit });
    if (page.events.length > 0) await write(page.events.map(line).join(""));
    written += page.events.length;
    if (page.complete && page.events.length < limit) break;
    before = page.searchedTo;
  }
  return written;
}

function jsonLine(event: AuditEvent): string {
  return `${visible(JSON.stringify({ ...event, time: isoTime(event.time) }))}\n`;
}

/** A time that somebody tampered with may be none. */
function isoTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

function csvLine(event: AuditEvent): string {
  return `${COLUMNS.map((column) => csvCell(plain(event, column))).join(",")}\r\n`;
}

function plain(event: AuditEvent, column: (typeof COLUMNS)[number]): string {
  if (column === "time") return isoTime(event.time);
  if (column === "details") return JSON.stringify(event.details);
  return String(event[column] ?? "");
}

/** A cell of RFC 4180, quoted where its text needs it. */
export function csvCell(text: string): string {
  const safe = `${FORMULA.test(text) ? "'" : ""}${visible(text)}`;
  return /[",;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Characters that act on a terminal or hide, as `\uXXXX`: within JSON that is the character itself. */
function visible(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
