import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import { admission } from "./admission.ts";
import type { PersonWithKeys, Surroundings } from "./person.ts";
import { judgeKeys } from "./simulate-keys.ts";
import { judgeMethods } from "./simulate-methods.ts";
import type { SshPerson } from "./ssh.ts";

/**
 * Whether a person gets in under a configuration, and by which ways: what sshd's auth.c, auth2.c and auth2-pubkey.c
 * decide, without asking anybody. Nothing is read here.
 * @param values what `sshd -T -C user=…` says for this person
 */
export function simulate(
  { facts, keyFiles }: PersonWithKeys,
  values: EffectiveConfig,
  around: Surroundings,
): SshPerson {
  const address = facts.isOperator ? around.operatorAddress : null;
  const keys = judgeKeys(keyFiles, { values, now: around.now, address });
  const barred = [
    ...admission(facts, values, address),
    ...portProblem(around),
    ...nologin(facts, values, around),
  ];
  const { ways, hindrances } = judgeMethods({ facts, keyFiles, keys, values, around });
  return {
    login: facts.name,
    uid: facts.uid,
    becomesRoot: facts.becomesRoot ?? "is root now",
    keys,
    hasPassword: facts.shadow?.password === "set",
    ways: barred.length > 0 ? [] : ways,
    hindrances: [...barred, ...hindrances],
    isOperator: facts.isOperator,
  };
}

function portProblem({ ports, closedPorts }: Surroundings): string[] {
  const open = ports.filter((port) => !closedPorts.includes(port));
  if (ports.length === 0) return ["sshd listens nowhere"];
  return open.length === 0 ? [`the packet filter closes port ${ports.join(", ")}`] : [];
}

function nologin({ uid }: PersonWithKeys["facts"], values: EffectiveConfig, around: Surroundings): string[] {
  const heeded = effectiveValue(values, "usepam") !== "yes" || around.pam.heedsNologin;
  return around.nologin && heeded && uid !== 0 ? ["/etc/nologin keeps everybody but root out"] : [];
}
