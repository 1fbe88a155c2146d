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

/**
 * Runs a program with LC_ALL=C, an output cap and a time limit. A non-zero exit is a result, not an error.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed` (killed, or too much output)
 */
export const runCommand: RunCommand = async (command) => {
  const { file, args, input, timeoutMs = 10_000, maxBytes, apart = false } = command;
  const { execa } = await import("execa");
  const running = execa(file, [...args], {
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: KILL_AFTER_MS,
    maxBuffer: maxBytes ?? 8 * 1024 * 1024,
    stripFinalNewline: false,
    detached: apart,
    env: { LC_ALL: "C", LANGUAGE: "C" },
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  // What it started may hold the pipes for as long as it likes, long after it has ended itself.
  const letGo = setTimeout(() => {
    for (const stream of running.stdio) stream?.destroy();
  }, timeoutMs + LET_GO_AFTER_MS);
  const result = await running.finally(() => clearTimeout(letGo));
  if (result.timedOut) {
    throw new CastellanError("command_timeout", `${file} did not end within ${timeoutMs} ms`);
  }
  if (result.code === "ENOENT") {
    throw new CastellanError(
      "command_missing",
      `${file} is not installed`,
      `install the package that brings ${file}`,
    );
  }
  if (result.exitCode === undefined) {
    throw new CastellanError(
      "command_failed",
      `${file} could not be run: ${result.shortMessage ?? "unknown"}`,
    );
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
};
