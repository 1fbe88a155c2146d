import { StringDecoder } from "node:string_decoder";
import { createKeySplitter, type Input, isPaste } from "../terminal/keys.ts";
import type { CommandIo } from "./context.ts";
import { Interrupted } from "./interrupted.ts";
import { withTerminalMode } from "./terminal-mode.ts";

/** Longest answer that is kept, in code points. */
const LONGEST = 1_024;

/** Asks one question on the terminal and gives the line that was typed, without its newline. */
export type Ask = (prompt: string, kind?: "shown" | "hidden") => Promise<string>;

/** Whether somebody sits there who can be asked. */
export function canAsk(io: CommandIo): boolean {
  return io.stdin.isTTY === true && io.stdin.setRawMode !== undefined;
}

/**
 * Lets `work` ask questions. Prompts go to standard error unless told, so that standard output holds the answer only.
 * What is typed ahead is kept for the next question and never echoed by the terminal itself.
 *
 * @throws Interrupted after Ctrl-C, or Ctrl-D on an empty line
 */
export async function withQuestions<T>(
  { stdin, err }: CommandIo,
  work: (ask: Ask) => Promise<T>,
  write: (text: string) => void = err,
): Promise<T> {
  const keyboard = createKeyboard(stdin);
  const mode = {
    enter: () => {
      stdin.setRawMode?.(true);
      stdin.resume();
    },
    leave: () => {
      stdin.setRawMode?.(false);
      stdin.pause();
    },
  };
  try {
    return await withTerminalMode(mode, () =>
      work((prompt, kind = "shown") => readLine(write, keyboard, prompt, kind)),
    );
  } finally {
    keyboard.close();
  }
}

interface Keyboard {
  next(): Promise<Input>;
  close(): void;
}

/** What is typed, key by key; waits when there is nothing. The end of the input counts as Ctrl-C. */
function createKeyboard(stdin: CommandIo["stdin"]): Keyboard {
  const splitter = createKeySplitter();
  const decoder = new StringDecoder("utf8");
  const waiting: Input[] = [];
  let wake: () => void = () => {};
  let ended = false;
  const onData = (chunk: Buffer | string): void => {
    waiting.push(...splitter.feed(typeof chunk === "string" ? chunk : decoder.write(chunk)));
    wake();
  };
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  stdin.on("data", onData);
  stdin.on("end", onEnd);
  return {
    async next() {
      for (;;) {
        const input = waiting.shift();
        if (input !== undefined) return input;
        if (ended) return { name: "ctrl+c", text: "" };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close() {
      stdin.removeListener("data", onData);
      stdin.removeListener("end", onEnd);
    },
  };
}

async function readLine(
  write: (text: string) => void,
  keyboard: Keyboard,
  prompt: string,
  kind: "shown" | "hidden",
): Promise<string> {
  const echo = (text: string): void => {
    if (kind === "shown") write(text);
  };
  let line: string[] = [];
  write(prompt);
  for (;;) {
    const input = await keyboard.next();
    const name = isPaste(input) ? "" : input.name;
    if (name === "enter") break;
    if (name === "ctrl+c" || (name === "ctrl+d" && line.length === 0)) {
      write("\n");
      throw new Interrupted();
    }
    if (name === "backspace") {
      if (line.pop() !== undefined) echo("\b \b");
    } else if (name === "ctrl+u") {
      echo("\b \b".repeat(line.length));
      line = [];
    } else {
      const typed = printable(isPaste(input) ? input.paste : input.text, kind).slice(
        0,
        LONGEST - line.length,
      );
      line.push(...typed);
      echo(typed.join(""));
    }
  }
  write("\n");
  return line.join("");
}

/** Shown answers are names, codes and words: ASCII, one column each. A password may hold any letter. */
function printable(text: string, kind: "shown" | "hidden"): string[] {
  const wanted = kind === "shown" ? /^[\x20-\x7e]$/ : /^[^\p{Cc}]$/u;
  return [...text].filter((character) => wanted.test(character));
}
