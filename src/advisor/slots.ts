/** Places for so many pieces of work at a time; who comes later waits in order. */
export interface Slots {
  /** Waits for a place; the function gives it back (once). */
  take(): Promise<() => void>;
}

export function openSlots(places: number): Slots {
  let free = places;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let given = false;
      return () => {
        if (!given) giveBack();
        given = true;
      };
    },
  };
}
