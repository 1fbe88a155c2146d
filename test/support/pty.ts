import { join } from "node:path";
import { type IPty, spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { screenCells } from "./cells.ts";
import { screenSvg } from "./svg.ts";

/** The built program in a real pty, with a terminal emulator behind it. */
export interface PtyApp {
  readonly pid: number;
  /** Bytes that the program has written so far, one string each read. */
  readonly chunks: string[];
  readonly written: () => number;
  readonly write: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** What stands on the screen, row by row, without trailing blanks. */
  readonly screen: () => Promise<string[]>;
  /** Waits until the screen holds the text; throws with the screen when it does not in time (30 s unless told). */
  readonly waitFor: (text: string | RegExp, timeoutMs?: number) => Promise<string[]>;
  /** The screen as a picture, with its colours. */
  readonly svg: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<{ exitCode: number; signal: number | undefined }>;
  /** Calls back with each piece of output as it comes. */
  readonly onData: (listener: (data: string) => void) => void;
}

export interface PtyOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of bin/castellan. */
  readonly command?: readonly [string, ...string[]];
}

const PROJECT = join(import.meta.dirname, "..", "..");

/** Starts castellan in a pty. `CI` is taken out of its environment: Ink would not draw. */
export function startPty(options: PtyOptions = {}): PtyApp {
  const { columns = 80, rows = 24 } = options;
  const [file, ...args] = options.command ?? [join(PROJECT, "bin/castellan"), ...(options.args ?? [])];
  const { CI: _ci, NO_COLOR: _noColor, SSH_CONNECTION: _ssh, TMUX: _tmux, ...env } = process.env;
  const pty = spawn(file, args, {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd: PROJECT,
    env: { ...env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", TERM: "xterm-256color", ...options.env } as Record<
      string,
      string
    >,
  });
  return wrap(pty, columns, rows);
}

function wrap(pty: IPty, columns: number, rows: number): PtyApp {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
  const chunks: string[] = [];
  let bytes = 0;
  pty.onData((data) => {
    chunks.push(data);
    bytes += Buffer.byteLength(data);
    terminal.write(data);
  });
  const exited = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => resolve({ exitCode, signal }));
  });
  const screen = async (): Promise<string[]> => {
    await new Promise<void>((resolve) => terminal.write("", resolve));
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true, 0, terminal.cols) ?? "").trimEnd(),
    );
  };
  return {
    pid: pty.pid,
    chunks,
    written: () => bytes,
    write: (keys) => pty.write(keys),
    resize(width, height) {
      terminal.resize(width, height);
      pty.resize(width, height);
    },
    screen,
    async waitFor(text, timeoutMs = 30_000) {
      const matches = (lines: readonly string[]): boolean =>
        typeof text === "string" ? lines.some((line) => line.includes(text)) : text.test(lines.join("\n"));
      const end = performance.now() + timeoutMs;
      for (;;) {
        const lines = await screen();
        if (matches(lines)) return lines;
        if (performance.now() > end) throw new Error(`never saw ${text}:\n${lines.join("\n")}`);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
    svg: () => screenSvg(screenCells(terminal)),
    kill: (signal) => pty.kill(signal),
    exited,
    onData: (listener) => void pty.onData(listener),
  };
}

/** Ends a program for certain and waits for it. */
export async function endPty(app: PtyApp): Promise<void> {
  app.kill("SIGKILL");
  await app.exited;
}
