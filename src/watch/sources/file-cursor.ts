import { CHECKED_BYTES, checkOf, type FilePosition, readChecked } from "./file-position.ts";
import { type CutLines, cutLines, decodeLine, MAX_LINE_BYTES, skipNul } from "./line-cutter.ts";
import { factsOf, type LogFile } from "./log-file.ts";

/** Read at once at the most: a batch is no larger. */
const CHUNK_BYTES = 1024 * 1024;
/** How much of a line without end is searched through in one turn. */
const SEARCH_BYTES = 16 * CHUNK_BYTES;
const NEWLINE = 0x0a;

/** What a cursor found behind its offset. */
export type CursorStep =
  | {
      readonly kind: "lines";
      readonly texts: readonly string[];
      readonly dropped: number;
      readonly left: number;
    }
  /** No whole line yet; `partial` bytes of one are there. */
  | { readonly kind: "end"; readonly partial: number }
  /** A line so long that its end was not found in this turn: come again at once. */
  | { readonly kind: "searching" }
  /** What was read is no longer there: the file was truncated, perhaps refilled. */
  | { readonly kind: "rewritten" };

/** Bytes to read into, shared by the cursors of one source: only one reads at a time. */
export function cursorBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(CHECKED_BYTES + CHUNK_BYTES);
}

/** A place in an open log file. It moves by whole lines only, and notices when the text before it changed. */
export class FileCursor {
  readonly file: LogFile;
  readonly #buffer: Buffer;
  #offset: number;
  #head: Buffer;
  #tail: Buffer;
  #mtime = 0;
  /** The file's length when it was last looked at: it only ever grows, unless it is truncated. */
  #size = 0;
  /** The file as it was when nothing new was found: nothing is read again until it changes. */
  #seen = { size: -1, mtime: -1 };
  /** Up to here, from the offset on, there is no newline. */
  #searched = 0;

  private constructor(file: LogFile, buffer: Buffer, offset: number, head: Buffer, tail: Buffer) {
    this.file = file;
    this.#buffer = buffer;
    this.#offset = offset;
    this.#head = head;
    this.#tail = tail;
  }

  /**
   * A cursor at a byte of an open file; the bytes around it are remembered to know them again.
   * @param asOf when the file was last known to hold what it should, epoch ms; now unless told
   */
  static async at(file: LogFile, offset: number, buffer: Buffer, asOf?: number): Promise<FileCursor> {
    const { head, tail } = await readChecked(file.handle, offset);
    const cursor = new FileCursor(file, buffer, offset, head, tail);
    const { size, mtime } = await factsOf(file);
    cursor.#size = size;
    cursor.#mtime = asOf ?? mtime;
    return cursor;
  }

  position(): FilePosition {
    const { dev, ino } = this.file;
    return { dev, ino, offset: this.#offset, check: checkOf(this.#head, this.#tail), mtime: this.#mtime };
  }

  /** The next whole lines, at most `maxLines`, of at most 1 MiB together. */
  async next(maxLines: number): Promise<CursorStep> {
    const { size, mtime } = await factsOf(this.file);
    if (size < Math.max(this.#offset, this.#size)) return { kind: "rewritten" };
    this.#size = size;
    // With nothing read yet there is no text to know the file by; a change may have been a truncation.
    if (this.#offset === 0 && mtime !== this.#mtime) return { kind: "rewritten" };
    if (size === this.#seen.size && mtime === this.#seen.mtime) return this.#end(size);
    const known = this.#tail.length;
    const read = await this.#read(this.#offset - known);
    if (!this.#tail.equals(this.#buffer.subarray(0, Math.min(known, read)))) return { kind: "rewritten" };
    this.#mtime = mtime;
    const cut = cutLines(this.#buffer.subarray(known, read), maxLines);
    if (cut.consumed > 0) return this.#take(cut, size);
    if (read === this.#buffer.length) return this.#searchEnd(size);
    this.#seen = { size, mtime };
    return this.#end(size);
  }

  /** Bytes behind the offset. */
  async unread(): Promise<number> {
    return Math.max(0, (await factsOf(this.file)).size - this.#offset);
  }

  async close(): Promise<void> {
    await this.file.handle.close();
  }

  #end(size: number): CursorStep {
    return { kind: "end", partial: size - this.#offset };
  }

  #take({ texts, consumed, dropped }: CutLines, size: number): CursorStep {
    const end = this.#tail.length + consumed;
    if (this.#head.length < CHECKED_BYTES) {
      const taken = this.#buffer.subarray(this.#tail.length, end);
      this.#head = Buffer.concat([this.#head, taken.subarray(0, CHECKED_BYTES)]).subarray(0, CHECKED_BYTES);
    }
    this.#tail = Buffer.from(this.#buffer.subarray(Math.max(0, end - CHECKED_BYTES), end));
    this.#offset += consumed;
    return { kind: "lines", texts, dropped, left: Math.max(0, size - this.#offset) };
  }

  /** Looks for the newline of a line that fills the whole buffer, without keeping the line. */
  async #searchEnd(size: number): Promise<CursorStep> {
    if (this.#searched < this.#offset || this.#searched > size) this.#searched = this.#offset;
    const stop = this.#searched + SEARCH_BYTES;
    while (this.#searched < stop) {
      const read = await this.#read(this.#searched);
      if (read === 0) return this.#end(size);
      const at = this.#buffer.subarray(0, read).indexOf(NEWLINE);
      if (at !== -1) return this.#takeLong(this.#searched + at, size);
      this.#searched += read;
    }
    return { kind: "searching" };
  }

  /** Takes the one line that ends with the newline at `end`: its first bytes only. */
  async #takeLong(end: number, size: number): Promise<CursorStep> {
    const from = await this.#skipNul(end);
    const read = await this.#read(from);
    const kept = Math.min(end - from, MAX_LINE_BYTES + 1, read);
    const texts = [decodeLine(this.#buffer, 0, kept)];
    const dropped = Math.max(0, end - from - MAX_LINE_BYTES);
    this.#offset = end + 1;
    const { head, tail } = await readChecked(this.file.handle, this.#offset);
    this.#head = head;
    this.#tail = tail;
    return { kind: "lines", texts, dropped, left: Math.max(0, size - this.#offset) };
  }

  async #skipNul(end: number): Promise<number> {
    let from = this.#offset;
    while (from < end) {
      const length = Math.min(await this.#read(from), end - from);
      const skipped = skipNul(this.#buffer, 0, length);
      from += skipped;
      if (skipped < length || length === 0) break;
    }
    return from;
  }

  async #read(from: number): Promise<number> {
    const { bytesRead } = await this.file.handle.read(this.#buffer, 0, this.#buffer.length, from);
    return bytesRead;
  }
}
