import { canonicalJson, type Json } from "./canonical.ts";

/** The most that one row's details take, in bytes of UTF-8: a hostile string must not fill the disk. */
export const DETAILS_MAX_BYTES = 16_384;
/** The most that any other text of a row takes, in UTF-16 code units. */
export const TEXT_MAX_LENGTH = 1_024;

/** Facts of an audit row. */
export type AuditDetails = { readonly [key: string]: Json | undefined };

const STRING_LIMITS = [2_048, 256, 32];
const LIST_LIMIT = 64;
const BEGINNING_LENGTH = 4_096;

/**
 * Canonical JSON of the details in at most {@link DETAILS_MAX_BYTES}. What is too large is cut where it is
 * large and says so: long strings and lists first; the beginning of the whole when that does not help.
 */
export function storedDetails(details: AuditDetails): string {
  const whole = canonicalJson(details);
  const bytes = Buffer.byteLength(whole);
  if (bytes <= DETAILS_MAX_BYTES) return whole;
  for (const limit of STRING_LIMITS) {
    const shorter = canonicalJson(shorten(details, limit));
    if (Buffer.byteLength(shorter) <= DETAILS_MAX_BYTES) return shorter;
  }
  return canonicalJson({ beginning: whole.slice(0, BEGINNING_LENGTH).toWellFormed(), bytes, cut: true });
}

/**
 * Text as it is stored: cut, and well-formed. SQLite keeps UTF-8, which has no lone surrogates; a hash over one
 * would not be the hash of what is read back.
 */
export function storedText(text: string): string {
  return cutText(text, TEXT_MAX_LENGTH).toWellFormed();
}

function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (cut, ${text.length} characters)`;
}

function shorten(value: Json, limit: number): Json {
  if (typeof value === "string") return cutText(value, limit);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const items = value.slice(0, LIST_LIMIT).map((item: Json) => shorten(item, limit));
    return value.length > LIST_LIMIT ? [...items, `… (cut, ${value.length} items)`] : items;
  }
  const entries = Object.entries(value as AuditDetails);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, item === undefined ? undefined : shorten(item, limit)]),
  );
}
