import type { OsLogin } from "../host/passwd.ts";

/** A group of group(5). */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Parses group(5). */
export function parseGroups(text: string): Group[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.split(":");
    if (name === "" || !/^\d+$/.test(gid)) return [];
    return [{ name, gid: Number(gid), members: members.split(",").filter((member) => member !== "") }];
  });
}

/** The groups of a login. Of several with one number only the first has a name for sshd (getgrgid(3)). */
export function groupsOf(login: OsLogin, groups: readonly Group[]): Group[] {
  const gids = groups
    .filter(({ gid, members }) => gid === login.gid || members.includes(login.name))
    .map(({ gid }) => gid);
  return [...new Set(gids)].flatMap((gid) => groups.find((group) => group.gid === gid) ?? []);
}

/**
 * Groups that nobody else is in: Debian's sshd forgives that they may write (secure_permissions of its patch
 * user-group-modes). By number; `true`: also where the file is root's.
 */
export function privateGroups(
  login: OsLogin,
  logins: readonly OsLogin[],
  groups: readonly Group[],
): Map<number, boolean> {
  const found = new Map<number, boolean>();
  for (const { gid, members } of groupsOf(login, groups)) {
    const isOthers = logins.some((other) => other.gid === gid && other.uid !== login.uid);
    const isNamed = members.length === 1 && members[0] === login.name;
    if (!isOthers && (members.length === 0 || isNamed)) found.set(gid, !isNamed);
  }
  return found;
}
