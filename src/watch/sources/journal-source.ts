import { systemClock } from "../../host/clock.ts";
import type { Service } from "../event.ts";
import { fieldOf, type JournalEntry } from "./journal-entry.ts";
import { JournalFollower } from "./journal-follower.ts";
import { droppedLines, isFromSshd } from "./journal-match.ts";
import { type JournalRun, parseJournalPosition } from "./journal-position.ts";
import { type SpawnJournalctl, spawnJournalctl } from "./journal-process.ts";
import type { LogSource, OpenSource, SourceBatch, SourceFault, SourceLine } from "./source.ts";
import { createTurns } from "./turns.ts";
import { createWake } from "./wake.ts";

/** The journal of this host to follow. */
export interface JournalSourceOptions {
  readonly service: Service;
  /** Starts journalctl; a fake of it serves tests. */
  readonly run?: SpawnJournalctl;
  /** Epoch ms; the host's clock unless told. */
  readonly now?: () => number;
}

/** Entries that wait to be read: above the first journalctl is made to wait, below the second it goes on. */
const HIGH_WATER = 4096;
const LOW_WATER = 1024;
/** A batch holds about this many characters. */
const BATCH_LENGTH = 1024 * 1024;
/** A line of sshd's takes about so many bytes in a log: how many entries a backlog in bytes stands for. */
const BYTES_A_LINE = 128;
/** How long one read waits for a journalctl that is still telling what is there. */
const CATCH_UP_MS = 1000;

/**
 * Follows the system journal through journalctl, by entries that only root can have written (see
 * {@link isFromSshd}). Its position is journalctl's cursor.
 *
 * As long as journalctl has not told all that was there at the start, a read that finds nothing gives a batch without
 * lines, not null: what comes next is still old.
 *
 * journald wakes its readers at most every 250 ms (sd-journal's `POST_CHANGE_TIMER_INTERVAL_USEC`): a line from the
 * journal comes that much later than from a file.
 */
export function openJournalSource(options: JournalSourceOptions, open: OpenSource): LogSource {
  return new JournalSource(options, open);
}

interface Waiting {
  readonly cursor: string;
  readonly line: SourceLine | null;
  readonly gap: string | null;
}

class JournalSource implements LogSource {
  readonly name: string;
  readonly kind = "journal";
  readonly service: Service;
  readonly trust = "trusted";
  readonly #run: SpawnJournalctl;
  readonly #wake = createWake();
  readonly #inTurn = createTurns();
  /** Where the first start began, epoch microseconds. */
  readonly #since: number;
  #follower: JournalFollower;
  #waiting: Waiting[] = [];
  /** The last batch, until the next read says that it was stored. */
  #lent: { readonly before: string | null; readonly waiting: readonly Waiting[] } | null = null;
  #position: string | null;
  /** What else was lost; a set, because nobody reads them while the database is away. */
  readonly #gaps = new Set<string>();
  #fault: SourceFault | null = null;
  #closed = false;
  /** Ends the wait of a read for the catching up. */
  #settle: () => void = () => {};

  constructor(
    { service, run = spawnJournalctl, now = systemClock.now }: JournalSourceOptions,
    { position, backlogBytes }: OpenSource,
  ) {
    this.name = `journal:${service}`;
    this.service = service;
    this.#run = run;
    this.#since = now() * 1000;
    this.#position = position;
    const last = Math.ceil(backlogBytes / BYTES_A_LINE);
    this.#follower = this.#follow(this.#parse(position) ?? (last > 0 ? { last } : { since: this.#since }));
  }

