/** A PHP setting with the place that sets it. */
export interface PhpValue {
  readonly value: string;
  readonly at: string;
}

/** A section of an ini file with what it sets, in order. */
export interface IniSection {
  /** Lower case; empty: before the first head. */
  readonly name: string;
  readonly line: number;
  readonly entries: readonly { readonly key: string; readonly value: string; readonly line: number }[];
}

/**
 * Reads an ini file as PHP does (parse_ini_file in its normal mode), as far as settings go: `;` begins a comment, values
 * may be quoted, On/Yes/True and Off/No/False/None/null are 1 and nothing. FPM's pool files are the same language with
 * `key[index]`.
 */
export function parseIni(text: string): IniSection[] {
  const sections: { name: string; line: number; entries: IniSection["entries"][number][] }[] = [
    { name: "", line: 0, entries: [] },
  ];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith(";") || line.startsWith("#")) continue;
    const head = /^\[([^\]]*)\]/.exec(line);
    if (head) {
      sections.push({ name: (head[1] ?? "").trim(), line: index + 1, entries: [] });
      continue;
    }
    const [, key, value] = /^([^=\s]+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
    if (key) sections.at(-1)?.entries.push({ key, value: settingOf(value ?? ""), line: index + 1 });
  }
  return sections;
}

function settingOf(text: string): string {
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/.exec(text) ?? [];
  if (double !== undefined) return double.replace(/\\(["\\])/g, "$1");
  if (single !== undefined) return single;
  const bare = text.replace(/;.*$/, "").trim();
  if (/^(on|yes|true)$/i.test(bare)) return "1";
  return /^(off|no|false|none|null)$/i.test(bare) ? "" : bare;
}

/**
 * Adds an ini file to settings: the last one wins. Sections with HOST= and PATH= count only for some requests and are
 * left out; other heads mean nothing to PHP.
 */
export function addIni(settings: Map<string, PhpValue>, text: string, file: string): void {
  for (const { name, entries } of parseIni(text)) {
    if (/^(HOST|PATH)\s*=/i.test(name)) continue;
    for (const { key, value, line } of entries) settings.set(key, { value, at: `${file}:${line}` });
  }
}

/** Whether a value switches something on. */
export function isOn(value: string): boolean {
  return /^(on|yes|true|stdout)$/i.test(value) || (Number.parseInt(value, 10) || 0) !== 0;
}
