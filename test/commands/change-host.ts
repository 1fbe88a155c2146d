import { PassThrough } from "node:stream";
import { openCastellan } from "../../src/castellan.ts";
import type { CommandInput, CommandIo } from "../../src/commands/context.ts";
import { runCommandLine } from "../../src/commands/run.ts";
import { systemClock } from "../../src/host/clock.ts";
import { type TestHost, testHost } from "../changes/support.ts";

/** What a command left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  json<T = Record<string, unknown>>(): T;
  error(): { code: string; message: string; hint: string };
}

export interface ChangeHost extends TestHost {
  /** Runs a command on this host; `stdin` is a terminal where it is one. */
  run(args: readonly string[], stdin?: CommandInput, columns?: number): Promise<Ran>;
}

/** A sandbox in which changes are really made, by the engine itself, and the command line on top. */
export function changeHost(): ChangeHost {
  const host = testHost({ clock: systemClock });
  return Object.assign(host, {
    async run(args: readonly string[], stdin: CommandInput = emptyInput(), columns?: number): Promise<Ran> {
      let [out, err] = ["", ""];
      const io: CommandIo = {
        stdin,
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        columns: columns ?? null,
        isTTY: columns !== undefined,
        gone: new AbortController().signal,
        environment: { LANG: "C.UTF-8" },
        openCore: async (options) => ({
          ...(await openCastellan({ ...options, sandbox: true })),
          changes: host.changes,
        }),
      };
      const code = await runCommandLine(["--state", host.state, "--root", host.root, ...args], io);
      const json = <T>(): T => JSON.parse(out) as T;
      const error = (): { code: string; message: string; hint: string } =>
        (JSON.parse(err) as { error: { code: string; message: string; hint: string } }).error;
      return { code, out, err, json, error };
    },
  });
}

function emptyInput(): CommandInput {
  const stream = new PassThrough();
  stream.end();
  return stream;
}
