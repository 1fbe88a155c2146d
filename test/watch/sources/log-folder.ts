import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openFileSource } from "../../../src/watch/sources/file-source.ts";
import type { LogSource, OpenSource } from "../../../src/watch/sources/source.ts";

/** What was read of a source until it had nothing more. */
export interface Drained {
  readonly texts: string[];
  readonly gaps: string[];
  /** Of the last batch; null when there was none. */
  readonly position: string | null;
}

/** A folder with a log in it, as a host has one; removed after the test. */
export class LogFolder {
  readonly folder: string;
  readonly path: string;
  readonly #sources: LogSource[] = [];

  constructor(name = "auth.log", beside = tmpdir()) {
    this.folder = mkdtempSync(join(beside, "castellan-log-"));
    this.path = join(this.folder, name);
    onTestFinished(() => this.remove());
  }

  write(text: string | Buffer): void {
    appendFileSync(this.path, text);
  }

  /** logrotate's `create`: the older files move on by one, the log is renamed, a new one is made. */
  rotate({ create = true } = {}): void {
    this.moveOlder();
    renameSync(this.path, `${this.path}.1`);
    if (create) writeFileSync(this.path, "");
  }

  /** `auth.log.1` becomes `auth.log.2` and so on. */
  moveOlder(): void {
    const older = readdirSync(this.folder)
      .map((name) => /^auth\.log\.(\d+)$/.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => b - a);
    for (const number of older) renameSync(`${this.path}.${number}`, `${this.path}.${number + 1}`);
  }

  /** logrotate's `copytruncate`. */
  copyTruncate(between: () => void = () => {}): void {
    copyFileSync(this.path, `${this.path}.1`);
    between();
    truncateSync(this.path, 0);
  }

  removeFolder(): void {
    rmSync(this.folder, { recursive: true });
  }

  makeFolder(): void {
    mkdirSync(this.folder);
  }

  /** Opens the log as a source; closed after the test. */
  source(open: Partial<OpenSource> = {}): LogSource {
    const source = openFileSource(
      { path: this.path, service: "sshd" },
      { position: null, backlogBytes: 0, ...open },
    );
    this.#sources.push(source);
    return source;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A program that keeps its log open, as rsyslog does until it is told to open it anew. */
export class LogWriter {
  readonly #path: string;
  #descriptor: number;

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, "a");
    onTestFinished(() => closeSync(this.#descriptor));
  }

  write(text: string | Buffer): void {
    writeSync(this.#descriptor, text as string);
  }

  reopen(): void {
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.#path, "a");
  }
}

/** Reads until there is nothing more. */
export async function drain(source: LogSource, maxLines = 1000): Promise<Drained> {
  const texts: string[] = [];
  const gaps: string[] = [];
  let position: string | null = null;
  for (;;) {
    const batch = await source.read(maxLines);
    if (batch === null) return { texts, gaps, position };
    texts.push(...batch.lines.map((line) => line.text));
    if (batch.gap !== null) gaps.push(batch.gap);
    position = batch.position;
  }
}

/** Waits until `done` holds; the test's own time limit ends it otherwise. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
}
