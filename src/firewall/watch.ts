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
  let stopped = false;
  let monitor: Monitor | null = null;
  let poller: { stop(): void } | null = null;
  let shortLives = 0;
  let pending: NodeJS.Timeout | undefined;

  function tell(): void {
    if (stopped || pending !== undefined) return;
    pending = setTimeout(() => {
      pending = undefined;
      if (!stopped) onForeignChange();
    }, DEBOUNCE_MS).unref();
  }

  function start(): void {
    if (stopped) return;
    const startedAt = parts.clock.monotonic();
    const isForeignChange = createForeignChangeReader();
    const onLine = (line: string): void => {
      if (isForeignChange(line)) tell();
    };
    monitor = parts.startMonitor(onLine, () => {
      if (!stopped) goOn(parts.clock.monotonic() - startedAt);
    });
  }

  function goOn(livedMs: number): void {
    shortLives = livedMs < SHORT_LIFE_MS ? shortLives + 1 : 0;
    if (shortLives >= SHORT_LIVES) {
      poller = pollTable(parts, tell);
      return;
    }
    // What happens in between is seen by nobody.
    tell();
    setTimeout(start, RESTART_MS).unref();
  }

  start();
  return {
    stop() {
      stopped = true;
      clearTimeout(pending);
      monitor?.end();
      poller?.stop();
    },
  };
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
