import { CastellanError } from "../errors.ts";
import { lengthOf } from "./password-text.ts";
import type { PasswordPolicy, PasswordPreset } from "./types.ts";

export const PASSWORD_POLICY_KEY = "policy.password";

/** `classic`: what panels ask for. `nist`: SP 800-63B-4, long and free of composition rules. */
export const PASSWORD_PRESETS: Readonly<Record<PasswordPreset, PasswordPolicy>> = {
  classic: {
    minLength: 8,
    minLengthWithSecondFactor: 8,
    upper: true,
    lower: true,
    digit: true,
    special: true,
    blocklist: true,
  },
  nist: {
    minLength: 15,
    minLengthWithSecondFactor: 8,
    upper: false,
    lower: false,
    digit: false,
    special: false,
    blocklist: true,
  },
};

/** The preset that a policy is, or null when somebody edited it. */
export function presetOf(policy: PasswordPolicy): PasswordPreset | null {
  for (const preset of ["classic", "nist"] as const) {
    const fields = Object.entries(PASSWORD_PRESETS[preset]);
    if (fields.every(([field, value]) => policy[field as keyof PasswordPolicy] === value)) return preset;
  }
  return null;
}

const SHORTEST = 8;
const LONGEST = 128;

/**
 * The policy after a change, checked. A `minLength` that was set below the other length takes that with it.
 * @throws CastellanError `invalid_input`
 */
export function changedPasswordPolicy(
  old: PasswordPolicy,
  change: Partial<PasswordPolicy> | { readonly preset: PasswordPreset },
): PasswordPolicy {
  if ("preset" in change) {
    if (Object.hasOwn(PASSWORD_PRESETS, change.preset)) return PASSWORD_PRESETS[change.preset];
    throw new CastellanError("invalid_input", "there is no such preset", "use classic or nist");
  }
  const next: Record<string, unknown> = { ...old };
  for (const [field, value] of Object.entries(change)) {
    if (value === undefined) continue;
    assertField(field, value, old);
    next[field] = value;
  }
  const policy = next as unknown as PasswordPolicy;
  if (change.minLengthWithSecondFactor === undefined) {
    const shorter = Math.min(policy.minLength, policy.minLengthWithSecondFactor);
    return { ...policy, minLengthWithSecondFactor: followsMinLength(old) ? policy.minLength : shorter };
  }
  if (policy.minLengthWithSecondFactor > policy.minLength) {
    throw new CastellanError(
      "invalid_input",
      "the length with a second factor cannot be above the length without one",
      "lower it, or raise minLength",
    );
  }
  return policy;
}

/** Until somebody sets them apart, both lengths are one. */
function followsMinLength(policy: PasswordPolicy): boolean {
  return policy.minLength === policy.minLengthWithSecondFactor;
}

function assertField(field: string, value: unknown, old: PasswordPolicy): void {
  const known = Object.hasOwn(old, field) ? old[field as keyof PasswordPolicy] : undefined;
  if (known === undefined) {
    throw new CastellanError("invalid_input", `a password policy has no field ${field}`, fieldHint(old));
  }
  if (typeof value !== typeof known) {
    throw new CastellanError("invalid_input", `${field} must be a ${typeof known}`, fieldHint(old));
  }
  if (typeof value !== "number") return;
  if (!Number.isSafeInteger(value) || value < SHORTEST || value > LONGEST) {
    throw new CastellanError(
      "invalid_input",
      `${field} must be a whole number from ${SHORTEST} to ${LONGEST}`,
      "8 is the least that SP 800-63B allows",
    );
  }
}

function fieldHint(policy: PasswordPolicy): string {
  return `fields: ${Object.keys(policy).join(", ")}`;
}

/** What the password lacks, in words for its user. `password` is normalised. */
export function policyProblems(policy: PasswordPolicy, password: string, secondFactor: boolean): string[] {
  const least = secondFactor ? policy.minLengthWithSecondFactor : policy.minLength;
  const problems: string[] = [];
  if (lengthOf(password) < least) problems.push(`it must have at least ${least} characters`);
  if (policy.upper && !/\p{Lu}/u.test(password)) problems.push("it must have a capital letter");
  if (policy.lower && !/\p{Ll}/u.test(password)) problems.push("it must have a small letter");
  if (policy.digit && !/\p{Nd}/u.test(password)) problems.push("it must have a digit");
  if (policy.special && !/[^\p{L}\p{N}]/u.test(password)) problems.push("it must have a special character");
  return problems;
}
