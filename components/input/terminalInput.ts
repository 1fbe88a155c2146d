import { StringDecoder } from "node:string_decoder";
import { createKeySplitter, ESCAPE_WAIT_MS, type Input, PASTE_WAIT_MS } from "../../src/terminal/keys.ts";

/** The part of a TTY's input stream that is used. */
export interface TtyInput {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
  on(event: "data", listener: (chunk: string | Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  removeListener(event: string, listener: (chunk: string | Uint8Array) => void): unknown;
  resume?(): unknown;
  pause?(): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

/** The part of the output stream that is used: bracketed paste is switched on and off there. */
export interface TtyOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** How {@link openTerminalInput} reads. */
export interface TerminalInputOptions {
  readonly onInput: (inputs: Input[]) => void;
  /** bytes of an unfinished sequence are waited for, or no longer */
  readonly onPending?: ((pending: boolean) => void) | undefined;
  /** the terminal is gone */
  readonly onClosed?: (() => void) | undefined;
  /** how long a lone ESC waits to become the Esc key, in milliseconds */
  readonly escapeWait?: number | undefined;
}

const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";

interface Reader {
  readonly onData: (chunk: string | Uint8Array) => void;
  readonly stop: () => void;
}

/** Splits chunks into keys, and resolves an unfinished sequence when nothing has followed it for a while. */
function createReader(options: TerminalInputOptions): Reader {
  const splitter = createKeySplitter();
  const decoder = new StringDecoder("utf8");
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    options.onInput(splitter.flush());
    options.onPending?.(false);
  };
  return {
    onData(chunk) {
      clearTimeout(timer);
      options.onInput(splitter.feed(typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk))));
      const { pending } = splitter;
      options.onPending?.(pending !== undefined);
      if (pending === undefined) return;
      timer = setTimeout(flush, pending === "paste" ? PASTE_WAIT_MS : (options.escapeWait ?? ESCAPE_WAIT_MS));
    },
    stop() {
      clearTimeout(timer);
      options.onPending?.(false);
    },
  };
}

/** Reads a terminal in raw mode with bracketed paste. Returns the way to stop, which restores both modes. */
export function openTerminalInput(
  stdin: TtyInput,
  stdout: TtyOutput,
  options: TerminalInputOptions,
): () => void {
  if (!stdin.isTTY || !stdin.setRawMode) return () => undefined;
  const { onData, stop } = createReader(options);
  const onClosed = (): void => options.onClosed?.();
  stdin.setRawMode(true);
  stdin.ref?.();
  stdin.on("data", onData);
  stdin.on("end", onClosed);
  stdin.on("close", onClosed);
  stdin.resume?.();
  if (stdout.isTTY) stdout.write(PASTE_ON);
  return () => {
    stop();
    stdin.removeListener("data", onData);
    stdin.removeListener("end", onClosed);
    stdin.removeListener("close", onClosed);
    stdin.pause?.();
    stdin.setRawMode?.(false);
    stdin.unref?.();
    if (stdout.isTTY) stdout.write(PASTE_OFF);
  };
}
