import { byAddress, disjoint, meeting, subtract, type TimedRange } from "./ranges.ts";

/** What has to change in the sets so that they hold what they should; no two ranges overlap. */
export interface Drift {
  /** Held, but not so wanted. */
  readonly remove: readonly TimedRange[];
  /** Held with another time than wanted. */
  readonly renew: readonly TimedRange[];
  /** Wanted, but not so held. */
  readonly add: readonly TimedRange[];
  /** All that the sets should hold. */
  readonly target: readonly TimedRange[];
  /** In words, for the audit log; null when nothing has to change. */
  readonly what: string | null;
}

/** Times of nft are listed in whole seconds, and a transaction takes a moment. */
const TOLERANCE_MS = 3_000;

/**
 * Compares what the kernel holds with what it should hold: which addresses, how long; into which pieces they are cut
 * does not matter. An element about to expire is neither missed nor foreign: the lockout's own end and the kernel's
 * are some milliseconds apart.
 */
export function driftOf(held: readonly TimedRange[], wanted: readonly TimedRange[]): Drift {
  const target = disjoint(wanted);
  const what = describe([...held].sort(byAddress), target);
  const heldByKey = new Map(held.map((range) => [keyOf(range), range]));
  const wantedKeys = new Set(target.map(keyOf));
  return {
    remove: held.filter((range) => !wantedKeys.has(keyOf(range))),
    renew: target.filter((range) => isMistimed(range, heldByKey.get(keyOf(range)))),
    add: target.filter((range) => !heldByKey.has(keyOf(range))),
    target,
    what,
  };
}

/**
 * What the sets should hold after a change: `remove` frees its addresses whatever held them; an added range takes
 * its own time, and where it overlaps others the longer time holds.
 */
export function changed(
  held: readonly TimedRange[],
  remove: readonly TimedRange[],
  add: readonly TimedRange[],
): TimedRange[] {
  const replaced = new Set(add.map(keyOf));
  const freed = disjoint(remove.map((range) => ({ ...range, timeoutMs: null })));
  const kept = held.filter((range) => !replaced.has(keyOf(range))).flatMap((range) => subtract(range, freed));
  return disjoint([...kept, ...add]);
}

function keyOf(range: TimedRange): string {
  return `${range.family} ${range.first} ${range.last}`;
}

function isEnding({ timeoutMs }: TimedRange): boolean {
  return timeoutMs !== null && timeoutMs < TOLERANCE_MS;
}

function isMistimed(wanted: TimedRange, held: TimedRange | undefined): boolean {
  if (held === undefined || wanted.timeoutMs === held.timeoutMs) return false;
  if (wanted.timeoutMs === null || held.timeoutMs === null) return true;
  return Math.abs(wanted.timeoutMs - held.timeoutMs) > TOLERANCE_MS;
}

/** Both are sorted and do not overlap. */
function describe(held: readonly TimedRange[], target: readonly TimedRange[]): string | null {
  const missing = target.filter((range) => !isEnding(range) && subtract(range, held).length > 0);
  const foreign = held.filter((range) => !isEnding(range) && subtract(range, target).length > 0);
  const mistimed = target.filter((range) => meeting(range, held).some((piece) => isMistimed(range, piece)));
  const parts = [
    missing.length > 0 ? `${counted(missing.length, "element")} missing` : "",
    foreign.length > 0 ? `${counted(foreign.length, "foreign element")}` : "",
    mistimed.length > 0 ? `${counted(mistimed.length, "element")} with another time` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(", ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
