import { MAX_LINE_BYTES } from "./line-cutter.ts";

/** One entry of `journalctl -o json`. */
export interface JournalEntry {
  readonly cursor: string;
  /** When journald took it, epoch ms. */
  readonly time: number | null;
  /** The text; null when journalctl left it out as too large, or when there is none. */
  readonly message: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads a line of `journalctl -o json`; null when it is none. */
export function parseEntry(json: string): JournalEntry | null {
  let fields: unknown;
  try {
    fields = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return null;
  const record = fields as Record<string, unknown>;
  const cursor = record["__CURSOR"];
  if (typeof cursor !== "string" || cursor === "") return null;
  return { cursor, time: millisecondsOf(record), message: textOf(record["MESSAGE"]), fields: record };
}

/** A field that journald itself sets, once and as text; null when it is missing or anything else. */
export function fieldOf({ fields }: JournalEntry, name: string): string | null {
  const value = fields[name];
  return typeof value === "string" ? value : null;
}

/**
 * A text as journalctl writes it: a string; an array of byte values when it is not clean UTF-8; an array of those
 * when the field was given more than once (then the first counts); null above 4096 bytes without `--all`
 * (journalctl(1), `-o json`). At most 64 KiB are kept.
 */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") {
    const bytes = Buffer.byteLength(value);
    return bytes <= MAX_LINE_BYTES ? value : Buffer.from(value).toString("utf8", 0, MAX_LINE_BYTES);
  }
  if (!Array.isArray(value)) return null;
  const [first] = value as readonly unknown[];
  if (typeof first !== "number") return first === undefined ? "" : textOf(first);
  return Buffer.from(value as readonly number[]).toString("utf8", 0, MAX_LINE_BYTES);
}

function millisecondsOf(fields: Readonly<Record<string, unknown>>): number | null {
  const microseconds = Number(fields["__REALTIME_TIMESTAMP"]);
  return Number.isFinite(microseconds) && microseconds > 0 ? Math.floor(microseconds / 1000) : null;
}
