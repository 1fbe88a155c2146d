import type { Clock } from "../host/clock.ts";
import type { Monitor, StartMonitor } from "./monitor.ts";
import type { Nft } from "./nft.ts";
import { MARK, TABLE } from "./script.ts";

export interface WatchParts {
  readonly nft: Nft;
  readonly startMonitor: StartMonitor;
  readonly clock: Clock;
  /** How many times this process made the table anew. */
  readonly rebuilds: () => number;
}

const DEBOUNCE_MS = 50;
const POLL_MS = 2_000;
const RESTART_MS = 1_000;
/** A monitor that ends sooner than this, this often, is not to be had: poll instead. */
const SHORT_LIFE_MS = 5_000;
const SHORT_LIVES = 3;

/**
 * Reads lines of `nft monitor` (nft(8)): the changes of one transaction, then `# new generation N by process …`.
 * @returns for each line whether it ends a transaction that changed our table and was none of castellan's
 */
export function createForeignChangeReader(): (line: string) => boolean {
  let touched = false;
  let marked = false;
  return (line) => {
    if (line.startsWith("# new generation")) {
      const foreign = touched && !marked;
      touched = false;
      marked = false;
      return foreign;
    }
    if (OURS.test(line)) touched = true;
    if (line.includes(`chain ${TABLE} ${MARK}`)) marked = true;
    return false;
  };
}

const OURS = new RegExp(`^\\w+ \\w+ ${TABLE}(?=\\s|$)`);

/** Watches by `nft monitor`; where that cannot be had, by looking at the table every two seconds. */
export function watchTable(parts: WatchParts, onForeignChange: () => void): { stop(): void } {
  const watcher = new TableWatcher(parts, onForeignChange);
  watcher.start();
  return watcher;
}

class TableWatcher {
  readonly #parts: WatchParts;
  readonly #onForeignChange: () => void;
  #stopped = false;
  #monitor: Monitor | null = null;
  #poller: { stop(): void } | null = null;
  #shortLives = 0;
  #pending: NodeJS.Timeout | undefined;

  constructor(parts: WatchParts, onForeignChange: () => void) {
    this.#parts = parts;
    this.#onForeignChange = onForeignChange;
  }

  start(): void {
    if (this.#stopped) return;
    const { clock, startMonitor } = this.#parts;
    const startedAt = clock.monotonic();
    const isForeignChange = createForeignChangeReader();
    const onLine = (line: string): void => {
      if (isForeignChange(line)) this.#tell();
    };
    this.#monitor = startMonitor(onLine, () => this.#goOn(clock.monotonic() - startedAt));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#pending);
    this.#monitor?.end();
    this.#poller?.stop();
  }

  #tell(): void {
    if (this.#stopped || this.#pending !== undefined) return;
    this.#pending = setTimeout(() => {
      this.#pending = undefined;
      if (!this.#stopped) this.#onForeignChange();
    }, DEBOUNCE_MS).unref();
  }

  #goOn(livedMs: number): void {
    if (this.#stopped) return;
    this.#shortLives = livedMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    if (this.#shortLives >= SHORT_LIVES) {
      this.#poller = pollTable(this.#parts, () => this.#tell());
      return;
    }
    // What happens in between is seen by nobody.
    this.#tell();
    setTimeout(() => this.start(), RESTART_MS).unref();
  }
}

function pollTable({ nft, rebuilds }: WatchParts, tell: () => void): { stop(): void } {
  let known: { text: string; rebuilds: number } | null = null;
  async function look(): Promise<void> {
    const before = rebuilds();
    const text = withoutCounters((await nft.listTerse()) ?? "");
    if (known !== null && known.text !== text && known.rebuilds === rebuilds()) tell();
    known = { text, rebuilds: before };
  }
  const timer = setInterval(() => {
    // Not to be had now: nothing is known, and whoever changes the table next will be told why.
    look().catch(() => undefined);
  }, POLL_MS).unref();
  return { stop: () => clearInterval(timer) };
}

/** Handles stay: a table that was deleted and made again has others. */
function withoutCounters(text: string): string {
  return text.replace(/"(packets|bytes)": ?\d+/g, "");
}
