import type { Castellan } from "../../src/castellan.ts";

/** Tells screens that something has changed in the database. */
export interface Ticker {
  /** Grows with every change seen. */
  readonly version: () => number;
  readonly subscribe: (listener: () => void) => () => void;
  /** A change of our own: everybody looks again at once. */
  readonly bump: () => void;
  readonly stop: () => void;
}

/** How often the database is asked; one question costs microseconds. */
const POLL_MS = 100;
/** While changes keep coming, screens look again this often: a flood must not fill an SSH line. */
const CALM_MS = 1_000;

/**
 * Follows `PRAGMA data_version`. The first change after a quiet second is told at once, those that follow it
 * at most once a second.
 */
export function startTicker({ database, clock }: Pick<Castellan, "database" | "clock">): Ticker {
  const listeners = new Set<() => void>();
  let version = 0;
  let seen = database.dataVersion();
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (): void => {
    version++;
    toldAt = clock.monotonic();
    for (const listener of listeners) listener();
  };
  const timer = setInterval(() => {
    if (clock.monotonic() - toldAt < CALM_MS) return;
    const now = database.dataVersion();
    if (now === seen) return;
    seen = now;
    tell();
  }, POLL_MS);
  return {
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    bump: tell,
    stop: () => clearInterval(timer),
  };
}
