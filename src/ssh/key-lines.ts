import { isKeyType, type PublicKey, parsePublicKey } from "./public-key.ts";

/** A line of authorized_keys(5) that holds a key, or would. */
export interface KeyLine {
  /** 1-based. */
  readonly line: number;
  /** null: sshd cannot read it as a key. */
  readonly key: PublicKey | null;
  readonly options: readonly string[];
  /** Whoever owns the file wrote it: foreign text. */
  readonly comment: string;
}

/** Most keys of one file that are looked at. */
const MOST_KEYS = 1_000;

/** The keys of an authorized_keys file. Blank lines and comments are passed over. */
export function parseKeyLines(text: string): KeyLine[] {
  const found: KeyLine[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    // What else looks like a blank (a byte-order mark, a no-break space) is none to sshd, and spoils the line.
    const line = raw
      .replace(/\0.*/s, "")
      .replace(/^[ \t]+/, "")
      .replace(/[ \t\r]+$/, "");
    if (line === "" || line.startsWith("#")) continue;
    found.push({ line: index + 1, ...parseKeyLine(line) });
    if (found.length === MOST_KEYS) break;
  }
  return found;
}

function parseKeyLine(line: string): Omit<KeyLine, "line"> {
  const bare = readKey(line);
  if (bare !== null) return { ...bare, options: [] };
  const end = endOfOptions(line);
  const options = splitOptions(line.slice(0, end));
  return { key: null, comment: "", ...readKey(line.slice(end).trimStart()), options };
}

function readKey(text: string): { key: PublicKey | null; comment: string } | null {
  const [, type = "", blob = "", comment = ""] = /^(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/s.exec(text) ?? [];
  return isKeyType(type) ? { key: parsePublicKey(type, blob), comment } : null;
}

/** Options end at the first blank outside quotes (sshkey_advance_past_options). */
function endOfOptions(line: string): number {
  let quoted = false;
  let at = 0;
  for (; at < line.length && (quoted || (line[at] !== " " && line[at] !== "\t")); at++) {
    if (line[at] === "\\" && line[at + 1] === '"') at++;
    else if (line[at] === '"') quoted = !quoted;
  }
  return at;
}

function splitOptions(text: string): string[] {
  const options: string[] = [];
  let [quoted, option] = [false, ""];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "\\" && text[at + 1] === '"') {
      option += '\\"';
      at++;
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (character === "," && !quoted) {
      options.push(option);
      option = "";
    } else option += character;
  }
  // sshd passes over empty ones.
  return [...options, option].filter((each) => each !== "");
}

/** The values of an option, without their quotes. Names are matched in any case. */
export function optionValues(options: readonly string[], name: string): string[] {
  return options
    .filter((text) => text.toLowerCase().startsWith(`${name}=`))
    .map((text) => text.slice(name.length + 2, -1).replaceAll('\\"', '"'));
}

const FLAG =
  /^(restrict|cert-authority|(no-)?(port-forwarding|agent-forwarding|x11-forwarding|touch-required|verify-required|pty|user-rc))$/i;
const VALUE =
  /^(?<name>command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)="(?<value>.*)"$/is;
const PORT = String.raw`(\*|\d{1,5})`;
/** What the value of an option has to look like. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  environment: /^[A-Za-z0-9_]+=/,
  permitopen: new RegExp(String.raw`^(\[[^\]]+\]|[^:\s]+):${PORT}$`),
  permitlisten: new RegExp(String.raw`^((\[[^\]]+\]|[^:\s]+):)?${PORT}$`),
  tunnel: /^(\d{1,9}|any)(:(\d{1,9}|any))?$/,
};
/** Options that may stand once only (sshauthopt_parse of OpenSSH's auth-options.c). */
const ONCE = ["command", "principals", "from"] as const;

/** The first option that sshd does not take: it refuses the whole line; null: it takes all. */
export function badOption(options: readonly string[]): string | null {
  const twice = ONCE.find((name) => optionValues(options, name).length > 1);
  return options.find((option) => !isOption(option)) ?? (twice === undefined ? null : `${twice}=, twice`);
}

function isOption(option: string): boolean {
  const { name = "", value = "" } = VALUE.exec(option)?.groups ?? {};
  return name === "" ? FLAG.test(option) : (GRAMMAR[name.toLowerCase()]?.test(value) ?? true);
}

/** Whether an `expiry-time` has passed: YYYYMMDD[HHMM[SS]][Z], local time without Z. null: it is no time. */
export function hasExpired(text: string, now: number): boolean | null {
  const [, y, m, d, hour = "00", minute = "00", second = "00", zone = ""] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/i.exec(text) ?? [];
  if (y === undefined) return null;
  const time = Date.parse(`${y}-${m}-${d}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  return Number.isNaN(time) ? null : now >= time;
}
