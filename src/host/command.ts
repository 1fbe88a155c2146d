import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
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

const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES = 8 * 1024 * 1024;
/** A program that does not end when it is asked to (SIGTERM) is killed so much later. */
const KILL_AFTER_MS = 1_000;
/** What it started may hold the pipes for as long as it likes, long after it has ended itself. */
const LET_GO_AFTER_MS = 1_500;

/** What is still under way when castellan ends is ended with it. */
const underWay = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of underWay) child.kill();
});

/**
 * Runs a program with LC_ALL=C, an output cap and a time limit. A non-zero exit is a result, not an error.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed` (killed, or too much output)
 */
export const runCommand: RunCommand = async (command) => {
  const { file, timeoutMs = TIMEOUT_MS, maxBytes = OUTPUT_BYTES } = command;
  const child = start(command);
  const limit = endAfter(child, timeoutMs);
  const output = collect(child, maxBytes);
  try {
    const [exitCode, signal] = await once(child, "close", { signal: limit.letGo });
    if (output.isTooMuch()) throw new Error(`it said more than ${maxBytes} bytes`);
    if (exitCode === null) throw new Error(`it was ended by ${signal}`);
    if (!limit.isOver()) return { exitCode, stdout: output.stdout(), stderr: output.stderr() };
  } catch (error) {
    if (!limit.isOver()) throw failure(file, error as NodeJS.ErrnoException);
  } finally {
    limit.stop();
    underWay.delete(child);
  }
  throw new CastellanError("command_timeout", `${file} did not end within ${timeoutMs} ms`);
};

/** @throws CastellanError `command_failed` for words that no program can be given: a NUL, far too many */
function start({ file, args, input, apart = false }: Command): ChildProcess {
  try {
    const child = spawn(file, args, {
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, LC_ALL: "C", LANGUAGE: "C" },
      detached: apart,
    });
    // What cannot be started or ended is told by how it closes; what is not read need not be.
    for (const source of [child, child.stdin]) source?.on("error", () => {});
    child.stdin?.end(input);
    if (!apart) underWay.add(child);
    return child;
  } catch (error) {
    throw failure(file, error as NodeJS.ErrnoException);
  }
}

/** Takes what a program says; more than `maxBytes` of one stream ends it. */
function collect(child: ChildProcess, maxBytes: number) {
  let tooMuch = false;
  const textOf = (stream: ChildProcess["stdout"]): (() => string) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    stream?.on("data", (piece: Buffer) => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes <= maxBytes) return;
      tooMuch = true;
      stream.destroy();
      child.kill();
    });
    return () => Buffer.concat(pieces).toString("utf8");
  };
  return { stdout: textOf(child.stdout), stderr: textOf(child.stderr), isTooMuch: () => tooMuch };
}

/** Asks a program to end after so long, then kills it, and at last lets go of it, whatever still holds its pipes. */
function endAfter(child: ChildProcess, ms: number) {
  let over = false;
  const gone = new AbortController();
  const expire = (): void => {
    over = true;
    child.kill("SIGTERM");
  };
  const letGo = (): void => {
    for (const stream of child.stdio) stream?.destroy();
    child.unref();
    gone.abort();
  };
  const timers = [
    setTimeout(expire, ms),
    setTimeout(() => child.kill("SIGKILL"), ms + KILL_AFTER_MS),
    setTimeout(letGo, ms + LET_GO_AFTER_MS),
  ];
  return {
    letGo: gone.signal,
    isOver: () => over,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function failure(file: string, { code, message }: NodeJS.ErrnoException): CastellanError {
  return code === "ENOENT"
    ? new CastellanError(
        "command_missing",
        `${file} is not installed`,
        `install the package that brings ${file}`,
      )
    : new CastellanError("command_failed", `${file} could not be run: ${code ?? message}`);
}
