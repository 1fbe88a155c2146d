import type { SshOperator, SshPerson } from "./ssh.ts";

/** Who gets in before and after a change. */
export interface Comparison {
  readonly before: readonly SshPerson[];
  readonly after: readonly SshPerson[];
  readonly operator: SshOperator;
}

/** Somebody who gets in and can become root: the reason why a host is not lost. */
export function canRescue({ ways, becomesRoot }: SshPerson): boolean {
  return ways.length > 0 && becomesRoot !== "sudo, but has no password";
}

/** Who gets in now and would not any more. */
export function lostLogins({ before, after }: Pick<Comparison, "before" | "after">): string[] {
  const stillIn = new Set(after.filter(({ ways }) => ways.length > 0).map(({ login }) => login));
  return before.filter(({ login, ways }) => ways.length > 0 && !stillIn.has(login)).map(({ login }) => login);
}

/** Why a change would lock out; empty: it would not. Names everybody who is shut out, with the reason. */
export function lockoutRefusals(comparison: Comparison): string[] {
  const { after } = comparison;
  const refusals: string[] = [];
  if (!after.some(canRescue) && !leavesUnsureWays(comparison)) {
    const out = after.map((person) => `${person.login} (${reasonOf(person)})`).join(", ");
    refusals.push(`nobody who can become root would get in any more: ${out || "there is nobody"}`);
  }
  const operator = shutOutOperator(comparison);
  if (operator !== null) {
    refusals.push(`you are signed in as ${operator.login} and would be shut out: ${reasonOf(operator)}`);
  }
  return refusals;
}

/**
 * Whether the operator is in by a way that castellan cannot follow (a certificate, rules of PAM's), nobody else was
 * certain to get in before, and the change leaves that way as it is: then their own connection is the proof.
 */
export function leavesUnsureWays({ before, after, operator }: Comparison): boolean {
  if (operator.connection === null || before.some(canRescue)) return false;
  const [now, next] = [before, after].map((people) => people.find(({ isOperator }) => isOperator));
  return now !== undefined && next !== undefined && keepsUnsureWay(now, next);
}

function keepsUnsureWay(now: SshPerson, next: SshPerson): boolean {
  return now.unsure.length > 0 && now.unsure.every((way) => next.unsure.includes(way));
}

/** The operator, if they came by ssh and the change closes what let them in. */
function shutOutOperator({ before, after, operator }: Comparison): SshPerson | null {
  if (operator.connection === null && operator.address === null) return null;
  const next = after.find(({ isOperator }) => isOperator);
  const now = before.find(({ isOperator }) => isOperator);
  if (next === undefined || next.ways.length > 0) return null;
  if (now === undefined || now.ways.length > 0) return next;
  if (now.unsure.length > 0) return keepsUnsureWay(now, next) ? null : next;
  // They are in by a way that is not known at all: only a new hindrance tells that it closes.
  return next.hindrances.some((hindrance) => !now.hindrances.includes(hindrance)) ? next : null;
}

function reasonOf({ hindrances, unsure, ways, becomesRoot }: SshPerson): string {
  if (ways.length > 0) return becomesRoot;
  const reasons = [...unsure.map((way) => `not known: ${way}`), ...hindrances];
  return reasons.slice(0, 4).join("; ") || "no way in";
}
