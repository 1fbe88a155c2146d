import { inJson } from "./filters.ts";

/** How often a trigram stands in the index; exact for rare ones, else judged from the newest rows. */
export type CountRows = (trigram: string) => number;

/**
 * More entries of the index than this are not decoded for one search: at 30 ns each, 240 ms. Rare trigrams come
 * first, so that nearly all searches decode a small part of that.
 */
const ENTRIES_MAX = 8_000_000;
/** As many entries are decoded in the time that one row is checked. */
const ENTRIES_PER_CHECK = 300;
/** A further trigram is taken to leave one row in so many. */
const NARROWS = 10;
const TRIGRAMS_TRIED = 12;
const TRIGRAMS_USED = 3;

/**
 * An FTS5 query whose rows are a superset of those that contain the text, and each of the `others` (exact values
 * of further filters, or beginnings of them). Through the rarest trigrams: the common ones cost most and tell
 * least. Null: the text is too short, or every trigram is common.
 */
export function textMatch(text: string, others: readonly string[], count: CountRows): string | null {
  const further = others.map((value) => rarest(value, count));
  const variants = [...new Set([text, inJson(text)])].map((needle) =>
    affordable([rarest(needle, count), ...further]),
  );
  return variants.includes(null) ? null : variants.map((terms) => `(${terms})`).join(" OR ");
}

interface Counted {
  readonly trigram: string;
  readonly rows: number;
}

/** The trigrams of a text that tell most, rarest first; the rest say little that these do not. */
function rarest(text: string, count: CountRows): Counted[] {
  return trigramsOf(text)
    .map((trigram) => ({ trigram, rows: count(trigram) }))
    .sort((a, b) => a.rows - b.rows)
    .slice(0, TRIGRAMS_USED);
}

/**
 * The text's rarest trigram, and of everything else what narrows the rows down for less than it costs to check
 * them: before a second trigram of one value, the first of each.
 */
function affordable([own = [], ...further]: readonly Counted[][]): string | null {
  const [first, ...second] = own;
  if (first === undefined || first.rows > ENTRIES_MAX) return null;
  const byRank = (list: readonly Counted[], from: number) =>
    list.map((counted, at) => ({ ...counted, rank: at + from }));
  const others = [...byRank(second, 1), ...further.flatMap((list) => byRank(list, 0))];
  others.sort((a, b) => a.rank - b.rank || a.rows - b.rows);
  const chosen = [first.trigram];
  let entries = first.rows;
  let left = first.rows;
  for (const { trigram, rows } of others) {
    if (entries + rows > ENTRIES_MAX || rows > left * ENTRIES_PER_CHECK) continue;
    chosen.push(trigram);
    entries += rows;
    left = Math.min(left, rows) / NARROWS;
  }
  return [...new Set(chosen)].map(quote).join(" AND ");
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

/** An FTS5 string: quotes doubled. */
export function quote(trigram: string): string {
  return `"${trigram.replaceAll('"', '""')}"`;
}
