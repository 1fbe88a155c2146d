import type { EffectiveConfig } from "../../changes/services/sshd-effective.ts";
import { matchesPattern, matchesUser } from "../../ssh/patterns.ts";
import type { GroupEntry, PasswdEntry } from "./accounts-passwd.ts";
import { groupsOf } from "./sshd-admins.ts";

/** An address of documentation, which stands for everywhere (RFC 5737). */
const SOMEWHERE = { address: "192.0.2.1", isKnown: false, byName: false } as const;

/**
 * Whether AllowUsers, AllowGroups and their counterparts let a login try (sshd_config(5)). Hosts in patterns are taken
 * as met: no means that the login is shut out from everywhere.
 */
export function mayTry(user: PasswdEntry, values: EffectiveConfig, groups: readonly GroupEntry[]): boolean {
  const said = (pattern: string) => matchesUser(user.name, SOMEWHERE, pattern);
  const words = (keyword: string): string[] => (values.get(keyword) ?? []).flatMap((line) => line.split(" "));
  const own = groupsOf(user, groups).map(({ name }) => name);
  const inGroup = (pattern: string): boolean => own.some((name) => matchesPattern(name, pattern));
  const [users, allowedGroups] = [words("allowusers"), words("allowgroups")];
  const named = users.length === 0 || users.some((pattern) => said(pattern) !== "none");
  const grouped = allowedGroups.length === 0 || allowedGroups.some(inGroup);
  const denied =
    words("denyusers").some((pattern) => said(pattern) === "matches") || words("denygroups").some(inGroup);
  return named && grouped && !denied;
}
