import { hostname } from "node:os";
import { detectCapabilities } from "../src/terminal/capabilities.ts";
import { paintLine, type Run } from "../src/terminal/line.ts";
import { glyphsFor } from "../src/terminal/theme.ts";
import { tabs } from "./app/tabs.ts";

const ENTER = "\u001b[?1049h\u001b[2J\u001b[H\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

/** The terminal as the splash needs it. */
export interface SplashTerminal {
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The frame's title and tabs, painted without React while React is still being loaded: something stands on the
 * screen after a few dozen milliseconds. The first real frame paints over it.
 */
export function splash({ columns, rows, ascii, environment }: SplashTerminal): string {
  const tty = { isTTY: true };
  const { colour, unicode } = detectCapabilities({
    env: environment,
    stdin: tty,
    stdout: tty,
    flags: { ascii },
  });
  const { separator } = glyphsFor(unicode);
  const title: Run[] = [
    { text: " castellan", tone: "heading" },
    { text: ` ${separator} `, tone: "muted" },
    { text: hostname(), tone: "strong" },
  ];
  const bar = tabs.flatMap(({ key, title: name }): Run[] => [
    { text: ` ${key}`, tone: "accent" },
    { text: ` ${name} ` },
  ]);
  if (rows < 10 || columns < 40) return ENTER;
  return `${ENTER}${paintLine(title, columns, colour)}\u001b[2;1H${paintLine(bar, columns, colour)}`;
}

/** Gives the terminal back when castellan could not be opened after all. */
export const LEAVE_SPLASH = LEAVE;
