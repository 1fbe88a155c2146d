/**
 * What things look like: tones, severities, outcomes, roles and glyphs.
 *
 * Only the 16 ANSI colours by name are used, so that the user's own theme decides what they are. A meaning
 * is never carried by colour alone: each has a word and a shape as well.
 */

import type { SgrCode } from "./sgr.ts";

/**
 * SGR codes of the colours by foreground (ECMA-48 8.3.117, aixterm for the bright one). Orange is none of the
 * 16; it is entry 208 of the fixed palette and used only where the terminal has that.
 */
const FOREGROUND = {
  black: 30,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  white: 37,
  grey: 90,
  orange: "38;5;208",
} as const;

const BACKGROUND = {
  black: 40,
  red: 41,
  green: 42,
  yellow: 43,
  blue: 44,
  magenta: 45,
  cyan: 46,
  white: 47,
  grey: 100,
  orange: "48;5;208",
} as const satisfies Record<Colour, number | string>;

/** A colour by name. */
export type Colour = keyof typeof FOREGROUND;

/** How a run of text is drawn. Attributes also work on a terminal without colour. */
export interface Style {
  readonly colour?: Colour | undefined;
  readonly background?: Colour | undefined;
  readonly bold?: boolean | undefined;
  readonly dim?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly inverse?: boolean | undefined;
}

/** What a run of text means. The screens speak of tones only; colours are decided here. */
export type Tone =
  | "text"
  | "muted"
  | "strong"
  | "heading"
  | "accent"
  | "ok"
  | "warn"
  | "crit"
  | "unknown"
  | "inverse"
  | "bannerWarn"
  | "bannerAlarm"
  | "bannerOrange";

/** The style of each tone. Bold stays off the light colours: many terminals make them too bright for white. */
export const TONES: Readonly<Record<Tone, Style>> = {
  text: {},
  muted: { dim: true },
  strong: { bold: true },
  heading: { colour: "cyan" },
  accent: { colour: "cyan" },
  ok: { colour: "green" },
  warn: { colour: "yellow" },
  crit: { colour: "red", bold: true },
  unknown: { colour: "magenta" },
  inverse: { inverse: true },
  bannerWarn: { colour: "black", background: "yellow" },
  bannerAlarm: { colour: "black", background: "yellow" },
  bannerOrange: { colour: "black", background: "orange" },
};

/** A word and a shape that carry a meaning where colour cannot. */
export interface Look {
  readonly word: string;
  /** one or two ASCII characters, padded by the table that draws them */
  readonly shape: string;
  readonly tone: Tone;
}

/** How serious a finding is. What could not be read is `unknown` and never green. */
export type Severity = "crit" | "warn" | "ok" | "unknown";

/** Word, shape and tone of each severity. */
export const SEVERITY_LOOK: Readonly<Record<Severity, Look>> = {
  crit: { word: "CRIT", shape: "!!", tone: "crit" },
  warn: { word: "WARN", shape: "!", tone: "warn" },
  ok: { word: "OK", shape: "+", tone: "ok" },
  unknown: { word: "UNKNOWN", shape: "?", tone: "unknown" },
};

/** How an attempt to sign in ended. */
export type Outcome = "failure" | "success" | "probe" | "notice";

/** Word, shape and tone of each outcome. */
export const OUTCOME_LOOK: Readonly<Record<Outcome, Look>> = {
  failure: { word: "FAILED", shape: "x", tone: "crit" },
  success: { word: "OK", shape: "+", tone: "ok" },
  probe: { word: "PROBE", shape: "~", tone: "warn" },
  notice: { word: "NOTE", shape: "-", tone: "muted" },
};

/** The roles of an account. */
export type RoleName = "root" | "admin" | "reseller" | "customer";

/** Word, shape and tone of each role: the more power, the more it stands out. */
export const ROLE_LOOK: Readonly<Record<RoleName, Look>> = {
  root: { word: "root", shape: "#", tone: "crit" },
  admin: { word: "admin", shape: "*", tone: "warn" },
  reseller: { word: "reseller", shape: "%", tone: "accent" },
  customer: { word: "customer", shape: "-", tone: "text" },
};

/** The drawing signs. Every one is one column wide. */
export interface Glyphs {
  readonly horizontal: string;
  readonly vertical: string;
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly ellipsis: string;
  readonly separator: string;
  readonly bullet: string;
  readonly mask: string;
  readonly mark: string;
  readonly up: string;
  readonly down: string;
  readonly left: string;
  readonly right: string;
  readonly sortUp: string;
  readonly sortDown: string;
  /** heights one to eight eighths of a cell */
  readonly eighths: readonly string[];
  /** widths one to eight eighths of a cell, for bars */
  readonly parts: readonly string[];
  readonly track: string;
}

const UNICODE_GLYPHS: Glyphs = {
  horizontal: "─",
  vertical: "│",
  topLeft: "┌",
  topRight: "┐",
  bottomLeft: "└",
  bottomRight: "┘",
  ellipsis: "…",
  separator: "·",
  bullet: "•",
  mask: "•",
  mark: "●",
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  sortUp: "▲",
  sortDown: "▼",
  eighths: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  parts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  track: "░",
};

const ASCII_GLYPHS: Glyphs = {
  horizontal: "-",
  vertical: "|",
  topLeft: "+",
  topRight: "+",
  bottomLeft: "+",
  bottomRight: "+",
  ellipsis: "~",
  separator: "-",
  bullet: "*",
  mask: "*",
  mark: "*",
  up: "^",
  down: "v",
  left: "<",
  right: ">",
  sortUp: "^",
  sortDown: "v",
  eighths: ["_", ".", "-", "=", "+", "o", "O", "#"],
  parts: [" ", " ", " ", "-", "-", "=", "=", "#"],
  track: ".",
};

/** The drawing signs that this terminal can show. */
export function glyphsFor(unicode: boolean): Glyphs {
  return unicode ? UNICODE_GLYPHS : ASCII_GLYPHS;
}

/** The SGR codes of a style, in the order in which they are opened. Colours are left out without colour. */
export function sgrCodes(style: Style, colour: boolean): SgrCode[] {
  const codes: SgrCode[] = [];
  if (style.bold) codes.push(1);
  if (style.dim) codes.push(2);
  if (style.underline) codes.push(4);
  if (style.inverse || (style.background && !colour)) codes.push(7);
  if (colour && style.colour) codes.push(FOREGROUND[style.colour]);
  if (colour && style.background) codes.push(BACKGROUND[style.background]);
  return codes;
}
