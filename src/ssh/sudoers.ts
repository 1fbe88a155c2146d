import type { ConfigFiles } from "../changes/services/sshd-files.ts";
import { grantOf, lastGrant, type SudoGrant } from "./sudo.ts";

/** A rule of sudoers(5) that may let somebody become root. */
interface Rule {
  /** `alice`, `%sudo`, `#1000`, `ALL`, `!bob`. */
  readonly users: readonly string[];
  /** As `sudo -l` would tell it. */
  readonly entry: string;
}

/** What sudoers grants, as far as its files tell. */
export interface Sudoers {
  /** Who is named by rules that grant everything as root: logins and `%groups`; `ALL` for everybody. */
  readonly named: readonly string[];
  readonly grantFor: (login: string, uid: number, groups: readonly string[]) => SudoGrant | null;
}

const MAIN = "/etc/sudoers";
const DEEPEST = 16;

/** Reads sudoers and what it includes; null: there is none. */
export function readSudoers(files: ConfigFiles): Sudoers | null {
  if (!files.isThere(MAIN)) return null;
  const lines = linesOf(files, MAIN, 0);
  const aliases = aliasesOf(lines);
  const rules = lines.flatMap((line) => ruleOf(line, aliases) ?? []);
  const defaults = lines.filter((line) => /^Defaults\s/.test(line)).join("\n");
  const granting = rules.filter(({ entry }) => grantOf(entry) !== null);
  return {
    named: [...new Set(granting.flatMap(({ users }) => users.filter((user) => !user.startsWith("!"))))],
    grantFor: (login, uid, groups) => {
      const meant = rules.filter(({ users }) => concerns(users, login, uid, groups));
      return lastGrant(
        meant.map(({ entry }) => grantOf(entry)),
        defaults,
      );
    },
  };
}

function concerns(users: readonly string[], login: string, uid: number, groups: readonly string[]): boolean {
  let found = false;
  for (const user of users) {
    const name = user.replace(/^!/, "");
    const meant =
      name === "ALL" ||
      name === login ||
      name === `#${uid}` ||
      (name.startsWith("%") && groups.includes(name.slice(1)));
    if (meant) found = !user.startsWith("!");
  }
  return found;
}

/** Lines without comments, continued ones joined, in the order in which sudo reads them. */
function linesOf(files: ConfigFiles, path: string, depth: number): string[] {
  const text = depth > DEEPEST ? null : files.read(path);
  if (text === null) return [];
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .flatMap((raw) => {
      const [, kind, target = ""] = /^[@#](includedir|include)\s+(\S+)\s*$/.exec(raw.trim()) ?? [];
      if (kind === "include") return linesOf(files, absolute(target), depth + 1);
      if (kind === "includedir") {
        const folder = absolute(target);
        return files
          .list(folder)
          .filter((name) => !name.includes(".") && !name.endsWith("~"))
          .flatMap((name) => linesOf(files, `${folder}/${name}`, depth + 1));
      }
      const line = raw.replace(/(^|\s)#(?!\d).*$/, "").trim();
      return line === "" ? [] : [line];
    });
}

function absolute(target: string): string {
  const path = target.replace(/^"|"$/g, "").replace(/\/$/, "");
  return path.startsWith("/") ? path : `/etc/${path}`;
}

type Aliases = ReadonlyMap<string, readonly string[]>;

function aliasesOf(lines: readonly string[]): Aliases {
  const found = new Map<string, readonly string[]>();
  for (const line of lines) {
    const definitions = /^(?:User|Runas|Cmnd|Host)_Alias\s+(.*)$/.exec(line)?.[1];
    for (const definition of definitions?.split(":") ?? []) {
      const [, name, members = ""] = /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*)$/.exec(definition) ?? [];
      if (name !== undefined) found.set(name, splitList(members));
    }
  }
  return found;
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function expanded(words: readonly string[], aliases: Aliases, depth = 0): string[] {
  return words.flatMap((word) => {
    const members = aliases.get(word);
    return members === undefined || depth > DEEPEST ? [word] : expanded(members, aliases, depth + 1);
  });
}

/** `USERS HOSTS = (RUNAS) TAGS: COMMANDS`; host lists count as this host's. */
function ruleOf(line: string, aliases: Aliases): Rule | null {
  if (/^(Defaults|\w+_Alias)\b/.test(line)) return null;
  const [, left = "", right = ""] = /^([^=]+)=(.*)$/s.exec(line) ?? [];
  const [, users = "", hosts = ""] = /^(.*\S)\s+(\S+)\s*$/s.exec(left.replace(/\s*,\s*/g, ",").trim()) ?? [];
  if (users === "" || hosts === "") return null;
  const [, runas, commands = ""] = /^\s*(?:\(([^)]*)\))?\s*(.*)$/s.exec(right) ?? [];
  const as = runas === undefined ? "root" : expanded(splitList(runas.replace(/:.*/, "")), aliases).join(",");
  const what = splitList(commands).flatMap((command) => {
    const [, tags = "", name = ""] = /^((?:[A-Z_]+:\s*)*)(.*)$/s.exec(command) ?? [];
    return expanded([name], aliases).map((word, index) => (index === 0 ? `${tags}${word}` : word));
  });
  return { users: expanded(splitList(users), aliases), entry: `(${as}) ${what.join(", ")}` };
}