  read(maxLines: number): Promise<SourceBatch | null> {
    return this.#inTurn(async () => {
      this.#lent = null;
      if (this.#busyCatchingUp()) await this.#settled();
      return this.#closed ? null : this.#batch(maxLines);
    });
  }

  rewind(position: string | null): Promise<void> {
    return this.#inTurn(async () => {
      const lent = this.#lent;
      this.#lent = null;
      this.#position = position;
      if (lent !== null && lent.before === position) {
        this.#waiting.unshift(...lent.waiting);
        this.#wake.soon();
        return;
      }
      await this.#follower.stop();
      this.#waiting = [];
      this.#gaps.clear();
      this.#follower = this.#follow(this.#parse(position) ?? { since: this.#since });
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
    this.#settle();
    return this.#inTurn(() => this.#follower.stop());
  }

  #follow(from: JournalRun["from"]): JournalFollower {
    return new JournalFollower(this.#run, from, this.#since, {
      onEntry: (entry) => this.#take(entry),
      onGap: (what) => {
        this.#gaps.add(what);
        this.#stir();
      },
      onFault: (problem) => {
        this.#fault = problem === null ? null : { message: problem };
        this.#stir();
      },
      onCaughtUp: () => this.#stir(),
    });
  }

  #take(entry: JournalEntry): void {
    const dropped = droppedLines(entry);
    if (dropped !== null) {
      const gap = `journald dropped ${dropped} lines of sshd's (its rate limit)`;
      this.#waiting.push({ cursor: entry.cursor, line: null, gap });
    } else if (isFromSshd(entry)) {
      const line = lineOf(entry);
      const gap = line === null ? "an entry of sshd's has no text" : null;
      this.#waiting.push({ cursor: entry.cursor, line, gap });
    } else {
      return;
    }
    if (this.#waiting.length >= HIGH_WATER) this.#follower.pause();
    this.#stir();
  }

  #batch(maxLines: number): SourceBatch | null {
    const taken = this.#waiting.splice(0, fitting(this.#waiting, maxLines));
    if (this.#waiting.length < LOW_WATER) this.#follower.resume();
    const last = taken.at(-1);
    const idle = last === undefined && this.#gaps.size === 0;
    if (idle && this.#position !== null && !this.#busyCatchingUp()) return null;
    const before = this.#position;
    this.#position =
      last === undefined
        ? (before ?? JSON.stringify({ since: this.#since }))
        : JSON.stringify({ cursor: last.cursor });
    this.#lent = { before, waiting: taken };
    const gaps = [...this.#gaps, ...taken.flatMap(({ gap }) => gap ?? [])];
    this.#gaps.clear();
    return {
      lines: taken.flatMap(({ line }) => line ?? []),
      position: this.#position,
      lagBytes: null,
      gap: gaps.length === 0 ? null : gaps.join("; "),
    };
  }

  #busyCatchingUp(): boolean {
    const idle = this.#waiting.length === 0 && this.#gaps.size === 0;
    return idle && !this.#follower.caughtUp() && this.#fault === null && !this.#closed;
  }

  /** Until an entry came, the old ones are all told, or something is wrong. */
  async #settled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      timer = setTimeout(resolve, CATCH_UP_MS);
    });
    clearTimeout(timer);
  }

  #stir(): void {
    this.#settle();
    this.#wake.soon();
  }

  #parse(text: string | null): JournalRun["from"] | null {
    if (text === null) return null;
    const position = parseJournalPosition(text);
    if (position === null) this.#gaps.add("the stored position is damaged: reading goes on near the end");
    return position;
  }
}

/** How many of the first waiting entries make a batch. */
function fitting(waiting: readonly Waiting[], maxLines: number): number {
  let length = 0;
  let count = 0;
  for (const { line } of waiting) {
    if (count >= maxLines || length >= BATCH_LENGTH) break;
    length += line?.text.length ?? 0;
    count++;
  }
  return count;
}

/** An output that systemd collects (`_TRANSPORT=stdout`) carries the pid of whoever opened it, not of the writer. */
function lineOf(entry: JournalEntry): SourceLine | null {
  if (entry.message === null) return null;
  const boot = fieldOf(entry, "_BOOT_ID");
  const pid = fieldOf(entry, "_TRANSPORT") === "stdout" ? null : fieldOf(entry, "_PID");
  const connection = boot === null || pid === null ? null : `${boot}:${pid}`;
  return { text: entry.message.replace(/[\r\n]+$/, ""), form: "message", connection, time: entry.time };
}
