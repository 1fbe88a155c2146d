import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import { closed, NONE, type Obstacles, together, unsure } from "./obstacles.ts";
import type { PersonWithKeys, Surroundings } from "./person.ts";
import type { AuthorizedKey } from "./ssh.ts";

interface Case extends PersonWithKeys {
  readonly keys: readonly AuthorizedKey[];
  readonly values: EffectiveConfig;
  readonly around: Surroundings;
}

/** By which ways somebody gets in, by which perhaps, and what closes the others. */
export interface Ways {
  readonly ways: readonly string[];
  readonly unsure: readonly string[];
  readonly hindrances: readonly string[];
}

/** Whoever owns a key file decides how many there are. */
const MOST_REASONS = 8;

/** By which ways somebody is let in. @param door what stands in the way whatever they show */
export function judgeMethods(person: Case, door: Obstacles): Ways {
  const methods: ReadonlyMap<string, Obstacles> = new Map([
    ["publickey", publicKeyObstacle(person)],
    ["password", passwordObstacle(person)],
    ["keyboard-interactive", interactiveObstacle(person)],
  ]);
  const judged = alternatives(person.values).map((needed) => ({
    way: needed.join(","),
    obstacles: together([
      door,
      ...needed.map((method) => methods.get(method) ?? closed(method)),
      ...enough(needed, person),
    ]),
  }));
  const open = judged.filter(({ obstacles }) => obstacles.closed.length === 0);
  const reasons = [...methods].flatMap(([method, { closed: why }]) =>
    why.map((text) => `${method}: ${text}`),
  );
  return {
    ways: open.filter(({ obstacles }) => obstacles.unsure.length === 0).map(({ way }) => way),
    unsure: open
      .filter(({ obstacles }) => obstacles.unsure.length > 0)
      .map(({ way, obstacles }) => `${way}: ${limited(obstacles.unsure).join("; ")}`),
    hindrances: [...door.closed, ...reasons, ...stalePassword(person, door)],
  };
}

/** It closes nothing to who knows it, but they have to know it. */
function stalePassword({ facts: { shadow } }: Case, door: Obstacles): string[] {
  return shadow?.stale && shadow.password === "set" && door.closed.length === 0 ? [shadow.stale] : [];
}

/** AuthenticationMethods: lists of methods that are all needed; `any`: each alone. */
function alternatives(values: EffectiveConfig): string[][] {
  const lists = effectiveValue(values, "authenticationmethods") || "any";
  if (lists === "any") return [["publickey"], ["password"], ["keyboard-interactive"]];
  // `keyboard-interactive:pam` names the device; others than PAM's are built into no Linux sshd.
  return lists.split(" ").map((list) => list.split(",").map((method) => method.replace(/:pam$/, "")));
}

/** `publickey,publickey` wants two different keys. */
function enough(needed: readonly string[], { keys }: Case): Obstacles[] {
  const wanted = needed.filter((method) => method === "publickey").length;
  if (wanted < 2) return [];
  const count = (isMeant: (key: AuthorizedKey) => boolean): number =>
    new Set(keys.filter((key) => key.unusable === null && isMeant(key)).map(({ fingerprint }) => fingerprint))
      .size;
  if (count(({ doubt }) => doubt === null) >= wanted) return [];
  const text = `${wanted} different keys are wanted`;
  return [count(() => true) >= wanted ? unsure(text) : closed(text)];
}

function publicKeyObstacle({ facts, keys, keyFiles, values }: Case): Obstacles {
  if (effectiveValue(values, "pubkeyauthentication") === "no") return closed("PubkeyAuthentication no");
  const root = rootProblem(facts.uid, values, "publickey");
  if (root !== null) return closed(root);
  const usable = keys.filter(({ unusable }) => unusable === null);
  if (usable.some(({ doubt }) => doubt === null)) return NONE;
  const doubts = [...usable.map((key) => `${key.file}:${key.line}: ${key.doubt}`), ...otherKeys(values)];
  if (doubts.length > 0) return unsure(...doubts);
  const unreadable = keyFiles.flatMap(({ path, unreadable: why }) =>
    why === null ? [] : [`${path}: ${why}`],
  );
  const reasons = [...unreadable, ...keys.map(({ file, line, unusable }) => `${file}:${line}: ${unusable}`)];
  return closed(...(reasons.length === 0 ? ["no key"] : limited(reasons)));
}

/** Keys that castellan does not see. */
function otherKeys(values: EffectiveConfig): string[] {
  const value = (keyword: string): string => effectiveValue(values, keyword);
  const isSet = (keyword: string): boolean => !["", "none"].includes(value(keyword));
  return [
    ...(isSet("authorizedkeyscommand") ? [`keys of ${value("authorizedkeyscommand")} cannot be known`] : []),
    ...(isSet("trustedusercakeys") ? [`certificates of ${value("trustedusercakeys")} cannot be known`] : []),
  ];
}

function limited(reasons: readonly string[]): string[] {
  const more = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])];
}

function passwordObstacle({ facts, values, around }: Case): Obstacles {
  if (effectiveValue(values, "passwordauthentication") === "no") return closed("PasswordAuthentication no");
  return secretObstacle(facts, values, around, "password");
}

function interactiveObstacle({ facts, values, around }: Case): Obstacles {
  if (effectiveValue(values, "kbdinteractiveauthentication") === "no") {
    return closed("KbdInteractiveAuthentication no");
  }
  if (effectiveValue(values, "usepam") !== "yes") return closed("UsePAM no: nothing asks");
  return secretObstacle(facts, values, around, "keyboard-interactive");
}

/** What both ways with a password need: root may, there is one, PAM asks for it and for nothing else. */
function secretObstacle(
  { name, uid, shadow, hasFailures }: Case["facts"],
  values: EffectiveConfig,
  { pam }: Surroundings,
  method: string,
): Obstacles {
  const root = rootProblem(uid, values, method);
  if (root !== null) return closed(root);
  const usesPam = effectiveValue(values, "usepam") === "yes";
  if (usesPam && pam.takesPasswords === false) return closed("PAM takes no password");
  const own = ownPassword(shadow, effectiveValue(values, "permitemptypasswords") === "yes", usesPam);
  if (!usesPam || own.closed.length > 0) return own;
  return together([
    own,
    ...(pam.takesPasswords === null ? [unsure("what PAM would ask cannot be told")] : []),
    ...pam.secondFactors.map((module) => unsure(`${module} asks for a code`)),
    ...pam.authGates.map((module) => unsure(`${module} may refuse by rules of its own`)),
    ...(pam.countsFailures && hasFailures ? [unsure(`pam_faillock has failures of ${name} on record`)] : []),
  ]);
}

function ownPassword(shadow: Case["facts"]["shadow"], permitsEmpty: boolean, usesPam: boolean): Obstacles {
  switch (shadow?.password) {
    case undefined:
      return unsure("whether there is a password cannot be told");
    case "set":
      return NONE;
    case "empty":
      if (!permitsEmpty) return closed("the password is empty");
      return usesPam ? unsure("PAM may refuse an empty password") : NONE;
    case "locked":
      return closed("the password is locked");
    case "none":
      return closed("no password");
  }
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
