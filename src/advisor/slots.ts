/** Places for so many pieces of work at a time; who comes later waits in order. */
export interface Slots {
  /** Waits for a place; the function gives it back (once). */
  take(): Promise<() => void>;
  /** Does the work once there is a place for it: at once where one is free. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

export function openSlots(places: number): Slots {
  let free = places;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  const wait = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  return {
    async take() {
      if (free > 0) free--;
      else await wait();
      let given = false;
      return () => {
        if (!given) giveBack();
        given = true;
      };
    },
    async use(work) {
      if (free > 0) free--;
      else await wait();
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}
