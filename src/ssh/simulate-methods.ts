import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import type { PersonWithKeys, Surroundings } from "./person.ts";
import type { AuthorizedKey } from "./ssh.ts";

interface Case extends PersonWithKeys {
  readonly keys: readonly AuthorizedKey[];
  readonly values: EffectiveConfig;
  readonly around: Surroundings;
}

/** Whoever owns a key file decides how many there are. */
const MOST_REASONS = 8;

/** Why a method does not let somebody in; empty: it does. */
type Reasons = readonly string[];

/** By which ways somebody is let in who may try, and what closes the others. */
export function judgeMethods(person: Case): { ways: string[]; hindrances: string[] } {
  const methods: ReadonlyMap<string, Reasons> = new Map([
    ["publickey", publicKeyProblems(person)],
    ["password", passwordProblems(person)],
    ["keyboard-interactive", interactiveProblems(person)],
  ]);
  const ways = alternatives(person.values).filter((methodsNeeded) => isOpen(methodsNeeded, methods, person));
  const closed = [...methods].flatMap(([method, reasons]) => reasons.map((reason) => `${method}: ${reason}`));
  return { ways: ways.map((way) => way.join(",")), hindrances: [...closed, ...remarks(person)] };
}

/** AuthenticationMethods: lists of methods that are all needed; `any`: each alone. */
function alternatives(values: EffectiveConfig): string[][] {
  const lists = effectiveValue(values, "authenticationmethods") || "any";
  if (lists === "any") return [["publickey"], ["password"], ["keyboard-interactive"]];
  // `keyboard-interactive:pam` names the device.
  return lists.split(" ").map((list) => list.split(",").map((method) => method.replace(/:.*/, "")));
}

function isOpen(needed: readonly string[], methods: ReadonlyMap<string, Reasons>, person: Case): boolean {
  const usable = new Set(person.keys.filter((key) => key.unusable === null).map((key) => key.fingerprint));
  // `publickey,publickey` wants two different keys.
  const keysNeeded = needed.filter((method) => method === "publickey").length;
  return (
    keysNeeded <= Math.max(usable.size, 1) && needed.every((method) => methods.get(method)?.length === 0)
  );
}

function publicKeyProblems({ facts, keys, keyFiles, values }: Case): string[] {
  if (effectiveValue(values, "pubkeyauthentication") === "no") return ["PubkeyAuthentication no"];
  const root = rootProblem(facts.uid, values, "publickey");
  if (root !== null) return [root];
  if (keys.some(({ unusable }) => unusable === null)) return [];
  const unreadable = keyFiles.flatMap(({ path, unreadable }) =>
    unreadable === null ? [] : [`${path}: ${unreadable}`],
  );
  const unusable = keys.map(({ file, line, unusable }) => `${file}:${line}: ${unusable}`);
  const reasons = [...unreadable, ...unusable];
  if (reasons.length === 0) return ["no key"];
  const more = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} keys more`] : [])];
}

function passwordProblems({ facts, values, around }: Case): string[] {
  if (effectiveValue(values, "passwordauthentication") === "no") return ["PasswordAuthentication no"];
  return secretProblems(facts, values, around, "password");
}

function interactiveProblems({ facts, values, around }: Case): string[] {
  if (effectiveValue(values, "kbdinteractiveauthentication") === "no") {
    return ["KbdInteractiveAuthentication no"];
  }
  if (effectiveValue(values, "usepam") === "no") return ["UsePAM no: nothing asks"];
  return secretProblems(facts, values, around, "keyboard-interactive");
}

/** What both ways with a password need: root may, PAM asks, there is one. */
function secretProblems(
  { uid, shadow }: Case["facts"],
  values: EffectiveConfig,
  { pam }: Surroundings,
  method: string,
): string[] {
  const root = rootProblem(uid, values, method);
  if (root !== null) return [root];
  if (effectiveValue(values, "usepam") !== "no" && pam.takesPasswords !== true) {
    return [pam.takesPasswords === false ? "PAM takes no password" : "what PAM would ask cannot be told"];
  }
  if (shadow === null) return ["whether there is a password cannot be told"];
  if (shadow.password === "empty") {
    return effectiveValue(values, "permitemptypasswords") === "yes" ? [] : ["the password is empty"];
  }
  return shadow.password === "set"
    ? []
    : [shadow.password === "locked" ? "the password is locked" : "no password"];
}

/** PermitRootLogin: auth_root_allowed of auth.c. Keys with a forced command are no way to a shell. */
function rootProblem(uid: number, values: EffectiveConfig, method: string): string | null {
  if (uid !== 0) return null;
  const permit = effectiveValue(values, "permitrootlogin");
  const allowed = permit === "yes" || (isKeyOnly(permit) && method === "publickey");
  return allowed ? null : `PermitRootLogin ${permit === "without-password" ? "prohibit-password" : permit}`;
}

function isKeyOnly(permit: string): boolean {
  return permit === "prohibit-password" || permit === "without-password";
}

/** What may let in or hinder without castellan being able to tell. */
function remarks({ facts, values, around, keys }: Case): string[] {
  const value = (keyword: string): string => effectiveValue(values, keyword);
  const isSet = (keyword: string): boolean => !["", "none"].includes(value(keyword));
  const found: string[] = [];
  if (isSet("authorizedkeyscommand")) {
    found.push(`further keys may come from ${value("authorizedkeyscommand")}: which ones cannot be known`);
  }
  if (isSet("trustedusercakeys")) found.push("certificates may let in: which ones cannot be known");
  if (isSet("revokedkeys")) found.push(`${value("revokedkeys")} may revoke a key`);
  if (isSet("forcecommand")) found.push(`ForceCommand ${value("forcecommand")} runs instead of the shell`);
  if (value("usepam") === "yes") {
    for (const module of around.pam.secondFactors) found.push(`${module} asks for a code with a password`);
    for (const module of around.pam.gates)
      found.push(`${module} may refuse: its rules are not followed here`);
  }
  const tied = keys.filter(({ options }) => options.some((option) => /^from=/i.test(option)));
  if (tied.length > 0 && !facts.isOperator)
    found.push(`${tied.length} of ${keys.length} keys only from some addresses`);
  if (facts.shadow?.stale) found.push(facts.shadow.stale);
  return found;
}
