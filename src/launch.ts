/** Options that stand before or behind any command. */
export interface GlobalOptions {
  /** `--state DIR`; undefined: CASTELLAN_STATE or the default. */
  readonly state: string | undefined;
  /** `--root DIR`: where the host's files are. */
  readonly root: string;
  readonly readOnly: boolean;
  /** `--plain`: lines instead of a screen. */
  readonly plain: boolean;
  /** `--ascii`: no characters beyond ASCII. */
  readonly ascii: boolean;
  readonly json: boolean;
}

/** What this start of castellan is to be. */
export type Launch =
  | { readonly kind: "screens"; readonly options: GlobalOptions }
  | { readonly kind: "guard"; readonly options: GlobalOptions }
  | { readonly kind: "demo"; readonly options: GlobalOptions }
  | { readonly kind: "command"; readonly arguments: readonly string[] };

/** The streams that decide between a screen and lines. */
export interface Streams {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean };
}

const FLAGS = new Map<string, "readOnly" | "plain" | "ascii" | "json">([
  ["--read-only", "readOnly"],
  ["--plain", "plain"],
  ["--ascii", "ascii"],
  ["--json", "json"],
]);

/**
 * Decides from the arguments alone, without the parser of commands: `castellan` with only global options is the
 * screen (the overview as text where there is no terminal), `castellan guard` the guard, all else a command.
 */
export function parseLaunch(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  streams: Streams,
): Launch {
  const parsed = takeGlobals(args);
  if (parsed === null) return { kind: "command", arguments: args };
  const { options, rest } = parsed;
  if (rest.length === 1 && rest[0] === "guard") return { kind: "guard", options };
  const terminal = streams.stdin.isTTY === true && streams.stdout.isTTY === true;
  if (rest.length === 1 && rest[0] === "demo" && terminal) return { kind: "demo", options };
  if (rest.length > 0) return { kind: "command", arguments: args };
  if (!terminal || options.plain || options.json || environment["TERM"] === "dumb") {
    return { kind: "command", arguments: ["overview", ...args] };
  }
  return { kind: "screens", options };
}

/** Splits global options from the rest; null when one is malformed: the command line will say so. */
function takeGlobals(args: readonly string[]): { options: GlobalOptions; rest: string[] } | null {
  const flags = { readOnly: false, plain: false, ascii: false, json: false };
  const values = { state: undefined as string | undefined, root: "/" };
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    const flag = FLAGS.get(word);
    const [name = "", inline] = splitOption(word);
    if (flag !== undefined) flags[flag] = true;
    else if (name === "--state" || name === "--root") {
      const value = inline ?? args[++i];
      if (value === undefined || value === "") return null;
      values[name === "--state" ? "state" : "root"] = value;
    } else rest.push(word);
  }
  return { options: { ...flags, ...values }, rest };
}

function splitOption(word: string): [string, string | undefined] {
  const equals = word.indexOf("=");
  return word.startsWith("--") && equals > 0
    ? [word.slice(0, equals), word.slice(equals + 1)]
    : [word, undefined];
}
