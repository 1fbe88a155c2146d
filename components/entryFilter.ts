/** Finding an action by what is typed: for help and for the palette. Pure. */

/** Something that can be found and run. */
export interface EntrySpec {
  readonly id: string;
  readonly title: string;
  /** key names that run it directly */
  readonly keys?: readonly string[] | undefined;
  /** other names that it is found by */
  readonly aliases?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly description?: string | undefined;
  /** the command line that does the same */
  readonly command?: string | undefined;
  /** why it cannot be run now */
  readonly disabled?: string | undefined;
}

/** True when the letters of `query` occur in `text` in this order. */
function isSubsequence(query: string, text: string): boolean {
  let at = 0;
  for (const letter of text) if (letter === query[at]) at += 1;
  return at >= query.length;
}

/** How well one name fits: 0 is best, Infinity not at all. */
function rankName(name: string, query: string): number {
  const text = name.toLowerCase();
  if (text === query) return 0;
  if (text.startsWith(query)) return 1;
  if (text.split(/[\s:/-]+/).some((word) => word.startsWith(query))) return 2;
  if (text.includes(query)) return 3;
  return query.length > 1 && isSubsequence(query, text) ? 5 : Number.POSITIVE_INFINITY;
}

function rank(entry: EntrySpec, query: string): number {
  const aliases = (entry.aliases ?? []).map((alias) => rankName(alias, query));
  const around = `${entry.group ?? ""} ${entry.description ?? ""} ${entry.command ?? ""}`.toLowerCase();
  return Math.min(
    rankName(entry.title, query),
    ...aliases,
    around.includes(query) ? 4 : Number.POSITIVE_INFINITY,
  );
}

/** The entries that fit, best first, otherwise in their own order. Every word of the query has to fit. */
export function filterEntries<Entry extends EntrySpec>(entries: readonly Entry[], query: string): Entry[] {
  const whole = query.trim().toLowerCase();
  if (whole === "") return [...entries];
  const words = whole.split(/\s+/);
  return entries
    .map((entry) => {
      const parts = words.map((word) => rank(entry, word));
      return { entry, rank: Math.min(rank(entry, whole), Math.max(...parts)) };
    })
    .filter((found) => Number.isFinite(found.rank))
    .toSorted((a, b) => a.rank - b.rank)
    .map((found) => found.entry);
}
