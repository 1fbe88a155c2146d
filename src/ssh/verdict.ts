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
  if (!after.some(canRescue)) {
    const out = after.map((person) => `${person.login} (${reasonOf(person)})`).join(", ");
    refusals.push(`nobody who can become root would get in any more: ${out || "there is nobody"}`);
  }
  const operator = shutOutOperator(comparison);
  if (operator !== null) {
    refusals.push(`you are signed in as ${operator.login} and would be shut out: ${reasonOf(operator)}`);
  }
  return refusals;
}

/** The operator, if they came by ssh and the change closes what let them in. */
function shutOutOperator({ before, after, operator }: Comparison): SshPerson | null {
  if (operator.connection === null && operator.address === null) return null;
  const next = after.find(({ isOperator }) => isOperator);
  const now = before.find(({ isOperator }) => isOperator);
  if (next === undefined || next.ways.length > 0) return null;
  // They are in by a way that cannot be followed here (a certificate): only a new hindrance tells that it closes.
  const isNew = next.hindrances.some((hindrance) => now?.hindrances.includes(hindrance) !== true);
  return (now?.ways.length ?? 0) > 0 || isNew ? next : null;
}

function reasonOf({ hindrances, ways, becomesRoot }: SshPerson): string {
  if (ways.length > 0) return becomesRoot;
  return hindrances.slice(0, 4).join("; ") || "no way in";
}
