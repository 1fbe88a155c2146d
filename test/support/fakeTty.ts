import { EventEmitter } from "node:events";
import type { Terminal } from "@xterm/headless";

/** A stdin that is a TTY as far as Ink and the root input look. */
export class FakeStdin extends EventEmitter {
  readonly isTTY = true;
  raw = false;
  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
  setEncoding(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  read(): null {
    return null;
  }
  /** what the terminal sends arrives in one chunk */
  send(chunk: string): void {
    this.emit("data", chunk);
  }
}

type Done = (error?: Error | null) => void;

/** A stdout that keeps every byte and feeds them to a terminal. */
export class FakeStdout extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  columns: number;
  rows: number;
  written: string[] = [];
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
    this.columns = terminal.cols;
    this.rows = terminal.rows;
  }

  write(data: string | Uint8Array, encoding?: unknown, done?: Done): boolean {
    const text = typeof data === "string" ? data : Buffer.from(data).toString("utf8");
    if (text !== "") this.written.push(text);
    const callback = (typeof encoding === "function" ? encoding : done) as Done | undefined;
    this.#terminal.write(text, () => callback?.());
    return true;
  }
}
