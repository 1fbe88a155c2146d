import { basename } from "node:path";
import { CastellanError } from "../../errors.ts";
import { FileCursor } from "./file-cursor.ts";
import { type Found, locate } from "./file-locate.ts";
import { BEFORE_FIRST, type FilePosition } from "./file-position.ts";
import { startOffset } from "./file-start.ts";
import { type FileFacts, factsAt, factsOf, type LogFile, openLogFile, sameFile } from "./log-file.ts";
import {
  bytesAfter,
  listCompressedAfter,
  listRotated,
  type RotatedFile,
  successor,
} from "./rotated-files.ts";

/** What a trail needs, and whom it tells what it meets. */
export interface TrailOptions {
  readonly path: string;
  readonly root: string;
  readonly backlogBytes: number;
  readonly position: FilePosition | null;
  /** Shared by all cursors of the trail. */
  readonly buffer: Buffer;
  /** Lines were lost, and why. */
  onGap(what: string): void;
  /** What is wrong with the file at the log's path, or null when it is well again. */
  onFault(problem: CastellanError | null): void;
  /** A file was opened at this path. */
  onFile(path: string): void;
}

/** A file to go on with: as it was seen, not as it is when it is opened. */
interface Next {
  readonly path: string;
  readonly facts: FileFacts | null;
  /** Whether it is the file at the log's path, not an older one. */
  readonly live: boolean;
}

/** The files that a log was written to, one after the other: which is read now, and which comes next. */
export class FileTrail {
  readonly #options: TrailOptions;
  /** Where to begin when nothing is open; null until the first start is decided. */
  #position: FilePosition | null;
  /** Where the first start began: rewinding to "no position" means this. */
  #first: FilePosition | null = null;
  #cursor: FileCursor | null = null;
  /** Nobody writes to the file that is read now: it is a copy of a file that was truncated then. */
  #finished = false;
  /** Files left behind since the last release: open until it is certain that nobody rewinds into them. */
  #left: FileCursor[] = [];
  /** The live file behind the log's path, links resolved: its older ones lie beside it. */
  #live: string;
  #bytesAhead = 0;
  #backlogBytes: number;

  constructor(options: TrailOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#live = options.path;
    this.#backlogBytes = options.backlogBytes;
  }

  /** Where reading would go on after a restart; null before the first start is decided. */
  position(): FilePosition | null {
    return this.#cursor?.position() ?? this.#position;
  }

  /** Bytes in files newer than the one read now, as of when it was opened. */
  bytesAhead(): number {
    return this.#bytesAhead;
  }

  /**
   * The open file to read from.
   * @throws CastellanError `source_unreadable` while there is none
   */
  async current(): Promise<FileCursor> {
    this.#cursor ??= await this.#open();
    return this.#cursor;
  }

