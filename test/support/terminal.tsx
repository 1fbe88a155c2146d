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

/** An Ink app in a real terminal emulator, in this process. */
export interface TestTerminal {
  /** presses keys one after another (`j`, `ctrl+d`, `enter`), waiting for idle after each */
  press(...keys: readonly string[]): Promise<void>;
  /** sends bytes in one chunk, as type-ahead over SSH does, and waits for idle */
  send(bytes: string): Promise<void>;
  /** types text, each character a key, in one chunk */
  type(text: string): Promise<void>;
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** the rows of the screen without trailing spaces */
  screen(): string[];
  /** the screen as one text */
  text(): string;
  cells(): ScreenCell[][];
  /** the rows with their looks written out: `{cyan bold}castellan{} web01` */
  styled(): string[];
  toSvg(): string;
  /** everything that was written to the terminal since the start or the last `clearBytes` */
  rawBytes(): string;
  clearBytes(): void;
  /** settles when no key is unworked, no counted work is under way, and the terminal has drawn everything */
  waitForIdle(): Promise<void>;
  rerender(element: ReactNode): Promise<void>;
  unmount(): Promise<void>;
  readonly stdin: FakeStdin;
  readonly instance: Instance;
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

/** Waits until two rounds in a row find nothing to do. No sleeping: every wait is for an event. */
async function settle(instance: Instance, emulator: xterm.Terminal, counter: BusyCounter): Promise<void> {
  const deadline = Date.now() + IDLE_LIMIT_MS;
  for (let calm = 0; calm < 2; ) {
    await counter.idle();
    await instance.waitUntilRenderFlush();
    await new Promise<void>((resolve) => emulator.write("", resolve));
    calm = counter.count === 0 ? calm + 1 : 0;
    if (Date.now() > deadline)
      throw new Error(`not idle after ${IDLE_LIMIT_MS} ms: ${counter.count} still busy`);
  }
}

/** Renders an element to a terminal of the given size (80 x 24) and waits for the first frame. */
export async function openTerminal(
  element: ReactNode,
  options: TestTerminalOptions = {},
): Promise<TestTerminal> {
  const { columns = 80, rows = 24 } = options;
  const emulator = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
    scrollback: 0,
  });
  const stdin = new FakeStdin();
  const stdout = new FakeStdout(emulator);
  const counter = options.busy ?? processBusy;
  const instance = renderApp(wrapped(element, options, counter), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stderr: stdout as unknown as NodeJS.WriteStream,
    incrementalRendering: options.incremental ?? true,
    maxFps: 1_000,
  });
  const waitForIdle = (): Promise<void> => settle(instance, emulator, counter);
  const send = async (bytes: string): Promise<void> => {
    stdin.send(bytes);
    await waitForIdle();
  };
  const screen = (): string[] => {
    const buffer = emulator.buffer.active;
    return Array.from(
      { length: emulator.rows },
      (_, row) =>
        buffer
          .getLine(buffer.viewportY + row)
          ?.translateToString(true, 0, emulator.cols)
          .trimEnd() ?? "",
    );
  };
  await waitForIdle();
  return {
    stdin,
    instance,
    waitForIdle,
    send,
    screen,
    text: () => screen().join("\n"),
    press: async (...keys) => {
      for (const key of keys) await send(bytesOfKey(key));
    },
    type: (text) => send(text),
    paste: (text) => send(bytesOfPaste(text)),
    resize: async (nextColumns, nextRows) => {
      emulator.resize(nextColumns, nextRows);
      stdout.columns = nextColumns;
      stdout.rows = nextRows;
      stdout.emit("resize");
      await waitForIdle();
    },
    cells: () => screenCells(emulator),
    styled: () => screenCells(emulator).map(styledRow),
    toSvg: () => screenSvg(screenCells(emulator)),
    rawBytes: () => stdout.written.join(""),
    clearBytes: () => {
      stdout.written = [];
    },
    rerender: async (next) => {
      instance.rerender(wrapped(next, options, counter));
      await waitForIdle();
    },
    unmount: async () => {
      instance.unmount();
      await instance.waitUntilExit();
      emulator.dispose();
    },
  };
}
