import { defineFact } from "../fact.ts";
import {
  type GroupEntry,
  groupFact,
  hasLoginShell,
  type PasswdEntry,
  passwdFact,
} from "./accounts-passwd.ts";
import { sudoCommands } from "./accounts-sudo-rules.ts";
import { type Sudoers, sudoersFact } from "./accounts-sudoers.ts";

/** Accounts with a login shell that are root or become it by sudo. */
export const adminsFact = defineFact("admins", async (host): Promise<readonly PasswdEntry[]> => {
  const [users, groups, sudoers] = await Promise.all([
    host.fact(passwdFact),
    host.fact(groupFact),
    host.fact(sudoersFact),
  ]);
  return adminsOf(users, groups, sudoers);
});

/** Who of the users may become root. */
export function adminsOf(
  users: readonly PasswdEntry[],
  groups: readonly GroupEntry[],
  sudoers: Sudoers | null,
): PasswdEntry[] {
  const lines = sudoers?.files.flatMap((file) => file.lines.map(({ text }) => text)) ?? [];
  const subjects = expanded(lines.flatMap(subjectsOf), aliases(lines));
  return users.filter((user) => {
    if (!hasLoginShell(user)) return false;
    return user.uid === 0 || subjects.some((subject) => names(subject, user, groups));
  });
}

/** Whom a rule is for, if it gives commands of root. */
function subjectsOf(line: string): string[] {
  if (/^(Defaults|\w+_Alias\b|[@#]include)/.test(line) || !line.includes("=")) return [];
  if (!sudoCommands(line).some(({ asRoot, text }) => asRoot && text === "ALL")) return [];
  const list = /^((?:[^\s,]+\s*,\s*)*[^\s,]+)\s/.exec(line)?.[1] ?? "";
  return list.split(",").map((subject) => subject.trim());
}

function aliases(lines: readonly string[]): ReadonlyMap<string, string[]> {
  const found = lines.flatMap((line) => {
    const rest = /^User_Alias\s+(.*)$/.exec(line)?.[1];
    return rest === undefined ? [] : rest.split(/\s*:\s*/).map((part) => part.split("="));
  });
  return new Map(
    found.map(([name = "", list = ""]) => [name.trim(), list.split(",").map((user) => user.trim())]),
  );
}

function expanded(subjects: readonly string[], known: ReadonlyMap<string, string[]>): string[] {
  return subjects.flatMap((subject) => known.get(subject) ?? [subject]);
}

/** sudoers(5): a name, `#uid`, `%group`, `%#gid`, `ALL`. */
function names(subject: string, user: PasswdEntry, groups: readonly GroupEntry[]): boolean {
  if (subject === "ALL" || subject === user.name || subject === `#${user.uid}`) return true;
  if (!subject.startsWith("%")) return false;
  return groupsOf(user, groups).some(({ name, gid }) => subject === `%${name}` || subject === `%#${gid}`);
}

/** The groups that a user is in. */
export function groupsOf(user: PasswdEntry, groups: readonly GroupEntry[]): GroupEntry[] {
  return groups.filter(({ gid, members }) => gid === user.gid || members.includes(user.name));
}
