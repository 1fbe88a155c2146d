import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type Castellan, type CastellanOptions, openCastellan } from "../../src/castellan.ts";
import type { CommandInput, CommandIo } from "../../src/commands/context.ts";
import { runCommandLine } from "../../src/commands/run.ts";
import { CastellanError } from "../../src/errors.ts";

/** What a command left behind. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The standard output as JSON. */
  json<T = unknown>(): T;
  /** The standard error as one coded error. */
  error(): { code: string; message: string; hint: string };
}

/** How a command is run: without a terminal and with an empty environment, unless told. */
export interface RunOptions {
  /** Text or bytes for standard input, or a stream. */
  readonly stdin?: string | Uint8Array | CommandInput;
  /** Columns and rows of a terminal. */
  readonly terminal?: readonly [columns: number, rows: number];
  readonly environment?: NodeJS.ProcessEnv;
  readonly gone?: AbortSignal;
  /** Told of everything that is written, as it is written. */
  readonly onWrite?: (text: string) => void;
}

/** Runs a command in this process, with buffers for its streams. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  let out = "";
  let err = "";
  const { terminal, onWrite = () => {} } = options;
  const io: CommandIo = {
    stdin: inputOf(options.stdin),
    out: (text) => {
      out += text;
      onWrite(text);
    },
    err: (text) => {
      err += text;
      onWrite(text);
    },
    columns: terminal?.[0] ?? null,
    rows: terminal?.[1] ?? null,
    isTTY: terminal !== undefined,
    openCore,
    gone: options.gone ?? new AbortController().signal,
    environment: { LANG: "C.UTF-8", ...options.environment },
  };
  const code = await runCommandLine(args, io);
  return {
    code,
    out,
    err,
    json: <T>() => JSON.parse(out) as T,
    error: () => (JSON.parse(err) as { error: { code: string; message: string; hint: string } }).error,
  };
}

/** The core of a host that has no program to run and no firewall; nothing of this machine is touched. */
function openCore(options: CastellanOptions): Promise<Castellan> {
  const run = async ({ file }: { file: string }): Promise<never> => {
    throw new CastellanError("command_missing", `${file} is not installed`);
  };
  return openCastellan({ ...options, sandbox: true, run });
}

function inputOf(stdin: RunOptions["stdin"]): CommandInput {
  if (typeof stdin !== "string" && !(stdin instanceof Uint8Array) && stdin !== undefined) return stdin;
  const stream = new PassThrough();
  stream.end(stdin ?? "");
  return stream;
}

/** A terminal's keyboard: what is typed comes when it is asked for. */
export function keyboard(): CommandInput & { type(text: string | Uint8Array): void; rawModes: boolean[] } {
  const stream = new PassThrough();
  const rawModes: boolean[] = [];
  return Object.assign(stream, {
    isTTY: true,
    rawModes,
    setRawMode: (mode: boolean) => rawModes.push(mode),
    type: (text: string | Uint8Array) => void stream.write(text),
  });
}

/** A state folder and a root folder of a test, as global options. */
export interface Sandbox {
  readonly state: string;
  readonly root: string;
  /** `--state DIR --root DIR` */
  readonly options: readonly string[];
  run(args: readonly string[], options?: RunOptions): Promise<Run>;
  remove(): void;
}

/** A host of its own in a temporary folder: nothing of the real one is read or changed. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "castellan-commands-"));
  const state = join(folder, "state");
  const root = join(folder, "root");
  const options = ["--state", state, "--root", root];
  return {
    state,
    root,
    options,
    run: (args, runOptions) => run([...options, ...args], runOptions),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
