/** What a terminal sends for a key, by the names of src/terminal/keys.ts. */
const SEQUENCES: Readonly<Record<string, string>> = {
  enter: "\r",
  esc: "\u001b",
  tab: "\t",
  space: " ",
  backspace: "\u007f",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageup: "\u001b[5~",
  pagedown: "\u001b[6~",
  delete: "\u001b[3~",
  insert: "\u001b[2~",
  "shift+tab": "\u001b[Z",
  "ctrl+left": "\u001b[1;5D",
  "ctrl+right": "\u001b[1;5C",
  "ctrl+space": "\u0000",
};

/** The bytes of a key. Throws for a name that no terminal sends. */
export function bytesOfKey(name: string): string {
  const known = SEQUENCES[name];
  if (known !== undefined) return known;
  if (/^ctrl\+[a-z]$/.test(name)) return String.fromCharCode(name.charCodeAt(5) - 96);
  if (name.startsWith("alt+")) return `\u001b${bytesOfKey(name.slice(4))}`;
  if ([...name].length === 1) return name;
  throw new Error(`no terminal sends a key called ${name}`);
}

/** The bytes of a bracketed paste. */
export function bytesOfPaste(text: string): string {
  return `\u001b[200~${text}\u001b[201~`;
}
