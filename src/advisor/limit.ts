import { CastellanError } from "../errors.ts";
import type { Clock } from "../host/clock.ts";

/** The time that a fact may take. It only runs while the fact itself works. */
export interface Limit {
  /** Milliseconds that are left. */
  remaining(): number;
  /** Whether it was used up or ended. */
  isOver(): boolean;
  /** The time until `wait` is settled does not count: for another fact, for a free slot. */
  pausing<T>(wait: Promise<T>): Promise<T>;
  /** Rejects with `command_timeout` once it is used up. */
  readonly over: Promise<never>;
  /** Stops the watch. */
  end(): void;
}

/**
 * A timer that comes so late tells that this process was busy with something else: answers that have come meanwhile
 * are still to be taken, and time is given back.
 */
const BUSY_MS = 50;

/** Starts a limit of so many milliseconds; `what` is named when it is used up. */
export function startLimit(ms: number, what: string, clock: Clock): Limit {
  let left = ms;
  let since = clock.monotonic();
  let waits = 0;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const { promise: over, reject } = Promise.withResolvers<never>();
  // Nobody may be listening any more when it is used up.
  over.catch(() => {});
  const remaining = (): number =>
    isOver ? 0 : Math.max(0, waits > 0 ? left : left - (clock.monotonic() - since));
  const expire = (): void => {
    const late = clock.monotonic() - since - left;
    if (late > BUSY_MS) {
      timer = setTimeout(expire, late);
      since = clock.monotonic();
      left = late;
      return;
    }
    isOver = true;
    reject(new CastellanError("command_timeout", `${what} gave no answer within ${seconds(ms)}`));
  };
  const resume = (): void => {
    if (isOver) return;
    since = clock.monotonic();
    timer = setTimeout(expire, left);
  };
  resume();
  return {
    remaining,
    isOver: () => isOver,
    over,
    async pausing(wait) {
      if (waits === 0) {
        left = remaining();
        clearTimeout(timer);
      }
      waits++;
      try {
        return await wait;
      } finally {
        waits--;
        if (waits === 0) resume();
      }
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}
