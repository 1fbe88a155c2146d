import { type Family, networkAround, parseAddress, parseNetwork } from "../host/address.ts";

/** Yes, no, or null: it cannot be told. */
export type Tristate = boolean | null;

/** All numbers from first to last, both included. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** What a field of a packet may hold, as far as it is known. */
export interface Possible {
  /** Exactly one of these; undefined: they cannot be counted. */
  readonly values?: readonly bigint[];
  /** Whether it lies in one of the spans. */
  within(spans: readonly Span[]): Tristate;
}

/** False beats null beats true. */
export function every(parts: readonly Tristate[]): Tristate {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

/** True beats null beats false. */
export function some(parts: readonly Tristate[]): Tristate {
  if (parts.includes(true)) return true;
  return parts.includes(null) ? null : false;
}

export function not(value: Tristate): Tristate {
  return value === null ? null : !value;
}

/** One of a few numbers. */
export function oneOf(values: readonly bigint[]): Possible {
  return { values, within: (spans) => agree(values.map((value) => spans.some((span) => has(span, value)))) };
}

export function exactly(value: number | bigint): Possible {
  return oneOf([BigInt(value)]);
}

/** Nothing is known of it. */
export const ANYTHING: Possible = { within: (spans) => (spans.length === 0 ? false : null) };

/** From here on a span of senders is no longer about single networks: whole countries, half of the address space. */
const LARGE_SHARE = 64n;
const PUBLIC: Record<Family, Span> = {
  4: { first: 1n << 24n, last: (224n << 24n) - 1n },
  6: { first: 2n << 124n, last: (4n << 124n) - 1n },
};

/**
 * Somebody on the internet whom no rule names: inside a span only if it covers all public addresses, not inside when it
 * covers less than one in 64, and else it cannot be told.
 */
export function anybody(family: Family): Possible {
  return ANYBODY[family];
}

const ANYBODY: Record<Family, Possible> = { 4: insideOf(PUBLIC[4]), 6: insideOf(PUBLIC[6]) };

function insideOf(all: Span): Possible {
  const size = all.last - all.first + 1n;
  return {
    within(spans) {
      const covered = merged(spans).reduce((sum, span) => sum + overlap(span, all), 0n);
      if (covered === size) return true;
      return covered * LARGE_SHARE < size ? false : null;
    },
  };
}

/** 127.0.0.0/8 and 224.0.0.0/3, ::1 and ff00::/8 as numbers: texts would be parsed at each start of any command. */
const NEVER_OURS: Record<Family, readonly Span[]> = {
  4: [
    { first: 127n << 24n, last: (128n << 24n) - 1n },
    { first: 224n << 24n, last: (1n << 32n) - 1n },
  ],
  6: [
    { first: 1n, last: 1n },
    { first: 0xffn << 120n, last: (1n << 128n) - 1n },
  ],
};

/** An address of this host that packets from outside are sent to: no loopback, no multicast, no broadcast. */
export function ownAddress(family: Family): Possible {
  const bits = family === 4 ? 32n : 128n;
  return {
    within(spans) {
      const covered = merged(spans).reduce((sum, span) => sum + (span.last - span.first + 1n), 0n);
      if (covered === 1n << bits) return true;
      const foreign = (span: Span): boolean =>
        NEVER_OURS[family].some((never) => never.first <= span.first && span.last <= never.last);
      return spans.every(foreign) ? false : null;
    },
  };
}

/** An address, `ADDRESS/PREFIX`, or null when it is none of the family; a number of the family's width. */
export function addressSpan(text: string, family: Family): Span | null {
  const parsed = parseAddress(text) ?? parseNetwork(text);
  if (parsed === null) return null;
  const span = "value" in parsed ? { first: parsed.value, last: parsed.value } : parsed;
  if (parsed.family === family) return { first: span.first, last: span.last };
  // An IPv4-mapped address was folded by the reader.
  const mapped = 0xffffn << 32n;
  return family === 6 && text.includes(":") ? { first: span.first + mapped, last: span.last + mapped } : null;
}

/** All addresses of a network. */
export function prefixSpan(address: string, length: number, family: Family): Span | null {
  const bits = family === 4 ? 32 : 128;
  const span = addressSpan(address, family);
  if (span === null || !Number.isInteger(length) || length < 0 || length > bits) return null;
  const { first, last } = networkAround({ family, value: span.first }, length);
  return { first, last };
}

function agree(answers: readonly boolean[]): Tristate {
  if (answers.length === 0) return null;
  const [first = false] = answers;
  return answers.every((answer) => answer === first) ? first : null;
}

function has({ first, last }: Span, value: bigint): boolean {
  return first <= value && value <= last;
}

function overlap(a: Span, b: Span): bigint {
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return last < first ? 0n : last - first + 1n;
}

/** The same numbers in spans that do not touch one another. */
function merged(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const found: Span[] = [];
  for (const span of sorted) {
    const before = found.at(-1);
    if (before === undefined || span.first > before.last + 1n) found.push(span);
    else if (span.last > before.last) found[found.length - 1] = { first: before.first, last: span.last };
  }
  return found;
}