  /** The text before the offset is no longer there: what was read must be looked for anew. */
  abandon(): void {
    this.#position = this.position();
    if (this.#cursor !== null) this.#left.push(this.#cursor);
    this.#cursor = null;
  }

  /**
   * At the end of a file with `partial` bytes of an unfinished line: whether there is something to go on with.
   *
   * A renamed file is left only when a newer one has got its first bytes. Until then the writer may still hold the
   * old one open. As it writes to one after the other, whatever it wrote to the old one stands there by then:
   * therefore its length is looked at once more before it is left.
   */
  async advance(cursor: FileCursor, partial: number): Promise<boolean> {
    const live = await factsAt(this.#options.path);
    if (live !== null && sameFile(live, cursor.file)) {
      this.#options.onFault(null);
      return false;
    }
    const rotated = await listRotated(this.#live);
    const current = await factsOf(cursor.file);
    const next = this.#next(current, rotated, live);
    if (next === null) return false;
    const file = await openLogFile(next.path, next.live ? this.#options.root : "/");
    const rotatedMeanwhile = next.facts === null || !sameFile(file, next.facts);
    if (rotatedMeanwhile || (await cursor.unread()) > partial) {
      await file.handle.close();
      return true;
    }
    if (next.live) this.#becomeLive(file);
    if (partial > 0) this.#tellUnfinished(cursor, partial);
    if (!rotated.some((file) => sameFile(file, current))) await this.#tellCompressed(current);
    this.abandon();
    await this.#enter({ file, offset: 0, gap: null, finished: false }, bytesAfter(rotated, file, live));
    return true;
  }

  /** Goes back to a position, into a file still held open if it stands there. */
  async rewind(position: FilePosition | null): Promise<void> {
    this.abandon();
    this.#position = position ?? this.#first;
    const wanted = this.#position;
    const same = this.#left.find(({ file }) => wanted !== null && sameFile(file, wanted));
    if (same === undefined || wanted === null) return;
    const { offset, mtime, check } = wanted;
    const cursor = await FileCursor.at(same.file, offset, this.#options.buffer, mtime).catch(() => null);
    if (cursor?.position().check !== check) return;
    this.#left = this.#left.filter((other) => other !== same);
    this.#cursor = cursor;
  }

  /** Closes the files left behind: what was read from them is stored. */
  async release(): Promise<void> {
    const left = this.#left;
    this.#left = [];
    for (const cursor of left) await cursor.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.abandon();
    await this.release();
  }

  /** Opens what the position stands in; at the first start, the live file near its end. */
  async #open(): Promise<FileCursor> {
    const { path, root } = this.#options;
    const opened = await openLogFile(path, root).catch((error: unknown) => asFault(error));
    const live = opened instanceof CastellanError ? null : opened;
    this.#options.onFault(opened instanceof CastellanError ? opened : null);
    if (live !== null) this.#live = live.path;
    const found =
      this.#position === null
        ? await this.#openFirst(live)
        : await this.#openAgain(this.#position, live, await listRotated(this.#live));
    if (found !== null) return found;
    throw opened;
  }

  async #openFirst(live: LogFile | null): Promise<FileCursor | null> {
    const { path, buffer } = this.#options;
    if (live === null) {
      // Not there yet: all of it is new when it comes. There, but unreadable: the engine hears of no backlog now, and
      // would take it for new when it comes later.
      this.#backlogBytes = 0;
      if ((await factsAt(path)) === null) this.#first = this.#position = BEFORE_FIRST;
      return null;
    }
    const offset = await startOffset(live, this.#backlogBytes, buffer);
    const cursor = await this.#enter({ file: live, offset, gap: null, finished: false }, 0);
    this.#first = cursor.position();
    return cursor;
  }

  async #openAgain(
    position: FilePosition,
    live: LogFile | null,
    rotated: readonly RotatedFile[],
  ): Promise<FileCursor | null> {
    const found = await locate(position, live, rotated);
    const liveFacts = live && (await factsOf(live));
    if (live !== null && found?.file !== live) await live.handle.close();
    if (found === null) return null;
    if (found.gap !== null) this.#options.onGap(found.gap);
    return this.#enter(found, bytesAfter(rotated, found.file, liveFacts));
  }

  async #enter({ file, offset, finished }: Found, bytesAhead: number): Promise<FileCursor> {
    this.#options.onFile(file.path);
    this.#finished = finished;
    this.#bytesAhead = bytesAhead;
    try {
      this.#cursor = await FileCursor.at(file, offset, this.#options.buffer);
      return this.#cursor;
    } catch (error) {
      await file.handle.close();
      throw error;
    }
  }

  /** Which file to go on with; null while that is still the current one. */
  #next(current: FileFacts, rotated: readonly RotatedFile[], live: FileFacts | null): Next | null {
    let next = successor(rotated, current);
    while (next !== null && next.size === 0) next = successor(rotated, next);
    if (next !== null) return { path: next.path, facts: next, live: false };
    if (live?.regular === true && live.size === 0 && !this.#finished) {
      this.#options.onFault(null);
      return null;
    }
    return { path: this.#options.path, facts: live, live: true };
  }

  #becomeLive({ path }: LogFile): void {
    this.#options.onFault(null);
    this.#live = path;
  }

  /** The file read last is compressed; were others begun after it, and compressed before we came to them? */
  async #tellCompressed({ mtime }: FileFacts): Promise<void> {
    const names = await listCompressedAfter(this.#live, mtime);
    if (names.length > 0) this.#options.onGap(`${names.join(", ")}: compressed before it was read`);
  }

  #tellUnfinished({ file }: FileCursor, bytes: number): void {
    const name = basename(file.path);
    this.#options.onGap(`the last line of ${name}, rotated away, has no end: ${bytes} bytes dropped`);
  }
}

function asFault(error: unknown): CastellanError {
  if (error instanceof CastellanError) return error;
  throw error;
}
