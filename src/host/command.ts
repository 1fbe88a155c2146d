import { CastellanError } from "../errors.ts";

/** A program of the host to run: no shell, ever. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Text for its standard input. */
  readonly input?: string;
  /** Ended after this many milliseconds; 10,000 unless told. */
  readonly timeoutMs?: number;
  /** Output beyond this many bytes ends it; 8 MiB unless told. */
  readonly maxBytes?: number;
  /** Out of reach of the terminal: its Ctrl-C is meant for castellan, not for what castellan has begun. */
  readonly apart?: boolean;
}

/** What a program said. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs programs of the host; a fake of it serves tests of what is decided from their output. */
export type RunCommand = (command: Command) => Promise<CommandResult>;

/** A program that does not end when it is asked to (SIGTERM) is killed so much later. */
const KILL_AFTER_MS = 1_000;
const LET_GO_AFTER_MS = 1_500;
const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES = 8 * 1024 * 1024;

type Limited = Command & { readonly timeoutMs: number; readonly maxBytes: number };

/**
 * Runs a program with LC_ALL=C, an output cap and a time limit. A non-zero exit is a result, not an error.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed` (killed, too much output, a NUL)
 */
export const runCommand: RunCommand = async (command) => {
  const { file, timeoutMs = TIMEOUT_MS, maxBytes = OUTPUT_BYTES } = command;
  const result = await start({ ...command, timeoutMs, maxBytes });
  const { exitCode, stdout, stderr, timedOut, code, isMaxBuffer, signal } = result;
  if (timedOut) throw new CastellanError("command_timeout", `${file} did not end within ${timeoutMs} ms`);
  if (code === "ENOENT") {
    const hint = `install the package that brings ${file}`;
    throw new CastellanError("command_missing", `${file} is not installed`, hint);
  }
  if (isMaxBuffer) throw failed(file, `it said more than ${maxBytes} bytes`);
  if (exitCode === undefined) throw failed(file, signal === undefined ? code : `it was ended by ${signal}`);
  return { exitCode, stdout, stderr };
};

async function start({ file, args, input, timeoutMs, maxBytes, apart = false }: Limited) {
  const { execa } = await import("execa");
  try {
    const running = execa(file, [...args], {
      reject: false,
      timeout: timeoutMs,
      forceKillAfterDelay: KILL_AFTER_MS,
      maxBuffer: maxBytes,
      stripFinalNewline: false,
      detached: apart,
      env: { LC_ALL: "C", LANGUAGE: "C" },
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    });
    // What it started may hold the pipes for as long as it likes, long after it has ended itself.
    const letGo = setTimeout(() => {
      for (const stream of running.stdio) stream?.destroy();
    }, timeoutMs + LET_GO_AFTER_MS);
    return await running.finally(() => clearTimeout(letGo));
  } catch (error) {
    // Words that no program can be given: a NUL, far too many.
    throw failed(file, (error as Error).message);
  }
}

function failed(file: string, why: string | undefined): CastellanError {
  return new CastellanError("command_failed", `${file} could not be run: ${why ?? "unknown"}`);
}
