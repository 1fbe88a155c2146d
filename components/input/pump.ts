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
export interface InputPump {
  push(inputs: readonly Input[]): void;
  /** bytes of an unfinished sequence are waited for, or no longer */
  setPending(pending: boolean): void;
  /** the screen has taken in the last piece */
  rendered(): void;
  /** drops everything that is not handed out yet */
  stop(): void;
}

/** Makes a pump. */
export function createInputPump({ offer, render, fail, busy }: PumpOptions): InputPump {
  let queue: Input[] = [];
  let rendering = false;
  let pending = false;
  let endWork: (() => void) | undefined;

  const settle = (): void => {
    if (rendering || pending || queue.length > 0) endWork ??= busy.begin();
    else {
      endWork?.();
      endWork = undefined;
    }
  };
  const take = (input: Input): void => {
    try {
      rendering = offer(input);
      if (rendering) render();
    } catch (error) {
      rendering = true;
      fail(error);
    }
  };
  const pump = (): void => {
    for (let input = queue.shift(); input; input = rendering ? undefined : queue.shift()) take(input);
    settle();
  };
  return {
    push(inputs) {
      for (const input of inputs) queue.push(input);
      if (rendering) settle();
      else pump();
    },
    setPending(next) {
      pending = next;
      settle();
    },
    rendered() {
      rendering = false;
      pump();
    },
    stop() {
      queue = [];
      rendering = false;
      pending = false;
      settle();
    },
  };
}
