import { join } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { Service } from "../event.ts";
import { cursorBuffer, type FileCursor } from "./file-cursor.ts";
import { type FilePosition, parsePosition } from "./file-position.ts";
import { FileTrail } from "./file-trail.ts";
import { type FileWake, openFileWake } from "./file-wake.ts";
import { MAX_LINE_BYTES } from "./line-cutter.ts";
import { unreadable } from "./log-file.ts";
import type { LogSource, OpenSource, SourceBatch, SourceFault } from "./source.ts";
import { createTurns } from "./turns.ts";

/** A log file to follow. */
export interface FileSourceOptions {
  /** As the host sees it, such as `/var/log/auth.log`. */
  readonly path: string;
  /** Where the host's files begin; `/` unless told. */
  readonly root?: string;
  readonly service: Service;
}

/** How many files one read may pass through before it leaves the rest to the next. */
const MAX_FILES_A_READ = 32;

/**
 * Follows a log file by its descriptor, through rotation by rename, copytruncate and refilling, without losing or
 * doubling a line; what is lost all the same is told as a gap. A missing, unreadable or strange file is a fault that
 * heals. Only whole lines are taken.
 *
 * A batch may hold no lines: it brings a gap, or the word that there is more to look through (a line of many
 * megabytes), or at the first start the position that reading begins at, so that what is written before the next
 * start is not lost either.
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
  readonly #trail: FileTrail;
  readonly #wake: FileWake = openFileWake();
  readonly #inTurn = createTurns();
  #gaps: string[] = [];
  #fault: SourceFault | null = null;
  /** Whether the engine has yet to hear where reading begins. */
  #unsaid: boolean;
  #closed = false;

  constructor({ path, root = "/", service }: FileSourceOptions, { position, backlogBytes }: OpenSource) {
    this.name = `file:${path}`;
    this.service = service;
    this.#path = join(root, path);
    this.#unsaid = position === null;
    this.#wake.watchPath(this.#path);
    this.#trail = new FileTrail({
      path: this.#path,
      root,
      backlogBytes,
      position: this.#parse(position),
      buffer: cursorBuffer(),
      onGap: (what) => this.#gaps.push(what),
      onFault: (problem) => {
        this.#fault = problem && { message: sentence(problem) };
      },
      onFile: (file) => this.#wake.watchPath(file),
    });
  }

  read(maxLines: number): Promise<SourceBatch | null> {
    return this.#inTurn(() => (this.#closed ? null : this.#read(maxLines)));
  }

  rewind(position: string | null): Promise<void> {
    return this.#inTurn(() => {
      this.#gaps = [];
      this.#unsaid = position === null;
      return this.#trail.rewind(this.#parse(position));
    });
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
    return this.#inTurn(() => this.#trail.close());
  }

  async #read(maxLines: number): Promise<SourceBatch | null> {
    try {
      await this.#trail.release();
      return (await this.#lines(maxLines)) ?? this.#news();
    } catch (error) {
      const known = error instanceof CastellanError ? error : unreadable(this.#path, error);
      if (known !== error) this.#trail.abandon();
      this.#fault = { message: sentence(known) };
      return this.#news();
    }
  }

  async #lines(maxLines: number): Promise<SourceBatch | null> {
    for (let files = 0; files < MAX_FILES_A_READ; files++) {
      const cursor = await this.#trail.current();
      const step = await cursor.next(maxLines);
      if (step.kind === "lines") {
        if (step.dropped > 0) this.#gaps.push(`${step.dropped} bytes dropped from lines over ${KEPT}`);
        return this.#batch(step.texts, step.left + this.#trail.bytesAhead());
      }
      if (step.kind === "searching") return this.#batch([], await this.#lag(cursor));
      if (step.kind === "rewritten") this.#trail.abandon();
      else if (!(await this.#trail.advance(cursor, step.partial))) return null;
    }
    return this.#batch([], this.#trail.bytesAhead());
  }

  async #lag(cursor: FileCursor): Promise<number> {
    return (await cursor.unread()) + this.#trail.bytesAhead();
  }

  /** What there is to say without lines: a gap, or where reading begins. */
  #news(): SourceBatch | null {
    return this.#unsaid || this.#gaps.length > 0 ? this.#batch([], 0) : null;
  }

  #batch(texts: readonly string[], lagBytes: number): SourceBatch | null {
    const position = this.#trail.position();
    if (position === null) return null;
    const gap = this.#gaps.length === 0 ? null : this.#gaps.join("; ");
    this.#gaps = [];
    this.#unsaid = false;
    const lines = texts.map((text) => ({ text, form: "line" as const, connection: null, time: null }));
    return { lines, position: JSON.stringify(position), lagBytes, gap };
  }

  #parse(text: string | null): FilePosition | null {
    if (text === null) return null;
    const position = parsePosition(text);
    if (position === null) {
      this.#gaps.push("the stored position is damaged: reading goes on near the end");
      this.#unsaid = true;
    }
    return position;
  }
}

const KEPT = `${MAX_LINE_BYTES / 1024} KiB`;

function sentence({ message, hint }: CastellanError): string {
  return hint === "" ? message : `${message}: ${hint}`;
}
