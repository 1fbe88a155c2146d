/** Counts work that is under way, so that a test (and a status line) knows when nothing is left to wait for. */
export interface BusyCounter {
  /** how many pieces of work are under way */
  readonly count: number;
  /** begins a piece of work; call the result once when it has ended */
  begin(): () => void;
  /** counts a promise until it settles, and hands it back */
  track<T>(work: Promise<T>): Promise<T>;
  /** settles as soon as nothing is under way */
  idle(): Promise<void>;
}

/** Makes a counter of its own. */
export function createBusyCounter(): BusyCounter {
  let count = 0;
  let waiting: (() => void)[] = [];
  const begin = (): (() => void) => {
    let ended = false;
    count += 1;
    return () => {
      if (ended) return;
      ended = true;
      count -= 1;
      if (count > 0) return;
      const ready = waiting;
      waiting = [];
      for (const resolve of ready) resolve();
    };
  };
  return {
    get count() {
      return count;
    },
    begin,
    track: (work) => work.finally(begin()),
    idle: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** The counter of this process: screens count their queries and effects here. */
export const busy: BusyCounter = createBusyCounter();
