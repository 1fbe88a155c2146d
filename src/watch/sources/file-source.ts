import { basename, join } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { Service } from "../event.ts";
import { cursorBuffer, FileCursor } from "./file-cursor.ts";
import { locate } from "./file-locate.ts";
import { BEFORE_FIRST, type FilePosition, parsePosition } from "./file-position.ts";
import { startOffset } from "./file-start.ts";
import { type FileWake, openFileWake } from "./file-wake.ts";
import { factsAt, factsOf, type LogFile, openLogFile, sameFile, unreadable } from "./log-file.ts";
import { listRotated, successor } from "./rotated-files.ts";
import type { LogSource, OpenSource, SourceBatch, SourceFault } from "./source.ts";

/** A log file to follow. */
export interface FileSourceOptions {
  /** As the host sees it, such as `/var/log/auth.log`. */
  readonly path: string;
  /** Where the host's files begin; `/` unless told. */
  readonly root?: string;
  readonly service: Service;
}

/** How often one read may find the file rewritten before it leaves the rest to the next. */
const MAX_TURNS = 32;

/**
 * Follows a log file by its descriptor, through rotation by rename, copytruncate and refilling, without losing or
 * doubling a line; what is lost all the same is told as a gap. A missing, unreadable or strange file is a fault that
 * heals. Only whole lines are taken.
 *
 * The first batch may hold no lines: it brings the position that reading begins at, so that what is written before
 * the next start is not lost either.
 */
export function openFileSource(options: FileSourceOptions, open: OpenSource): LogSource {
  return new FileSource(options, open);
}

