import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import { matchesPattern, matchesUser } from "./patterns.ts";
import type { PersonFacts } from "./person.ts";

/**
 * Why sshd or PAM refuse a login whatever it shows: allowed_user of OpenSSH's auth.c (DenyUsers, AllowUsers,
 * DenyGroups, AllowGroups in this order), the account's own state, and what runs instead of a shell.
 */
export function admission(facts: PersonFacts, values: EffectiveConfig, address: string | null): string[] {
  const reasons = [
    accountProblem(facts, values),
    facts.shellProblem,
    listProblem(facts, values, address),
    commandProblem(values),
  ];
  return reasons.filter((reason) => reason !== null);
}

function accountProblem({ shadow, name }: PersonFacts, values: EffectiveConfig): string | null {
  if (shadow?.closed) return shadow.closed;
  const withoutPam = effectiveValue(values, "usepam") === "no";
  return withoutPam && shadow?.password === "locked" ? `${name} is locked (!), and UsePAM is off` : null;
}

function listProblem(facts: PersonFacts, values: EffectiveConfig, address: string | null): string | null {
  const list = (keyword: string): readonly string[] => values.get(keyword) ?? [];
  const { name, groups } = facts;
  const user = (pattern: string) => matchesUser(name, address, pattern);
  const group = (pattern: string): boolean => groups.some((own) => matchesPattern(own, pattern));
  const denied = list("denyusers").find((pattern) => user(pattern) === "matches");
  if (denied !== undefined) return `DenyUsers ${denied}`;
  const users = list("allowusers");
  if (users.length > 0 && users.every((pattern) => user(pattern) === "none")) {
    return `AllowUsers leaves ${name} out`;
  }
  const deniedGroup = list("denygroups").find(group);
  if (deniedGroup !== undefined) return `DenyGroups ${deniedGroup}`;
  const allowed = list("allowgroups");
  return allowed.length > 0 && !allowed.some(group) ? `AllowGroups leaves ${name} out` : null;
}

/** A forced command that is no shell. Another one may be a wrapper around the shell. */
function commandProblem(values: EffectiveConfig): string | null {
  const forced = effectiveValue(values, "forcecommand");
  return /^(internal-sftp|\S*\/sftp-server|\S*\/(nologin|false))(\s|$)/.test(forced)
    ? `ForceCommand ${forced} runs instead of a shell`
    : null;
}
