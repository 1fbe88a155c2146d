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
    const line = raw.trim();
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
  return option === "" ? options : [...options, option];
}

/** The value of an option, without its quotes; null: it is not among them. Names are matched in any case. */
export function optionValue(options: readonly string[], name: string): string | null {
  const option = options.find((text) => text.toLowerCase().startsWith(`${name}=`));
  if (option === undefined) return null;
  const value = option.slice(name.length + 1);
  return value.startsWith('"') ? value.slice(1, -1).replaceAll('\\"', '"') : value;
}

const FLAGS =
  /^(restrict|cert-authority|(no-)?(port-forwarding|agent-forwarding|x11-forwarding|pty|user-rc|touch-required)|verify-required|(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)=)/i;

/** The first option that sshd does not know: it refuses the whole line; null: it knows all. */
export function unknownOption(options: readonly string[]): string | null {
  return options.find((option) => !FLAGS.test(option)) ?? null;
}

/** Whether an `expiry-time` has passed: YYYYMMDD[HHMM[SS]][Z], local time without Z. null: it is no time. */
export function hasExpired(text: string, now: number): boolean | null {
  const [, y, m, d, hour = "00", minute = "00", second = "00", zone = ""] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/i.exec(text) ?? [];
  if (y === undefined) return null;
  const time = Date.parse(`${y}-${m}-${d}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  return Number.isNaN(time) ? null : now > time;
}
