import { disjoint, subtract, type TimedRange } from "./ranges.ts";

/** What has to change in the sets so that they hold what they should; no two ranges overlap. */
export interface Drift {
  /** Held, but not wanted. */
  readonly remove: readonly TimedRange[];
  /** Held with another time than wanted. */
  readonly renew: readonly TimedRange[];
  /** Wanted, but not held. */
  readonly add: readonly TimedRange[];
  /** All that the sets should hold. */
  readonly target: readonly TimedRange[];
  /** In words, for the audit log; null when nothing has to change. */
  readonly what: string | null;
}

/** Times of nft are listed in whole seconds, and a transaction takes a moment. */
const TOLERANCE_MS = 3_000;

/**
 * Compares what the kernel holds with what it should hold. An element about to expire in the kernel is neither
 * missed nor foreign: the lock's own end and the kernel's are some milliseconds apart.
 */
export function driftOf(held: readonly TimedRange[], wanted: readonly TimedRange[]): Drift {
  const target = disjoint(wanted);
  const heldByText = new Map(held.map((range) => [keyOf(range), range]));
  const wantedTexts = new Set(target.map(keyOf));
  const unwanted = held.filter((range) => !wantedTexts.has(keyOf(range)));
  const foreign = unwanted.filter((range) => !isEnding(range));
  const add = target.filter((range) => !heldByText.has(keyOf(range)) && !isEnding(range));
  const renew = target.filter((range) => isMistimed(range, heldByText.get(keyOf(range))));
  const what = describe(foreign.length, add.length, renew.length);
  // An ending one must still make room for what overlaps it.
  return { remove: what === null ? [] : unwanted, renew, add, target, what };
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

function describe(foreign: number, missing: number, mistimed: number): string | null {
  const parts = [
    missing > 0 ? `${counted(missing, "element")} missing` : "",
    foreign > 0 ? `${counted(foreign, "foreign element")}` : "",
    mistimed > 0 ? `${counted(mistimed, "element")} with another time` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(", ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
