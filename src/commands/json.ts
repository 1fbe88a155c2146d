/**
 * Characters that a terminal may act upon or hide: controls (DEL and C1 among them; the newline between two lines of
 * JSON is none), bidi and other format characters, line and paragraph separators, private use, unassigned, what is
 * ignored by default. JSON itself escapes only C0 and lone surrogates.
 */
const UNSAFE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]--\n]/gv;
const NOT_ASCII = /[^\x20-\x7e\n]/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e\n]*$/;

/** How JSON is written. */
export interface JsonStyle {
  /** Every character beyond ASCII as `\uXXXX` (`--ascii`). */
  readonly ascii?: boolean;
}

/**
 * One line of JSON that is safe to look at in a terminal: whatever could move the cursor, reorder or hide text is
 * written as `\uXXXX`. It parses to the same value.
 */
export function toJson(value: unknown, style: JsonStyle = {}): string {
  return safeJson(JSON.stringify(value), style);
}

/** The same for JSON, or lines of it, that somebody else has written. */
export function safeJson(text: string, { ascii = false }: JsonStyle = {}): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(ascii ? NOT_ASCII : UNSAFE, escapeUnits);
}

function escapeUnits(character: string): string {
  let escaped = "";
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}

/** A time as every command writes it in JSON: ISO 8601, UTC, milliseconds (`2026-11-21T20:25:23.834Z`). */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** {@link isoTime} of a time that may be missing. */
export function isoTimeOrNull(time: number | null): string | null {
  return time === null ? null : isoTime(time);
}
