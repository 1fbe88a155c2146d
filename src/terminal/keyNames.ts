/** Names of keys, and what the sequences that terminals send for them mean. */

/** Final bytes of `CSI … X` and `SS3 X` that are keys. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  E: "begin",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
  Z: "shift+tab",
};

/** First parameters of `CSI n ~` (VT220, rxvt and the Linux console). */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
};

/** `SS3 X` on the keypad in application mode, beyond the letters above. */
const KEYPAD: Readonly<Record<string, string>> = { M: "enter", I: "tab", " ": "space" };

/** rxvt: lower-case finals are shifted (CSI) or controlled (SS3) arrows. */
const RXVT_ARROWS: Readonly<Record<string, string>> = { a: "up", b: "down", c: "right", d: "left" };

/** Controls that have a name of their own instead of `ctrl+letter`. */
const CONTROLS: Readonly<Record<number, string>> = {
  0: "ctrl+space",
  8: "backspace",
  9: "tab",
  10: "enter",
  13: "enter",
  27: "esc",
  28: "ctrl+\\",
  29: "ctrl+]",
  30: "ctrl+^",
  31: "ctrl+_",
  127: "backspace",
};

/** The name of a C0 control or DEL. */
export function controlName(code: number): string {
  return CONTROLS[code] ?? `ctrl+${String.fromCharCode(code + 96)}`;
}

/** The name of a character that was typed. */
export function characterName(character: string): string {
  return character === " " ? "space" : character;
}

/** xterm's modifier parameter: 1 + shift 1 + alt 2 + ctrl 4 + meta 8. */
function withModifiers(name: string, parameter: string | undefined): string {
  const bits = Number.parseInt(parameter ?? "1", 10) - 1;
  if (!(bits > 0)) return name;
  const shift = bits & 1 && name.length > 1 && !name.startsWith("shift+") ? "shift+" : "";
  return `${bits & 4 ? "ctrl+" : ""}${bits & 10 ? "alt+" : ""}${shift}${name}`;
}

/** A key given by its code point: `CSI code ; modifiers u` (fixterms, kitty) and modifyOtherKeys. */
function codePointName(code: string | undefined, modifiers: string | undefined): string | undefined {
  const point = Number.parseInt(code ?? "", 10);
  if (!(point >= 0 && point < 0xd800)) return undefined;
  if (point === 9 && ((Number.parseInt(modifiers ?? "1", 10) - 1) & 1) === 1) return "shift+tab";
  const name = point < 32 || point === 127 ? controlName(point) : characterName(String.fromCodePoint(point));
  return withModifiers(name, modifiers);
}

/**
 * The key that a complete control sequence stands for; undefined for everything that is not a key: replies
 * (cursor position, device attributes), focus and mouse reports, sequences that nobody knows.
 *
 * @param parameters what stands between `CSI` and the final byte
 */
export function sequenceName(parameters: string, final: string): string | undefined {
  if (!/^[\d;:]*$/.test(parameters)) return undefined;
  const [first = "", second, third] = parameters.split(";");
  const modifiers = second?.split(":")[0];
  if (/:3$/.test(second ?? "")) return undefined;
  if (final === "u") return codePointName(first.split(":")[0], modifiers);
  if (final === "~") {
    if (first === "27") return codePointName(third, second);
    const name = BY_NUMBER[first];
    return name && withModifiers(name, modifiers);
  }
  if (final === "^" || final === "$") {
    const name = BY_NUMBER[first];
    return name && `${final === "^" ? "ctrl" : "shift"}+${name}`;
  }
  if (first !== "" && first !== "1") return undefined;
  const arrow = RXVT_ARROWS[final];
  if (arrow) return `shift+${arrow}`;
  const name = BY_LETTER[final];
  return name && withModifiers(name, modifiers);
}

/** The key that `SS3 final` stands for: arrows in application mode, the keypad. */
export function ss3Name(parameters: string, final: string): string | undefined {
  const arrow = RXVT_ARROWS[final];
  if (arrow) return `ctrl+${arrow}`;
  const known = BY_LETTER[final] ?? KEYPAD[final];
  if (known) return withModifiers(known, parameters === "" ? undefined : parameters.split(";").at(-1));
  // Keypad digits and operators in application mode: `j` is `*` … `y` is `9`.
  return /^[j-yX]$/.test(final)
    ? final === "X"
      ? "="
      : String.fromCharCode(final.charCodeAt(0) - 64)
    : undefined;
}

const LABELS: Readonly<Record<string, string>> = {
  enter: "Enter",
  esc: "Esc",
  tab: "Tab",
  space: "Space",
  backspace: "Backspace",
  delete: "Del",
  pageup: "PgUp",
  pagedown: "PgDn",
  home: "Home",
  end: "End",
};
const ARROWS: Readonly<Record<string, string>> = { up: "↑", down: "↓", left: "←", right: "→" };

/** The name of a key as it is printed in hints and help: `^D`, `Enter`, `↑` (`Up` without Unicode). */
export function keyLabel(name: string, unicode = true): string {
  if (name.startsWith("ctrl+")) return `^${keyLabel(name.slice(5), unicode).toUpperCase()}`;
  if (name.startsWith("alt+")) return `Alt-${keyLabel(name.slice(4), unicode)}`;
  if (name.startsWith("shift+")) return `Shift-${keyLabel(name.slice(6), unicode)}`;
  if (name in ARROWS) return unicode ? (ARROWS[name] ?? name) : name.charAt(0).toUpperCase() + name.slice(1);
  return LABELS[name] ?? name;
}
