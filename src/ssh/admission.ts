import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import { closed, NONE, type Obstacles, together, unsure } from "./obstacles.ts";
import { matchesPattern, matchesUser, type Origin } from "./patterns.ts";
import type { PersonFacts } from "./person.ts";

/**
 * Why sshd refuses a login whatever it shows: allowed_user of OpenSSH's auth.c (DenyUsers, AllowUsers, DenyGroups,
 * AllowGroups in this order), the account's own state, and what runs instead of a shell.
 */
export function admission(facts: PersonFacts, values: EffectiveConfig, origin: Origin): Obstacles {
  return together([
    accountObstacle(facts, values),
    shellObstacle(facts),
    listObstacle(facts, values, origin),
    commandObstacle(values),
  ]);
}

function accountObstacle({ shadow, name }: PersonFacts, values: EffectiveConfig): Obstacles {
  const usesPam = effectiveValue(values, "usepam") === "yes";
  if (shadow === null) {
    return usesPam ? unsure("/etc/shadow does not tell whether the account is open") : NONE;
  }
  if (shadow.closed !== null) return closed(shadow.closed);
  if (!usesPam) return shadow.isLocked ? closed(`${name} is locked (!), and UsePAM is off`) : NONE;
  // PAM lets nobody in before it is changed, and asks for the old one first (pam_unix(8)).
  return shadow.stale !== null && shadow.password !== "set"
    ? closed(`${shadow.stale}, and there is none that could be given`)
    : NONE;
}

function shellObstacle({ shellProblem, shellDoubt }: PersonFacts): Obstacles {
  if (shellProblem !== null) return closed(shellProblem);
  return shellDoubt === null ? NONE : unsure(shellDoubt);
}

function listObstacle(facts: PersonFacts, values: EffectiveConfig, origin: Origin): Obstacles {
  const list = (keyword: string): readonly string[] => values.get(keyword) ?? [];
  const { name, groups } = facts;
  const users = (keyword: string) =>
    list(keyword).map((pattern) => ({ pattern, verdict: matchesUser(name, origin, pattern) }));
  const group = (pattern: string): boolean => groups.some((own) => matchesPattern(own, pattern));
  const [deny, allow] = [users("denyusers"), users("allowusers")];
  const denied = deny.find(({ verdict }) => verdict === "matches");
  if (denied !== undefined) return closed(`DenyUsers ${denied.pattern}`);
  const elsewhere = allow.filter(({ verdict }) => verdict === "elsewhere");
  const isAllowed = allow.length === 0 || allow.some(({ verdict }) => verdict === "matches");
  if (!isAllowed && elsewhere.length === 0) return closed(`AllowUsers leaves ${name} out`);
  const deniedGroup = list("denygroups").find(group);
  if (deniedGroup !== undefined) return closed(`DenyGroups ${deniedGroup}`);
  const allowed = list("allowgroups");
  if (allowed.length > 0 && !allowed.some(group)) return closed(`AllowGroups leaves ${name} out`);
  return together([
    ...(isAllowed ? [] : elsewhere.map(({ pattern }) => unsure(`AllowUsers ${pattern}: only from there`))),
    ...deny
      .filter(({ verdict }) => verdict === "elsewhere")
      .map(({ pattern }) => unsure(`DenyUsers ${pattern}: not from there`)),
  ]);
}

/** What runs instead of a shell, or none at all. */
function commandObstacle(values: EffectiveConfig): Obstacles {
  const value = (keyword: string): string => effectiveValue(values, keyword);
  const isSet = (keyword: string): boolean => !["", "none"].includes(value(keyword));
  if (isSet("chrootdirectory"))
    return closed(`ChrootDirectory ${value("chrootdirectory")} holds no way to root`);
  if (value("maxsessions") === "0") return closed("MaxSessions 0 opens no shell");
  if (value("maxauthtries") === "0") return closed("MaxAuthTries 0 lets nobody try");
  if (!isSet("forcecommand")) return NONE;
  const forced = value("forcecommand");
  return /^(internal-sftp|\S*\/sftp-server|\S*\/(nologin|false))(\s|$)/.test(forced)
    ? closed(`ForceCommand ${forced} runs instead of a shell`)
    : unsure(`ForceCommand ${forced} runs instead of the shell`);
}
