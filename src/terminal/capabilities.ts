/** What the terminal at the other end can do, decided once from the environment and never asked again. */
export interface Capabilities {
  /** the 16 ANSI colours may be used; without them meaning is carried by words, shapes, bold and inverse */
  readonly colour: boolean;
  /** the fixed 256-colour palette may be used (only where an exact colour matters: QR code, orange banner) */
  readonly palette256: boolean;
  /** box drawing, bars and typographic signs may be used; otherwise plain ASCII */
  readonly unicode: boolean;
  /** half blocks can be drawn even where the font has no other drawing signs (Linux console) */
  readonly halfBlocks: boolean;
  /** a screen can be drawn and keys can be read; otherwise plain lines */
  readonly interactive: boolean;
}

/** What {@link detectCapabilities} looks at. Everything is passed in, nothing is read from the process. */
export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: { readonly isTTY?: boolean | undefined };
  readonly stdout: { readonly isTTY?: boolean | undefined };
  /** `--ascii`: no Unicode drawing; `--plain`: lines instead of screens; `--no-color` */
  readonly flags?: { readonly ascii?: boolean; readonly plain?: boolean; readonly noColour?: boolean };
}

/** Terminals known to have no colour: printers on glass and the VT100 family. */
const MONOCHROME = /^(dumb|unknown|vt\d+.*|.*-m|.*-mono)$/;
/**
 * Terminals with no more than 16 colours. All others that are still in use know the fixed palette, whatever
 * their terminfo entry says: PuTTY and many more call themselves plain `xterm`.
 */
const SIXTEEN_COLOURS = /^(linux|ansi|cygwin|sun|cons25|putty-vt100|.*-16color)/;
const UTF8 = /utf-?8/i;

/**
 * NO_COLOR counts when set and not empty (no-color.org); FORCE_COLOR switches colour back on whatever the
 * terminal says (force-color.org), except for the common `0` and `false`; a flag beats both.
 */
function detectColour({ env, stdout, flags }: TerminalFacts, term: string): boolean {
  if (flags?.noColour) return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if (env["NO_COLOR"]) return false;
  return stdout.isTTY === true && term !== "" && !MONOCHROME.test(term);
}

/** POSIX: LC_ALL beats LC_CTYPE beats LANG; an empty value counts as unset. */
function hasUtf8Locale(env: TerminalFacts["env"]): boolean {
  return UTF8.test(env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "");
}

/** Decides what may be drawn. A pure function of what is passed in. */
export function detectCapabilities(facts: TerminalFacts): Capabilities {
  const { env, stdin, stdout, flags } = facts;
  const term = env["TERM"] ?? "";
  const colour = detectColour(facts, term);
  const utf8 = hasUtf8Locale(env) && !flags?.ascii;
  const direct = env["COLORTERM"] === "truecolor" || env["COLORTERM"] === "24bit";
  return {
    colour,
    palette256: direct || (term !== "" && !MONOCHROME.test(term) && !SIXTEEN_COLOURS.test(term)),
    unicode: utf8 && term !== "linux",
    halfBlocks: utf8,
    interactive:
      stdin.isTTY === true && stdout.isTTY === true && term !== "" && term !== "dumb" && !flags?.plain,
  };
}

/** A capable terminal, for tests and pictures. */
export const FULL_CAPABILITIES: Capabilities = {
  colour: true,
  palette256: true,
  unicode: true,
  halfBlocks: true,
  interactive: true,
};
