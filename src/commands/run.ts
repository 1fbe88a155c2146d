import { CommanderError } from "commander";
import { createCall } from "./call.ts";
import { namedEntry } from "./catalog.ts";
import type { CommandIo } from "./context.ts";
import { reportFailure } from "./failure.ts";
import { createOutlet } from "./outlet.ts";
import { addCommands, buildProgram, calledPath, globalOptions } from "./program.ts";
import { version } from "./version.ts";

/**
 * Runs one command: parses the arguments, loads what the command needs and nothing else, prints its answer on
 * standard output or its failure on standard error.
 *
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 after Ctrl-C at a question
 */
export async function runCommandLine(args: readonly string[], given: CommandIo): Promise<number> {
  const io = createOutlet(given);
  const program = buildProgram(io);
  const call = createCall(io, () => globalOptions(program));
  try {
    if (wants(args, "--version", "-V")) {
      io.out(wants(args, "--json") ? `${JSON.stringify({ version })}\n` : `castellan ${version}\n`);
      return 0;
    }
    await addCommands(program, namedEntry(args), call);
    await program.parseAsync([...args], { from: "user" });
    return call.exitCode;
  } catch (error) {
    if (isHelp(error)) return 0;
    const path = calledPath(program, args);
    return reportFailure(needsCommand(error, path) ?? error, io, {
      json: wants(args, "--json"),
      ascii: wants(args, "--ascii"),
      usageHint: `See: ${path} --help`,
    });
  }
}

/** Whether an option stands among the arguments, before any `--`. */
function wants(args: readonly string[], ...names: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((word) => names.includes(word));
}

function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** A group of commands called by its name alone: commander would show its help as if that were the error. */
function needsCommand(error: unknown, path: string): CommanderError | null {
  if (!(error instanceof CommanderError) || error.code !== "commander.help") return null;
  return new CommanderError(2, "commander.missingCommand", `${path} needs a command behind it`);
}
