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
  return new PausableLimit(ms, what, clock);
}

class PausableLimit implements Limit {
  readonly over: Promise<never>;
  readonly #clock: Clock;
  readonly #giveUp: () => void;
  /** What was left at `#since`. */
  #left = 0;
  #since = 0;
  #waits = 0;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, what: string, clock: Clock) {
    const { promise, reject } = Promise.withResolvers<never>();
    // Nobody may be listening any more when it is used up.
    promise.catch(() => {});
    this.over = promise;
    this.#giveUp = () =>
      reject(new CastellanError("command_timeout", `${what} gave no answer within ${seconds(ms)}`));
    this.#clock = clock;
    this.#runFor(ms);
  }

  remaining(): number {
    if (this.#isOver) return 0;
    return Math.max(0, this.#waits > 0 ? this.#left : this.#left - this.#elapsed());
  }

  isOver(): boolean {
    return this.#isOver;
  }

  async pausing<T>(wait: Promise<T>): Promise<T> {
    if (this.#waits === 0) this.#pause();
    this.#waits++;
    try {
      return await wait;
    } finally {
      this.#waits--;
      if (this.#waits === 0 && !this.#isOver) this.#runFor(this.#left);
    }
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #runFor(ms: number): void {
    this.#left = ms;
    this.#since = this.#clock.monotonic();
    this.#timer = setTimeout(() => this.#expire(), ms);
  }

  #pause(): void {
    this.#left = this.remaining();
    clearTimeout(this.#timer);
  }

  #expire(): void {
    const late = this.#elapsed() - this.#left;
    if (late > BUSY_MS) {
      this.#runFor(late);
      return;
    }
    this.#isOver = true;
    this.#giveUp();
  }

  #elapsed(): number {
    return this.#clock.monotonic() - this.#since;
  }
}

/** Limits are stretched by how slow a host is: to a part of a second nobody needs them told. */
function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}
