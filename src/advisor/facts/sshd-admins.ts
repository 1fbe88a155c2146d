import { readSudoers, type Sudoers } from "../../ssh/sudoers.ts";
import { defineFact } from "../fact.ts";
import {
  type GroupEntry,
  groupFact,
  hasLoginShell,
  type PasswdEntry,
  passwdFact,
} from "./accounts-passwd.ts";
import { readThrough } from "./read-through.ts";

/** Accounts with a login shell that are root or become it by sudo. */
export const adminsFact = defineFact("admins", async (host): Promise<readonly PasswdEntry[]> => {
  const [users, groups, sudoers] = await Promise.all([
    host.fact(passwdFact),
    host.fact(groupFact),
    readThrough(host, readSudoers),
  ]);
  return users.filter((user) => hasLoginShell(user) && becomesRoot(user, groups, sudoers));
});

function becomesRoot(user: PasswdEntry, groups: readonly GroupEntry[], sudoers: Sudoers | null): boolean {
  const own = groupsOf(user, groups).map(({ name }) => name);
  return user.uid === 0 || (sudoers !== null && sudoers.grantFor(user.name, user.uid, own) !== null);
}

/** The groups that a user is in. */
export function groupsOf(user: PasswdEntry, groups: readonly GroupEntry[]): GroupEntry[] {
  return groups.filter(({ gid, members }) => gid === user.gid || members.includes(user.name));
}
