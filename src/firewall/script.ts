import type { Family } from "../host/address.ts";
import { rangeText } from "./elements.ts";
import type { TimedRange } from "./ranges.ts";

/** castellan's own table; nothing else of the ruleset is ever named in a script. */
export const TABLE = "inet castellan";
export const SETS: Record<Family, string> = { 4: "locked4", 6: "locked6" };
/** The size that the kernel is told. Older ones (6.1 does) count both ends of an interval. */
export const SET_SIZE = 131_072;
/** So many intervals fit into a set on any kernel. */
export const SET_CAPACITY = 65_000;
export const PRIORITY = -10;
/** A chain that each of our transactions makes and deletes: `nft monitor` shows it, and so tells ours from others. */
export const MARK = "change_of_castellan";
const MARK_LINES = `add chain ${TABLE} ${MARK}\ndelete chain ${TABLE} ${MARK}\n`;

/**
 * The table as it should be. Its hook runs before the common `filter` chains; packets from locked addresses are
 * dropped whatever connection they belong to, everything else goes on to the rules of others.
 */
const TABLE_SCRIPT = `add table ${TABLE}
delete table ${TABLE}
add table ${TABLE}
add set ${TABLE} locked4 { type ipv4_addr; flags interval,timeout; size ${SET_SIZE}; }
add set ${TABLE} locked6 { type ipv6_addr; flags interval,timeout; size ${SET_SIZE}; }
add chain ${TABLE} input { type filter hook input priority ${PRIORITY}; policy accept; }
add rule ${TABLE} input ip saddr @locked4 counter drop
add rule ${TABLE} input ip6 saddr @locked6 counter drop
`;

/** One transaction: our table is made anew and holds these ranges. */
export function tableScript(ranges: readonly TimedRange[]): string {
  return TABLE_SCRIPT + MARK_LINES + addLines(ranges);
}

/** One transaction: our table is gone, whether it was there or not. */
export function removalScript(): string {
  return `add table ${TABLE}\n${MARK_LINES}delete table ${TABLE}\n`;
}

/**
 * One transaction that needs no look at the sets and gives the same result however often it runs: each range is first
 * made to exist, then deleted, then those of `add` are added with their time. (`destroy element` needs nft 1.0.7;
 * kernels before 6.12 do not change the time of an element that is there.) It fails as a whole when a range overlaps a
 * different one in the set.
 */
export function blindScript(remove: readonly TimedRange[], add: readonly TimedRange[]): string {
  const gone = [...remove, ...add].map((range) => ({ ...range, timeoutMs: 60_000 }));
  return MARK_LINES + addLines(gone) + deleteLines(gone) + addLines(add);
}

/**
 * One transaction for sets that were looked at: deletes ranges that they hold, adds others. It fails as a whole when
 * one of the former has expired since. Deleting thousands takes nft 1.0.6 many seconds: see {@link refillScript}.
 */
export function elementScript(remove: readonly TimedRange[], add: readonly TimedRange[]): string {
  return MARK_LINES + deleteLines(remove) + addLines(add);
}

/** One transaction: the sets hold these ranges and no others; 10,000 take less than 0.1 s. */
export function refillScript(ranges: readonly TimedRange[]): string {
  const flushes = Object.values(SETS).map((set) => `flush set ${TABLE} ${set}\n`);
  return MARK_LINES + flushes.join("") + addLines(ranges);
}

function addLines(ranges: readonly TimedRange[]): string {
  return lines("add", ranges, (range) => {
    return range.timeoutMs === null ? rangeText(range) : `${rangeText(range)} timeout ${range.timeoutMs}ms`;
  });
}

function deleteLines(ranges: readonly TimedRange[]): string {
  return lines("delete", ranges, rangeText);
}

function lines(
  verb: "add" | "delete",
  ranges: readonly TimedRange[],
  text: (range: TimedRange) => string,
): string {
  return ([4, 6] as const)
    .map((family) => {
      const elements = ranges.filter((range) => range.family === family).map(text);
      return elements.length === 0
        ? ""
        : `${verb} element ${TABLE} ${SETS[family]} { ${elements.join(", ")} }\n`;
    })
    .join("");
}
