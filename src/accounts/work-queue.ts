import { CastellanError } from "../errors.ts";

/** Runs work with no more than `slots` at once; the rest waits its turn, at most `waiting` of it. */
export interface WorkQueue {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function workQueue(slots: number, waiting = 1_000): WorkQueue {
  let running = 0;
  const line: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (running < slots) {
      running += 1;
      return;
    }
    if (line.length >= waiting) {
      throw new CastellanError(
        "throttled",
        "too many passwords are being checked at once",
        "try again shortly",
      );
    }
    // Whoever leaves hands its slot over, so that `running` stays as it is.
    await new Promise<void>((resolve) => line.push(resolve));
  }

  function leave(): void {
    const next = line.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
