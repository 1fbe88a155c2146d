/** A line longer than this many bytes is kept up to here; the rest is dropped and counted. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Whole lines found at the beginning of some bytes. */
export interface CutLines {
  /** Without newline and without one carriage return before it; invalid UTF-8 as U+FFFD. */
  readonly texts: readonly string[];
  /** Bytes up to and with the last newline taken. */
  readonly consumed: number;
  /** Bytes dropped from lines over {@link MAX_LINE_BYTES}. */
  readonly dropped: number;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Takes at most `maxLines` whole lines from the beginning of `bytes`; what has no newline yet stays.
 *
 * Every line gets its own string. Cutting one big decoded string is twice as fast, but a slice of it would keep
 * the whole chunk in memory for as long as anybody remembers one user name from it.
 */
export function cutLines(bytes: Buffer, maxLines: number): CutLines {
  const texts: string[] = [];
  let start = 0;
  let dropped = 0;
  while (texts.length < maxLines) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    const from = skipNul(bytes, start, end);
    dropped += Math.max(0, end - from - MAX_LINE_BYTES);
    texts.push(decodeLine(bytes, from, end));
    start = end + 1;
  }
  return { texts, consumed: start, dropped };
}

/** Decodes the line in `bytes` from `from` to its newline at `end`, cut to {@link MAX_LINE_BYTES}. */
export function decodeLine(bytes: Buffer, from: number, end: number): string {
  if (end - from > MAX_LINE_BYTES) return bytes.toString("utf8", from, from + MAX_LINE_BYTES);
  const text = end > from && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  return bytes.toString("utf8", from, text);
}

/**
 * Where a line's text begins: NUL bytes before it are padding. A crash, or truncating under a writer that does not
 * append, leaves them in front of a good line.
 */
export function skipNul(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === 0) at++;
  return at;
}
