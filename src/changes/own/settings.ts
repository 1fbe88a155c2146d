import { CastellanError } from "../../errors.ts";

/** Who wants a change and why; `kind` replaces the builder's own. */
export interface About {
  readonly title: string;
  readonly reason: string;
  readonly kind?: string;
}

/** Settings of one file by section; `""` is what stands before the first section head. */
export type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** How one kind of file is written and read back. */
export interface Dialect {
  /** For messages: `kernel setting`. */
  readonly what: string;
  /** How castellan's comments begin. */
  readonly comment: string;
  /** Whether a section may be written; left out: the file has none. */
  readonly section?: (name: string) => boolean;
  /** Whether castellan may write this setting: the strictest grammar that the known uses need. */
  readonly allows: (key: string, value: string, section: string) => boolean;
  readonly write: (key: string, value: string) => string;
  /** A line as a setting; null: it is none. */
  readonly read: (line: string) => readonly [key: string, value: string] | null;
}

/** Longest key or value that is written. */
const LONGEST = 2_000;
/** No dialect takes anything else: no control, no newline, nothing beyond ASCII. */
const PRINTABLE = /^[\x20-\x7e]*$/;
const SECTION_HEAD = /^\[([^\]]*)\]$/;

/**
 * The text of one of castellan's own files: what it sets already, with `wanted` set over it. What stands in the present
 * text but is not within the grammar goes; the diff shows that. The text is read back before it is given out.
 *
 * @throws CastellanError `invalid_input` when a section, key or value is not within the dialect's grammar
 */
export function buildFile(dialect: Dialect, present: string | null, wanted: Sections): string {
  for (const [section, settings] of wanted) {
    for (const [key, value] of settings) assertAllowed(dialect, section, key, value);
  }
  const merged = merge(readFile(dialect, present ?? ""), wanted);
  const text = format(dialect, merged);
  if (!isSame(readFile(dialect, text), merged)) {
    throw refusal(dialect, "would be read as something else than was meant");
  }
  return text;
}

/** What a file sets, as far as castellan might have written it. Where a key stands twice, the last one counts. */
export function readFile(dialect: Dialect, text: string): Sections {
  const sections = new Map<string, Map<string, string>>();
  let section = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const head = dialect.section === undefined ? null : SECTION_HEAD.exec(line);
    if (head !== null) section = head[1] ?? "";
    const setting = head === null && line !== "" && !/^[#;]|^\/\//.test(line) ? dialect.read(line) : null;
    if (setting === null || !isAllowed(dialect, section, ...setting)) continue;
    const settings = sections.get(section) ?? new Map<string, string>();
    sections.set(section, settings.set(...setting));
  }
  return sections;
}

/** `wanted` as the sections of a file that has none. */
export function plain(wanted: Readonly<Record<string, string>>): Sections {
  return new Map([["", new Map(Object.entries(wanted))]]);
}

/** The header of every file of castellan's. */
export function header(comment: string): string {
  return [
    "Written by castellan. What it changed, and when: castellan change list",
    "To take a change back: castellan change undo ID.",
    "An edit by hand is kept: castellan asks before it writes over one.",
  ]
    .map((line) => `${comment} ${line}\n`)
    .join("");
}

/** The error for input that a builder does not take. */
export function refusal({ what }: Pick<Dialect, "what">, problem: string, hint = ""): CastellanError {
  return new CastellanError("invalid_input", `this ${what} ${problem}`, hint);
}

function assertAllowed(dialect: Dialect, section: string, key: string, value: string): void {
  if (isAllowed(dialect, section, key, value)) return;
  const shown = JSON.stringify(
    [section, key, value]
      .filter((part) => part !== "")
      .join(" ")
      .slice(0, 120),
  );
  throw refusal(dialect, `is not one that castellan writes: ${shown}`, "use the plain form of key and value");
}

function isAllowed(dialect: Dialect, section: string, key: string, value: string): boolean {
  const fits = [section, key, value].every((part) => part.length <= LONGEST && PRINTABLE.test(part));
  if (!fits || value !== value.trim()) return false;
  const home = section === "" ? dialect.section === undefined : dialect.section?.(section) === true;
  return home && dialect.allows(key, value, section);
}

function merge(present: Sections, wanted: Sections): Sections {
  const names = new Set([...present.keys(), ...wanted.keys()]);
  return new Map(
    [...names].map((name) => [name, new Map([...(present.get(name) ?? []), ...(wanted.get(name) ?? [])])]),
  );
}

function format(dialect: Dialect, sections: Sections): string {
  const parts = [...sections].map(([section, settings]) => {
    const head = section === "" ? "" : `[${section}]\n`;
    return `\n${head}${[...settings].map(([key, value]) => `${dialect.write(key, value)}\n`).join("")}`;
  });
  return header(dialect.comment) + parts.join("");
}

function isSame(a: Sections, b: Sections): boolean {
  return JSON.stringify(entriesOf(a)) === JSON.stringify(entriesOf(b));
}

function entriesOf(sections: Sections): unknown {
  return [...sections]
    .filter(([, settings]) => settings.size > 0)
    .map(([name, settings]) => [name, [...settings]]);
}
