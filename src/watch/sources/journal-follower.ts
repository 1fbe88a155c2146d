import { type JournalEntry, parseEntry } from "./journal-entry.ts";
import { type JournalRun, journalctlArguments } from "./journal-position.ts";
import { JournalProcess, type SpawnJournalctl } from "./journal-process.ts";

/** What a follower meets. */
export interface JournalFollowerEvents {
  /** The next entry; no entry comes twice. */
  onEntry(entry: JournalEntry): void;
  /** Entries were lost, and why. */
  onGap(what: string): void;
  /** Why nothing comes now, or null when it is well again. */
  onFault(problem: string | null): void;
  /** All that was there at the start has been told. */
  onCaughtUp(): void;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** A journalctl that has run for this long stands: its next end is a new fault. */
const SOUND_MS = 1000;

/**
 * Keeps a journalctl running: first one that tells what is there and ends (so that old entries are known from new
 * ones), then one that follows. When it ends, another goes on behind the last entry, after 250 ms, then later and
 * later up to 30 s.
 */
export class JournalFollower {
  readonly #run: SpawnJournalctl;
  readonly #events: JournalFollowerEvents;
  #from: JournalRun["from"];
  /** Where to begin when there was no entry at all: epoch microseconds. */
  readonly #since: number;
  /** The entry that the present run must begin with, because it is the last one that was told. */
  #expected: string | null = null;
  #process: JournalProcess | null = null;
  #caughtUp = false;
  #paused = false;
  #stopped = false;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | null = null;

  constructor(run: SpawnJournalctl, from: JournalRun["from"], since: number, events: JournalFollowerEvents) {
    this.#run = run;
    this.#from = from;
    this.#since = since;
    this.#events = events;
    this.#launch();
  }

  /** Whether everything that was there at the start has been told. */
  caughtUp(): boolean {
    return this.#caughtUp;
  }

  pause(): void {
    this.#paused = true;
    this.#process?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#process?.resume();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#setTimer(null, 0);
    await this.#process?.stop();
  }

  #launch(): void {
    if (this.#stopped) return;
    this.#expected = "cursor" in this.#from ? this.#from.cursor : null;
    const args = journalctlArguments({ from: this.#from, follow: this.#caughtUp });
    this.#process = new JournalProcess(this.#run, args, {
      onLine: (line) => this.#take(line),
      onOversize: () => this.#events.onGap("an entry of more than 1 MiB was dropped"),
      onEnd: (problem) => this.#end(problem),
    });
    if (this.#paused) this.#process.pause();
    if (this.#caughtUp) this.#setTimer(() => this.#sound(), SOUND_MS);
  }

  #take(line: string): void {
    const entry = parseEntry(line);
    if (entry === null) {
      this.#events.onGap("a line of journalctl's was no entry");
      return;
    }
    const expected = this.#expected;
    this.#expected = null;
    if (entry.cursor === expected) return;
    if (expected !== null) {
      this.#events.onGap(
        "the journal no longer holds the entry read last: those between it and the next are lost",
      );
    }
    this.#from = { cursor: entry.cursor };
    this.#events.onEntry(entry);
  }

  #sound(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#events.onFault(null);
  }

  #end(problem: string | null): void {
    this.#process = null;
    if (this.#stopped) return;
    if (problem === null && !this.#caughtUp) {
      this.#caughtUp = true;
      if ("last" in this.#from) this.#from = { since: this.#since };
      this.#events.onFault(null);
      this.#events.onCaughtUp();
      this.#launch();
      return;
    }
    if (/seek to cursor/.test(problem ?? "") && "cursor" in this.#from) {
      this.#events.onGap("journalctl does not know the stored cursor: reading goes on with what comes now");
      this.#from = { since: this.#since };
    }
    this.#events.onFault(problem ?? "journalctl ended by itself");
    this.#setTimer(() => this.#launch(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #setTimer(action: (() => void) | null, milliseconds: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = action === null ? null : setTimeout(action, milliseconds);
  }
}
