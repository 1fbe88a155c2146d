import type { CommandIo } from "./context.ts";

/** The io of a command that knows whether it is still read. */
export type Outlet = CommandIo & { readonly gone: AbortSignal };

/**
 * The io of a command, made safe against a reader that goes away (`castellan audit export | head -1`): from then on
 * nothing is written any more, `gone` is aborted, and the command ends with the exit code that it would have had.
 */
export function createOutlet(io: CommandIo): Outlet {
  const gone = io.gone ?? standardOutputGone();
  return {
    ...io,
    rows: io.rows ?? (io.isTTY ? (process.stdout.rows ?? null) : null),
    gone,
    out: (text) => {
      if (!gone.aborted) io.out(text);
    },
  };
}

/**
 * Aborted once standard output has lost its reader: a pipe's (EPIPE), or a terminal that hung up (EIO), which must not
 * end a change in the middle. An output that is full (a disk) ends the process.
 */
function standardOutputGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && !(code === "EIO" && process.stdout.isTTY)) {
      process.stderr.write(`castellan: the output cannot be written: ${code}\n`);
      process.exit(1);
    }
    gone.abort();
  });
  // Whoever closes standard error does not want to be told.
  process.stderr.on("error", () => {});
  return gone.signal;
}
