import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import { admission } from "./admission.ts";
import { closed, NONE, type Obstacles, together, unsure } from "./obstacles.ts";
import type { Origin } from "./patterns.ts";
import type { PersonFacts, PersonWithKeys, Surroundings } from "./person.ts";
import { judgeKeys } from "./simulate-keys.ts";
import { judgeMethods } from "./simulate-methods.ts";
import type { SshPerson } from "./ssh.ts";
import { transportObstacle } from "./transport.ts";

/**
 * Whether a person gets in under a configuration, and by which ways: what sshd's auth.c, auth2.c and auth2-pubkey.c
 * decide, without asking anybody. Nothing is read here.
 * @param values what `sshd -T -C user=…` says for this person
 * @param address from where they come; it stands for everywhere when `around` does not know
 */
export function simulate(
  person: PersonWithKeys,
  values: EffectiveConfig,
  address: string,
  around: Surroundings,
): SshPerson {
  const { facts, keyFiles } = person;
  const isKnown = facts.isOperator && around.operatorAddress !== null;
  const origin: Origin = { address, isKnown, byName: effectiveValue(values, "usedns") === "yes" };
  const keys = judgeKeys(keyFiles, { values, now: around.now, origin, revoked: person.revoked });
  const door = together([
    admission(facts, values, origin),
    facts.isOperator ? around.reach.operator : around.reach.others,
    transportObstacle(values, around.hostKeyTypes),
    nologin(facts, values, around),
    ...(effectiveValue(values, "usepam") === "yes" ? [pamObstacle(facts, around)] : []),
    unsure(...around.doubts),
  ]);
  return {
    login: facts.name,
    uid: facts.uid,
    becomesRoot: facts.becomesRoot ?? "is root now",
    keys,
    hasPassword: facts.shadow?.password === "set",
    ...judgeMethods({ facts, keyFiles, revoked: person.revoked, keys, values, around }, door),
    isOperator: facts.isOperator,
  };
}

/** PAM's account rules count for whoever shows a key, too. */
function pamObstacle({ isShellListed, shell }: PersonFacts, { pam }: Surroundings): Obstacles {
  if (pam.refusesAll) return closed("PAM refuses every account (pam_deny)");
  return together([
    pam.isKnown ? NONE : unsure("what PAM's account rules say cannot be told"),
    pam.wantsListedShell && !isShellListed ? closed(`pam_shells: ${shell} is not in /etc/shells`) : NONE,
    unsure(...pam.gates.map((module) => `${module} may refuse by rules of its own`)),
  ]);
}

function nologin({ uid }: PersonFacts, values: EffectiveConfig, around: Surroundings): Obstacles {
  const heeded = effectiveValue(values, "usepam") !== "yes" || around.pam.heedsNologin;
  return around.nologin && heeded && uid !== 0 ? closed("/etc/nologin keeps everybody but root out") : NONE;
}
