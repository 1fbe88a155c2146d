import { CommanderError } from "commander";
import { CastellanError } from "../errors.ts";
import type { CommandIo } from "./context.ts";
import { Interrupted } from "./interrupted.ts";
import { toJson } from "./json.ts";
import { printable } from "./page.ts";

/** What went wrong, as it is told. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** How failures are told: the parser may have failed before it knew its options. */
export interface FailureStyle {
  readonly json: boolean;
  readonly ascii: boolean;
  /** What to do about wrong usage. */
  readonly usageHint: string;
}

/**
 * Tells on standard error what went wrong: two lines for people, or one line
 * `{"error":{"code","message","hint"}}`. Returns the exit code: 2 for wrong usage, 130 after Ctrl-C, else 1.
 */
export function reportFailure(error: unknown, io: CommandIo, style: FailureStyle): number {
  if (error instanceof Interrupted) return 130;
  const { code, message, hint } = failureOf(error, style.usageHint);
  if (style.json) {
    io.err(`${toJson({ error: { code, message, hint } }, style)}\n`);
  } else {
    const page = { unicode: !style.ascii };
    io.err(`castellan: ${printable(message, page)}\n${hint === "" ? "" : `  ${printable(hint, page)}\n`}`);
  }
  if (code === "unexpected" && io.environment["CASTELLAN_DEBUG"]) {
    io.err(`${String((error as Error).stack)}\n`);
  }
  return code === "usage" ? 2 : 1;
}

function failureOf(error: unknown, usageHint: string): Failure {
  if (error instanceof CastellanError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  if (error instanceof CommanderError) return { code: "usage", ...usageOf(error.message, usageHint) };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "unexpected",
    message: `something went wrong that castellan did not expect: ${message.split("\n")[0]}`,
    hint: "run it again with CASTELLAN_DEBUG=1 in the environment to see where, and report it",
  };
}

/** Commander writes `error: what` and, where it can guess, `(Did you mean that?)` on a line of its own. */
function usageOf(text: string, usageHint: string): { message: string; hint: string } {
  const guess = /\n\((Did you mean .*)\)$/s.exec(text);
  const message = (guess === null ? text : text.slice(0, guess.index)).replace(/^error: /, "");
  return { message, hint: guess === null ? usageHint : `${guess[1]} ${usageHint}` };
}
