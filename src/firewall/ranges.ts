import type { AddressRange } from "../host/address.ts";

/** A range that is locked for `timeoutMs` milliseconds from now; null: until it is removed. */
export interface TimedRange extends AddressRange {
  readonly timeoutMs: number | null;
}

/**
 * The same addresses, each locked as long as the longest of the given ranges that holds it, as ranges that do not
 * overlap: an interval set of nft holds no others. Sorted by family and address.
 *
 * nft's own `auto-merge` is no way out: it joins neighbours of different timeouts to one element with one timeout.
 */
export function disjoint(ranges: readonly TimedRange[]): TimedRange[] {
  const sorted = [...ranges].sort(byAddress);
  const found: TimedRange[] = [];
  for (let at = 0; at < sorted.length; ) {
    const end = clusterEnd(sorted, at);
    const cluster = sorted.slice(at, end);
    found.push(...(cluster.length === 1 ? cluster : paint(cluster)));
    at = end;
  }
  return found;
}

/** Those of `sorted`, which do not overlap, that have an address in common with the range. */
export function meeting<R extends AddressRange>(range: AddressRange, sorted: readonly R[]): R[] {
  const from = firstReaching(sorted, range);
  let to = from;
  for (let next = sorted[to]; next !== undefined; next = sorted[to]) {
    if (next.family !== range.family || next.first > range.last) break;
    to += 1;
  }
  return sorted.slice(from, to);
}

/** What of `range` lies in none of `holes`, which are sorted and do not overlap. */
export function subtract<R extends AddressRange>(range: R, holes: readonly AddressRange[]): R[] {
  const left: R[] = [];
  let first = range.first;
  for (const hole of meeting(range, holes)) {
    if (hole.first > first) left.push({ ...range, first, last: hole.first - 1n });
    first = hole.last + 1n;
    if (first > range.last) return left;
  }
  left.push({ ...range, first });
  return left;
}

/** The `most` ranges of each family that last longest, in their order. */
export function longestOf(ranges: readonly TimedRange[], most: number): TimedRange[] {
  return ([4, 6] as const).flatMap((family) => {
    const all = ranges.filter((range) => range.family === family);
    return all.length <= most ? all : [...all].sort(longestFirst).slice(0, most).sort(byAddress);
  });
}

/** What of `range` lies in one of `parts`, which are sorted and do not overlap. */
export function intersect(range: AddressRange, parts: readonly AddressRange[]): AddressRange[] {
  return meeting(range, parts).map(({ family, first, last }) => ({
    family,
    first: first > range.first ? first : range.first,
    last: last < range.last ? last : range.last,
  }));
}

/** The union of ranges: sorted, without overlaps, neighbours joined. */
export function union(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: { family: AddressRange["family"]; first: bigint; last: bigint }[] = [];
  for (const { family, first, last } of [...ranges].sort(byAddress)) {
    const before = joined.at(-1);
    if (before !== undefined && before.family === family && first <= before.last + 1n) {
      if (last > before.last) before.last = last;
    } else joined.push({ family, first, last });
  }
  return joined;
}

/** The place of the first hole that ends at or behind the range's beginning. */
function firstReaching(holes: readonly AddressRange[], range: AddressRange): number {
  let low = 0;
  let high = holes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const hole = holes[middle];
    if (hole === undefined) break;
    const before = hole.family < range.family || (hole.family === range.family && hole.last < range.first);
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sorted neighbours that overlap, one with the next, belong to one cluster. */
function clusterEnd(sorted: readonly TimedRange[], from: number): number {
  let reach = sorted[from];
  let end = from + 1;
  for (; end < sorted.length; end += 1) {
    const next = sorted[end];
    if (next === undefined || reach === undefined) break;
    if (next.family !== reach.family || next.first > reach.last) break;
    if (next.last > reach.last) reach = next;
  }
  return end;
}

/** Longest time first, then the wider: what comes later fills only what is still free. */
function paint(cluster: readonly TimedRange[]): TimedRange[] {
  const painted: TimedRange[] = [];
  for (const range of [...cluster].sort(longestFirst)) {
    const free = subtract(range, painted);
    const [first] = free;
    if (first === undefined) continue;
    const place = firstReaching(painted, first);
    if (free.length === 1) painted.splice(place, 0, first);
    else {
      painted.push(...free);
      painted.sort(byAddress);
    }
  }
  return painted;
}

export function byAddress(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last === b.last ? 0 : a.last < b.last ? -1 : 1;
}

function longestFirst(a: TimedRange, b: TimedRange): number {
  const longer = (b.timeoutMs ?? Number.MAX_VALUE) - (a.timeoutMs ?? Number.MAX_VALUE);
  return longer || Number(b.last - b.first - (a.last - a.first));
}
