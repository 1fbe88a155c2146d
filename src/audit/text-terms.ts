import { inJson } from "./filters.ts";

/** How often a trigram stands in the index; exact for rare ones, else judged from the newest rows. */
export type CountRows = (trigram: string) => number;

/** More entries than this are not decoded for one search: at 25 ns each, 40 ms. */
const ENTRIES_MAX = 1_500_000;
const TRIGRAMS_TRIED = 12;

/**
 * An FTS5 query whose rows are a superset of those that contain the text, through its rarest trigrams: the
 * common ones cost most and tell least. Null: the text is too short, or every trigram of it is common.
 */
export function textMatch(text: string, count: CountRows): string | null {
  const variants = [...new Set([text, inJson(text)])].map((needle) => rarest(trigramsOf(needle), count));
  return variants.includes(null) ? null : variants.map((terms) => `(${terms})`).join(" OR ");
}

/** Trigrams by code point, as FTS5 makes them; at most a dozen, spread over a long text. */
function trigramsOf(text: string): string[] {
  const points = Array.from(text);
  const all = points.slice(2).map((_, at) => points.slice(at, at + 3).join(""));
  // A query cannot hold NUL, and the index ends a text there.
  const distinct = [...new Set(all)].filter((trigram) => !trigram.includes("\0"));
  const step = Math.max(1, distinct.length / TRIGRAMS_TRIED);
  return Array.from(
    { length: Math.min(distinct.length, TRIGRAMS_TRIED) },
    (_, at) => distinct[Math.floor(at * step)] ?? "",
  );
}

function rarest(trigrams: readonly string[], count: CountRows): string | null {
  const counted = trigrams
    .map((trigram) => ({ trigram, rows: count(trigram) }))
    .sort((a, b) => a.rows - b.rows);
  let entries = 0;
  const chosen = counted.filter(({ rows }) => {
    entries += rows;
    return entries <= ENTRIES_MAX;
  });
  return chosen.length === 0 ? null : chosen.map(({ trigram }) => quote(trigram)).join(" AND ");
}

/** An FTS5 string: quotes doubled. */
export function quote(trigram: string): string {
  return `"${trigram.replaceAll('"', '""')}"`;
}
