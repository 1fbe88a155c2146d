import { type ChildProcess, spawn } from "node:child_process";

/** Starts journalctl with these arguments, its output and errors on pipes. */
export type SpawnJournalctl = (args: readonly string[]) => ChildProcess;

/** journalctl of this host, without a shell. */
export const spawnJournalctl: SpawnJournalctl = (args) =>
  spawn("journalctl", args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C", LANGUAGE: "C", SYSTEMD_COLORS: "0" },
  });

/** What is told of a running journalctl. */
export interface JournalProcessEvents {
  /** A line of its output. */
  onLine(line: string): void;
  /** A line of its output was so long that it was dropped. */
  onOversize(): void;
  /** It ended by itself, with null for "all is said" and a reason otherwise; the last event. */
  onEnd(problem: string | null): void;
}

/** An entry with a message of 64 KiB, written as byte values, is well below. */
const MAX_LINE_BYTES = 1024 * 1024;
const MAX_ERROR_BYTES = 4096;
const STOP_MS = 2000;
const NEWLINE = 0x0a;

/**
 * One run of journalctl. It ends with us in any case: when we are gone, its output has no reader, which journalctl
 * notices while it waits.
 */
export class JournalProcess {
  readonly #child: ChildProcess;
  readonly #events: JournalProcessEvents;
  readonly #ended: Promise<void>;
  #parts: Buffer[] = [];
  #length = 0;
  #oversize = false;
  #errors = "";
  #stopped = false;

  constructor(run: SpawnJournalctl, args: readonly string[], events: JournalProcessEvents) {
    this.#events = events;
    this.#child = run(args);
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString("utf8")).slice(0, MAX_ERROR_BYTES);
    });
    this.#ended = new Promise((resolve) => {
      let failure: NodeJS.ErrnoException | null = null;
      this.#child.once("error", (error) => {
        failure = error;
        if (this.#child.pid === undefined) this.#end(spawnProblem(error), resolve);
      });
      this.#child.once("close", (code, signal) => {
        this.#end(failure === null ? this.#problem(code, signal) : spawnProblem(failure), resolve);
      });
    });
  }

  pause(): void {
    this.#child.stdout?.pause();
  }

  resume(): void {
    this.#child.stdout?.resume();
  }

  /** Ends it, and says nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child.kill("SIGTERM");
    const force = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
    await this.#ended;
    clearTimeout(force);
  }

  #take(chunk: Buffer): void {
    let start = 0;
    while (!this.#stopped) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      this.#keep(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    // A copy: the chunk's memory belongs to a larger pool.
    if (start < chunk.length) this.#keep(Buffer.from(chunk.subarray(start)));
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > MAX_LINE_BYTES) {
      this.#oversize = true;
      this.#parts = [];
    } else {
      this.#parts.push(part);
    }
  }

  #finishLine(): void {
    const [only, ...more] = this.#parts;
    const bytes = more.length === 0 ? only : Buffer.concat(this.#parts);
    const oversize = this.#oversize;
    this.#parts = [];
    this.#length = 0;
    this.#oversize = false;
    if (oversize) this.#events.onOversize();
    else if (bytes !== undefined && bytes.length > 0) this.#events.onLine(bytes.toString("utf8"));
  }

  #end(problem: string | null, resolve: () => void): void {
    resolve();
    if (this.#stopped) return;
    this.#stopped = true;
    this.#events.onEnd(problem);
  }

  #problem(code: number | null, signal: NodeJS.Signals | null): string | null {
    const said = this.#errors
      .split("\n")
      .map((line) => line.trim())
      .find((line) => line !== "" && !line.startsWith("Hint:"));
    if (/insufficient permissions|Permission denied/.test(this.#errors)) {
      return "journalctl may not read the system journal: run castellan as root, or add its user to the group systemd-journal";
    }
    if (/No journal files were found/.test(this.#errors)) {
      return "journalctl finds no journal: see whether systemd-journald runs and where it stores (journald.conf, Storage=)";
    }
    if (code === 0) return null;
    const how = code === null ? `was ended by ${signal ?? "a signal"}` : `ended with ${code}`;
    return said === undefined ? `journalctl ${how}` : `journalctl ${how}: ${said}`;
  }
}

function spawnProblem(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT"
    ? "journalctl is not installed: follow a log file instead"
    : `journalctl cannot be started (${error.code ?? error.message})`;
}
