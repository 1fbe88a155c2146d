import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";

/** An entry of passwd(5), with the line it stands on (1-based). */
export interface PasswdEntry {
  readonly line: number;
  readonly name: string;
  /** `x`: the password is in the shadow file. */
  readonly password: PasswordState;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** `/bin/sh` where the field is empty, as login(1) has it. */
  readonly shell: string;
}

/** An entry of group(5). */
export interface GroupEntry {
  readonly line: number;
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** An entry of shadow(5). The hash itself is left behind: nothing that is shown or stored may hold it. */
export interface ShadowEntry {
  readonly line: number;
  readonly name: string;
  readonly password: PasswordState;
}

/** What a password field says (crypt(5)). `method` is null where no password is set. */
export interface PasswordState {
  readonly kind: "empty" | "shadowed" | "locked" | "set";
  readonly method: HashMethod | null;
}

export type HashMethod =
  | "yescrypt"
  | "gost-yescrypt"
  | "scrypt"
  | "bcrypt"
  | "sha512"
  | "sha256"
  | "sha1"
  | "md5"
  | "nt"
  | "des"
  | "unknown";

const PREFIXES: readonly (readonly [string, HashMethod])[] = [
  ["$y$", "yescrypt"],
  ["$gy$", "gost-yescrypt"],
  ["$7$", "scrypt"],
  ["$2", "bcrypt"],
  ["$6$", "sha512"],
  ["$5$", "sha256"],
  ["$sha1", "sha1"],
  ["$md5", "md5"],
  ["$1$", "md5"],
  ["$3$", "nt"],
  ["_", "des"],
];

const SHORTEST_HASH = 13;

/** Reads the password field of passwd(5) or shadow(5): `!` and `*` lock, a single word such as `x` matches nothing. */
export function passwordState(field: string): PasswordState {
  if (field === "") return { kind: "empty", method: null };
  if (field === "x") return { kind: "shadowed", method: null };
  const bare = field.replace(/^[!*]+/, "");
  // No hash of crypt(5) is shorter: words such as `NP` match no password.
  if (bare.length < SHORTEST_HASH) return { kind: "locked", method: null };
  return { kind: bare === field ? "set" : "locked", method: methodOf(bare) };
}

function methodOf(hash: string): HashMethod {
  const known = PREFIXES.find(([prefix]) => hash.startsWith(prefix));
  if (known !== undefined) return known[1];
  return /^[./0-9A-Za-z]{13}$/.test(hash) ? "des" : "unknown";
}

/**
 * Parses passwd(5) as glibc does: fields at the end may be missing, numbers may have signs and blanks before them, so
 * that an entry that works is never passed over. Lines of NIS (`+`, `-`) and what is no entry are.
 */
export function parsePasswdEntries(text: string): PasswdEntry[] {
  return records(text).flatMap(({ line, fields }) => {
    const [name = "", password = "", uid, gid, , home = "", shell = ""] = fields;
    const [user, group] = [numberOf(uid), numberOf(gid)];
    if (user === null || group === null) return [];
    const state = passwordState(password);
    return [{ line, name, password: state, uid: user, gid: group, home, shell: shell || "/bin/sh" }];
  });
}

/** Parses group(5), as tolerantly. */
export function parseGroupEntries(text: string): GroupEntry[] {
  return records(text).flatMap(({ line, fields }) => {
    const [name = "", , gid, members = ""] = fields;
    const number = numberOf(gid);
    if (number === null) return [];
    return [{ line, name, gid: number, members: members.split(",").filter((member) => member !== "") }];
  });
}

/** Parses shadow(5). */
export function parseShadowEntries(text: string): ShadowEntry[] {
  return records(text).flatMap(({ line, fields }) => {
    const [name = "", password] = fields;
    return password === undefined ? [] : [{ line, name, password: passwordState(password) }];
  });
}

function records(text: string): { line: number; fields: string[] }[] {
  return text.split("\n").flatMap((raw, index) => {
    const row = raw.trimStart();
    return row === "" || /^[#+-]/.test(row) ? [] : [{ line: index + 1, fields: row.split(":") }];
  });
}

/** strtoul(3) and the cast to 32 bits. */
function numberOf(field: string | undefined): number | null {
  const match = /^\s*([+-]?)(\d{1,15})$/.exec(field ?? "");
  if (match === null) return null;
  const number = Number(match[2]) % 2 ** 32;
  return match[1] === "-" && number > 0 ? 2 ** 32 - number : number;
}

/** All entries of /etc/passwd. */
export const passwdFact = defineFact("/etc/passwd", async (host) =>
  parsed(host, "/etc/passwd", parsePasswdEntries),
);

/** All entries of /etc/group. */
export const groupFact = defineFact("/etc/group", async (host) =>
  parsed(host, "/etc/group", parseGroupEntries),
);

/** All entries of /etc/shadow; only root may read it. */
export const shadowFact = defineFact("/etc/shadow", async (host) =>
  parsed(host, "/etc/shadow", parseShadowEntries),
);

const LARGEST_BYTES = 16 * 1024 * 1024;

async function parsed<T>(host: AdvisedHost, path: string, parse: (text: string) => T[]): Promise<T[]> {
  const text = await host.text(path, LARGEST_BYTES);
  if (text === null) throw new CastellanError("not_found", `${path} is not there`);
  const entries = parse(text);
  if (entries.length === 0)
    throw new CastellanError("command_failed", `${path} has no entry that can be read`);
  return entries;
}

/** Shells that let nobody in; `sync` and its like do one thing and end. */
const NO_SHELL = /\/(nologin|false|true|sync|shutdown|halt)$/;

/** Whether somebody who signs in gets a shell. */
export function hasLoginShell({ shell }: Pick<PasswdEntry, "shell">): boolean {
  return !NO_SHELL.test(shell);
}
