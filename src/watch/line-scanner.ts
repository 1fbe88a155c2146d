import { detached } from "./address.ts";
import type { LogEvent } from "./event.ts";
import { isSshdProgram, parseSshdMessage } from "./sshd/parse.ts";
import { parseSyslogHeader } from "./syslog.ts";

/** How a file is read. */
export interface ScanOptions {
  /** Also take lines without a syslog header for messages of the service. Default true. */
  readonly bare?: boolean;
}

/** Takes a file in pieces and tells every line that it recognises, in order. */
export interface LineScanner {
  push(chunk: Uint8Array): void;
  /** Reads the last line, when no newline ended it. */
  end(): void;
}

/** Told of every recognised line. Its strings may hold on to the piece they come from: copy what is to be kept. */
export type LineListener = (event: LogEvent, line: number) => void;

/** What is kept of a line in bytes; sshd writes 500, and what is behind 64 KiB is discarded. */
export const LONGEST_LINE = 65_536;
/** What is decoded at once: a string of this size lives in V8's young generation, a larger one costs pages of its own. */
const BLOCK = 65_536;
const RETURN = 13;
const SPACE = 32;
const COLON = 58;
const PROGRAM = "sshd";
/**
 * What `parseSyslogHeader` would find too, in one step: anchored, and each part ends where the next can begin, so that
 * it is linear. The host is a plain word; one with a dot or a bracket might be a facility or a program.
 */
const COMMON_HEADER =
  /(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d*)?(?:Z|[+-]\d\d:?\d\d)?) [\w-]+ sshd(?:-session|-auth)?\[\d{1,10}\]: (?=[^ [])/y;
/** `Nov 21 19:`: nothing bare begins like this, so that such a line without {@link PROGRAM} need not be looked at. */
const CLASSIC_TIME = { blanks: [3, 6] as const, colon: 9 };

/**
 * A scanner for the lines of sshd. Memory is bounded: it holds one unfinished line of at most {@link LONGEST_LINE}.
 *
 * Bytes are taken as Latin-1, which costs next to nothing and keeps every byte; names in events are to be read as UTF-8 later.
 */
export function createLineScanner(listener: LineListener, options: ScanOptions = {}): LineScanner {
  const bare = options.bare !== false;
  let line = 0;
  let rest = "";

  const finish = (): void => {
    line++;
    const event = readLine(withoutReturn(rest), bare);
    rest = "";
    if (event !== null) listener(event, line);
  };
  const pushBlock = (text: string): void => {
    let start = 0;
    if (rest !== "") {
      const first = text.indexOf("\n");
      if (first >= 0) {
        rest += text.slice(0, Math.min(first, LONGEST_LINE - rest.length));
        finish();
        start = first + 1;
      }
    }
    const last = text.lastIndexOf("\n") + 1;
    line = scanBlock(text, start, last, line, bare, listener);
    rest += detached(text.slice(last, last + LONGEST_LINE - rest.length));
  };
  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let at = 0; at < bytes.length; at += BLOCK) pushBlock(bytes.toString("latin1", at, at + BLOCK));
    },
    end() {
      if (rest !== "") finish();
    },
  };
}

/** Reads the whole lines in [at, end) and returns the number of the last one. */
function scanBlock(
  text: string,
  at: number,
  end: number,
  before: number,
  bare: boolean,
  listener: LineListener,
) {
  let line = before;
  let named = -1;
  for (let start = at; start < end; ) {
    const newline = text.indexOf("\n", start);
    line++;
    const message = messageBehind(text, start);
    let event: LogEvent | null = null;
    if (message > 0 && message < newline) {
      event = parseSshdMessage(text.slice(message, endOfLine(text, start, newline)));
    } else {
      // Where the next line is that holds the program's name at all: one search for all the lines before it.
      if (named < start) named = indexOrEnd(text, PROGRAM, start);
      if (named < newline || (bare && !isClassic(text, start))) {
        event = readLine(text.slice(start, endOfLine(text, start, newline)), bare);
      }
    }
    if (event !== null) listener(event, line);
    start = newline + 1;
  }
  return line;
}

function indexOrEnd(text: string, words: string, from: number): number {
  const index = text.indexOf(words, from);
  return index < 0 ? text.length : index;
}

function endOfLine(text: string, start: number, newline: number): number {
  const end = newline > start + LONGEST_LINE ? start + LONGEST_LINE : newline;
  return end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
}

function withoutReturn(text: string): string {
  return text.charCodeAt(text.length - 1) === RETURN ? text.slice(0, -1) : text;
}

/**
 * Where the message begins in a line of the commonest form, `TIME HOST sshd[PID]: MESSAGE`; -1 for every other form,
 * which `parseSyslogHeader` then reads.
 */
function messageBehind(text: string, start: number): number {
  COMMON_HEADER.lastIndex = start;
  return COMMON_HEADER.test(text) ? COMMON_HEADER.lastIndex : -1;
}

function isClassic(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + CLASSIC_TIME.blanks[0]) === SPACE &&
    text.charCodeAt(at + CLASSIC_TIME.blanks[1]) === SPACE &&
    text.charCodeAt(at + CLASSIC_TIME.colon) === COLON
  );
}

function readLine(line: string, bare: boolean): LogEvent | null {
  const header = parseSyslogHeader(line, { bare });
  if (header === null || (header.program !== null && !isSshdProgram(header.program))) return null;
  return parseSshdMessage(line.slice(header.messageStart));
}
