import type { BusyCounter } from "../../src/terminal/busy.ts";
import type { Input } from "../../src/terminal/keys.ts";

/** What a pump does with input. */
export interface PumpOptions {
  /** offers a key or paste to the app; true when it was used and the screen may change */
  readonly offer: (input: Input) => boolean;
  /** renders; the caller answers with `rendered` once everything that follows from it is mounted */
  readonly render: () => void;
  /** a handler has thrown */
  readonly fail: (error: unknown) => void;
  /** counts while anything is not worked off */
  readonly busy: BusyCounter;
}

/** Hands input out one piece at a time, each after the screen has taken in the one before. */
export class InputPump {
  readonly #options: PumpOptions;
  #queue: Input[] = [];
  #rendering = false;
  #pending = false;
  #endWork: (() => void) | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  push(inputs: readonly Input[]): void {
    for (const input of inputs) this.#queue.push(input);
    this.#run();
  }

  /** Bytes of an unfinished sequence are waited for, or no longer. */
  setPending(pending: boolean): void {
    this.#pending = pending;
    this.#settle();
  }

  /** The screen has taken in the last piece. */
  rendered(): void {
    this.#rendering = false;
    this.#run();
  }

  /** Drops everything that is not handed out yet. */
  stop(): void {
    this.#queue = [];
    this.#rendering = false;
    this.setPending(false);
  }

  #run(): void {
    while (!this.#rendering) {
      const input = this.#queue.shift();
      if (!input) break;
      this.#take(input);
    }
    this.#settle();
  }

  #take(input: Input): void {
    const { offer, render, fail } = this.#options;
    try {
      this.#rendering = offer(input);
      if (this.#rendering) render();
    } catch (error) {
      this.#rendering = true;
      fail(error);
    }
  }

  #settle(): void {
    if (this.#rendering || this.#pending || this.#queue.length > 0) {
      this.#endWork ??= this.#options.busy.begin();
    } else {
      this.#endWork?.();
      this.#endWork = undefined;
    }
  }
}
