import { Command, InvalidArgumentError, Option } from "commander";
import type { GlobalOptions } from "../launch.ts";
import type { Call } from "./call.ts";
import { CATALOG, type CatalogEntry } from "./catalog.ts";
import type { CommandIo } from "./context.ts";

const GLOBAL_HELP = `
Exit code: 0 done, 1 refused or failed, 2 wrong usage.
Without a command: the screens, or the overview as text where there is no terminal.`;

/** The parser with all commands named, and the called one defined. */
export function buildProgram(io: CommandIo): Command {
  const program = new Command("castellan")
    .description("The security control room of a web-hosting server.")
    .option("--state <dir>", "where castellan keeps its database and key", folder)
    .option("--root <dir>", "where the host's files are", folder, "/")
    .option("--read-only", "change nothing")
    .option("--plain", "lines instead of screens, without colour")
    .option("--ascii", "no characters beyond ASCII")
    .option("--json", "facts as JSON, errors as JSON on standard error")
    .addOption(new Option("-V, --version", "print the version and end"))
    .helpOption("-h, --help", "show help and end")
    .addHelpText("after", GLOBAL_HELP)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      // What goes wrong is told in one place, see failure.ts.
      writeErr: () => {},
      getOutHelpWidth: () => Math.max(40, io.columns ?? 100),
      getOutHasColors: () => false,
    });
  return program;
}

/** Names every command for `--help` and defines the one that is called. */
export async function addCommands(program: Command, called: CatalogEntry | null, call: Call): Promise<void> {
  for (const entry of CATALOG) {
    const command = program.command(entry.name, { hidden: entry.hidden === true }).summary(entry.summary);
    if (entry === called) (await entry.load())(command, call);
  }
}

/** The global options as parsed. */
export function globalOptions(program: Command): GlobalOptions {
  const { state, root, readOnly, plain, ascii, json } = program.opts<{
    state?: string;
    root: string;
    readOnly?: true;
    plain?: true;
    ascii?: true;
    json?: true;
  }>();
  return {
    state,
    root,
    readOnly: readOnly === true,
    plain: plain === true,
    ascii: ascii === true,
    json: json === true,
  };
}

/** `castellan user add`: the called command as typed, as far as it exists. */
export function calledPath(program: Command, args: readonly string[]): string {
  const path = [program.name()];
  let here = program;
  for (const word of args) {
    const next = here.commands.find((command) => command.name() === word);
    if (next === undefined) continue;
    path.push(word);
    here = next;
  }
  return path.join(" ");
}

/** What begins with a hyphen is an option whose value was forgotten before it. */
function folder(value: string): string {
  if (value !== "" && !value.startsWith("-")) return value;
  throw new InvalidArgumentError("It must be a folder; one that begins with a hyphen is written ./-so.");
}