class FileSource implements LogSource {
  readonly name: string;
  readonly kind = "file";
  readonly service: Service;
  readonly trust = "forgeable";
  readonly #path: string;
  readonly #root: string;
  readonly #backlogBytes: number;
  readonly #wake: FileWake = openFileWake();
  readonly #buffer = cursorBuffer();
  /** Where to begin when nothing is open; null until the first start is decided. */
  #position: FilePosition | null;
  /** Where the first start began: rewinding to "no position" means this. */
  #first: FilePosition | null = null;
  #cursor: FileCursor | null = null;
  /** Files left behind in the last batch: open until it is certain that nobody rewinds into them. */
  #left: FileCursor[] = [];
  #gaps: string[] = [];
  #announce = false;
  #fault: SourceFault | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ path, root = "/", service }: FileSourceOptions, { position, backlogBytes }: OpenSource) {
    this.name = `file:${path}`;
    this.service = service;
    this.#path = join(root, path);
    this.#root = root;
    this.#backlogBytes = backlogBytes;
    this.#position = position === null ? null : this.#parse(position);
    this.#wake.watchPaths([this.#path]);
  }

  read(maxLines: number): Promise<SourceBatch | null> {
    return this.#inTurn(() => this.#read(maxLines));
  }

  rewind(position: string | null): Promise<void> {
    return this.#inTurn(() => this.#rewind(position));
  }

  fault(): SourceFault | null {
    return this.#fault;
  }

  onReadable(callback: () => void): void {
    this.#wake.onWake(callback);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#wake.close();
    return this.#inTurn(() => this.#closeFiles());
  }

  async #read(maxLines: number): Promise<SourceBatch | null> {
    if (this.#closed) return null;
    try {
      await this.#closeLeft();
      return await this.#step(maxLines);
    } catch (error) {
      const known = error instanceof CastellanError ? error : unreadable(this.#path, error);
      this.#fault = { message: known.hint === "" ? known.message : `${known.message}: ${known.hint}` };
      return this.#announced();
    }
  }

  async #step(maxLines: number): Promise<SourceBatch | null> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const cursor = this.#cursor ?? (await this.#open());
      const step = await cursor.next(maxLines);
      if (step.kind === "lines") {
        if (step.dropped > 0) this.#gaps.push(`lines over 64 KiB were cut: ${step.dropped} bytes dropped`);
        return this.#batch(cursor, step.texts, step.left);
      }
      if (step.kind === "searching") break;
      if (step.kind === "rewritten") this.#leave(cursor);
      else if (!(await this.#advance(cursor, step.partial))) return this.#announced();
    }
    this.#wake.soon();
    return this.#announced();
  }

  #batch(cursor: FileCursor, texts: readonly string[], lagBytes: number): SourceBatch {
    const lines = texts.map((text) => ({ text, form: "line" as const, connection: null, time: null }));
    return { lines, position: JSON.stringify(cursor.position()), lagBytes, gap: this.#takeGap() };
  }

  /** A batch without lines, when there is a new position or a gap to be noted; else null. */
  #announced(): SourceBatch | null {
    const position = this.#cursor?.position() ?? this.#position;
    if (position === null || (!this.#announce && this.#gaps.length === 0)) return null;
    this.#announce = false;
    return { lines: [], position: JSON.stringify(position), lagBytes: 0, gap: this.#takeGap() };
  }

  #takeGap(): string | null {
    this.#announce = false;
    const gap = this.#gaps.length === 0 ? null : this.#gaps.join("; ");
    this.#gaps = [];
    return gap;
  }

  /** Opens what the position stands in; at the first start, the live file at its end or backlog. */
  async #open(): Promise<FileCursor> {
    const live = await openLogFile(this.#path, this.#root).catch((error: unknown) => error);
    if (this.#position === null) return this.#openFirst(live);
    const file = live instanceof CastellanError ? null : (live as LogFile);
    const found = await locate(this.#position, file, await listRotated(file?.path ?? this.#path));
    if (file !== null && found?.file !== file) await file.handle.close();
    if (found === null) throw live;
    if (found.gap !== null) this.#gaps.push(found.gap);
    return this.#enter(found.file, found.offset);
  }

  async #openFirst(live: unknown): Promise<FileCursor> {
    this.#announce = true;
    if (live instanceof CastellanError) {
      if (await factsAt(this.#path)) throw live;
      this.#position = BEFORE_FIRST;
      this.#first = BEFORE_FIRST;
      throw live;
    }
    const file = live as LogFile;
    const cursor = await this.#enter(file, await startOffset(file, this.#backlogBytes, this.#buffer));
    this.#first = cursor.position();
    return cursor;
  }

  async #enter(file: LogFile, offset: number): Promise<FileCursor> {
    this.#wake.watchPaths([this.#path, file.path]);
    this.#cursor = await FileCursor.at(file, offset, this.#buffer);
    return this.#cursor;
  }

  #leave(cursor: FileCursor): void {
    this.#position = cursor.position();
    this.#cursor = null;
    this.#left.push(cursor);
  }

  /**
   * At the end of a file: whether there is a newer one to go on with.
   *
   * A renamed file is left only when a newer one has got its first bytes. Until then the writer may still hold the old
   * one open; and as it writes to one after the other, what it wrote to the old one stands there by then, so that
   * the old file is looked at once more before it is left.
   */
  async #advance(cursor: FileCursor, partial: number): Promise<boolean> {
    const live = await factsAt(this.#path);
    if (live !== null && sameFile(live, cursor.file)) {
      this.#fault = null;
      return false;
    }
    const next = await this.#next(cursor, live);
    if (next === null) return false;
    if ((await cursor.unread()) > partial) {
      await next.handle.close();
      return true;
    }
    if (partial > 0) {
      const name = basename(cursor.file.path);
      this.#gaps.push(`the last line of the rotated ${name} has no end: ${partial} bytes dropped`);
    }
    this.#leave(cursor);
    await this.#enter(next, 0);
    return true;
  }

  async #next(cursor: FileCursor, live: Awaited<ReturnType<typeof factsAt>>): Promise<LogFile | null> {
    const current = await factsOf(cursor.file);
    const rotated = await listRotated(this.#path);
    let next = successor(rotated, current);
    while (next !== null && next.size === 0) next = successor(rotated, next);
    if (next !== null) return openLogFile(next.path, "/");
    if (live !== null && live.size === 0) return null;
    return openLogFile(this.#path, this.#root);
  }

  async #rewind(text: string | null): Promise<void> {
    const position = text === null ? this.#first : this.#parse(text);
    const held = [...this.#left, ...(this.#cursor === null ? [] : [this.#cursor])];
    this.#gaps = [];
    this.#announce = true;
    this.#position = position;
    this.#cursor = null;
    this.#left = held;
    const same = held.find(({ file }) => position !== null && sameFile(file, position));
    if (same === undefined || position === null) return;
    const cursor = await FileCursor.at(same.file, position.offset, this.#buffer).catch(() => null);
    if (cursor?.position().check !== position.check) return;
    this.#left = held.filter((other) => other !== same);
    this.#cursor = cursor;
  }

  #parse(text: string): FilePosition | null {
    const position = parsePosition(text);
    if (position === null) this.#gaps.push("the stored position cannot be read: going on at the end");
    return position;
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(action);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #closeLeft(): Promise<void> {
    const left = this.#left;
    this.#left = [];
    for (const cursor of left) await cursor.close().catch(() => undefined);
  }

  async #closeFiles(): Promise<void> {
    await this.#closeLeft();
    await this.#cursor?.close().catch(() => undefined);
    this.#cursor = null;
  }
}
