import xterm from "@xterm/headless";
import type { Instance } from "ink";
import type { ReactNode } from "react";
import { InputProvider, type InputProviderProps } from "../../components/input/InputProvider.tsx";
import { renderApp } from "../../components/renderApp.ts";
import { TerminalProvider } from "../../components/Terminal.tsx";
import { type BusyCounter, busy as processBusy } from "../../src/terminal/busy.ts";
import { type Capabilities, FULL_CAPABILITIES } from "../../src/terminal/capabilities.ts";
import { type ScreenCell, screenCells, styledRow } from "./cells.ts";
import { FakeStdin, FakeStdout } from "./fakeTty.ts";
import { bytesOfKey, bytesOfPaste } from "./keyBytes.ts";
import { screenSvg } from "./svg.ts";

/** How a test terminal is set up. */
export interface TestTerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly capabilities?: Partial<Capabilities>;
  /** the counter in which the app counts its work; default the one of the process */
  readonly busy?: BusyCounter;
  /** default true; false redraws the whole frame each time, to compare with */
  readonly incremental?: boolean;
  /** when false, the element brings its own TerminalProvider and InputProvider (the whole app) */
  readonly providers?: boolean;
  readonly input?: Omit<InputProviderProps, "children" | "busy">;
}

const IDLE_LIMIT_MS = 15_000;

function wrapped(element: ReactNode, options: TestTerminalOptions, counter: BusyCounter): ReactNode {
  if (options.providers === false) return element;
  return (
    <TerminalProvider capabilities={{ ...FULL_CAPABILITIES, ...options.capabilities }}>
      <InputProvider busy={counter} escapeWait={1} {...options.input}>
        {element}
      </InputProvider>
    </TerminalProvider>
  );
}

/** An Ink app in a real terminal emulator, in this process. */
export class TestTerminal {
  readonly stdin = new FakeStdin();
  readonly instance: Instance;
  readonly #emulator: xterm.Terminal;
  readonly #stdout: FakeStdout;
  readonly #options: TestTerminalOptions;
  readonly #busy: BusyCounter;

  constructor(element: ReactNode, options: TestTerminalOptions) {
    const { columns = 80, rows = 24, busy = processBusy } = options;
    this.#options = options;
    this.#busy = busy;
    this.#emulator = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      // A terminal's own output processing turns a line feed into carriage return and line feed.
      convertEol: true,
      scrollback: 0,
    });
    this.#stdout = new FakeStdout(this.#emulator);
    this.instance = renderApp(wrapped(element, options, busy), {
      stdout: this.#stdout as unknown as NodeJS.WriteStream,
      stdin: this.stdin as unknown as NodeJS.ReadStream,
      stderr: this.#stdout as unknown as NodeJS.WriteStream,
      incrementalRendering: options.incremental ?? true,
      maxFps: 1_000,
    });
  }

  /** Presses keys one after another (`j`, `ctrl+d`, `enter`), waiting for idle after each. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.send(bytesOfKey(key));
  }

  /** Sends bytes in one chunk, as type-ahead over SSH does, and waits for idle. */
  async send(bytes: string): Promise<void> {
    this.stdin.send(bytes);
    await this.waitForIdle();
  }

  /** Types text in one chunk, each character a key. */
  type(text: string): Promise<void> {
    return this.send(text);
  }

  paste(text: string): Promise<void> {
    return this.send(bytesOfPaste(text));
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#emulator.resize(columns, rows);
    this.#stdout.columns = columns;
    this.#stdout.rows = rows;
    this.#stdout.emit("resize");
    await this.waitForIdle();
  }

  /** The rows of the screen without trailing spaces. */
  screen(): string[] {
    const { active } = this.#emulator.buffer;
    // Without the end column xterm gives stale cells beyond a width that has shrunk.
    const rowText = (row: number): string | undefined =>
      active.getLine(active.viewportY + row)?.translateToString(true, 0, this.#emulator.cols);
    return Array.from({ length: this.#emulator.rows }, (_, row) => rowText(row)?.trimEnd() ?? "");
  }

  /** The screen as one text. */
  text(): string {
    return this.screen().join("\n");
  }

  cells(): ScreenCell[][] {
    return screenCells(this.#emulator);
  }

  /** The rows with their looks written out: `{cyan bold}castellan{} web01`. */
  styled(): string[] {
    return this.cells().map(styledRow);
  }

  toSvg(): string {
    return screenSvg(this.cells());
  }

  /** Everything that was written to the terminal since the start or the last `clearBytes`. */
  rawBytes(): string {
    return this.#stdout.written.join("");
  }

  clearBytes(): void {
    this.#stdout.written = [];
  }

  /**
   * Settles when no key is unworked, no counted work is under way, and the terminal has drawn everything: two
   * rounds in a row with nothing to do. No sleeping: every wait is for an event.
   */
  async waitForIdle(): Promise<void> {
    for (let calm = 0; calm < 2; ) {
      await this.#withinLimit(this.#busy.idle(), "is busy");
      await this.#withinLimit(this.instance.waitUntilRenderFlush(), "renders");
      await new Promise<void>((resolve) => this.#emulator.write("", resolve));
      calm = this.#busy.count === 0 ? calm + 1 : 0;
    }
  }

  async #withinLimit(work: Promise<void>, what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      const late = (): void =>
        reject(new Error(`the app still ${what} after ${IDLE_LIMIT_MS} ms:\n${this.text()}`));
      timer = setTimeout(late, IDLE_LIMIT_MS);
    });
    await Promise.race([work, limit]).finally(() => clearTimeout(timer));
  }

  async rerender(element: ReactNode): Promise<void> {
    this.instance.rerender(wrapped(element, this.#options, this.#busy));
    await this.waitForIdle();
  }

  async unmount(): Promise<void> {
    this.instance.unmount();
    await this.instance.waitUntilExit();
    this.#emulator.dispose();
  }
}

/** Renders an element to a terminal of the given size (80 x 24) and waits for the first frame. */
export async function openTerminal(
  element: ReactNode,
  options: TestTerminalOptions = {},
): Promise<TestTerminal> {
  const terminal = new TestTerminal(element, options);
  await terminal.waitForIdle();
  return terminal;
}
