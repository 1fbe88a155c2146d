import { readMailSettings, setMailSettings } from "../../src/accounts/mail-settings.ts";
import { presetOf } from "../../src/accounts/password-policy.ts";
import type { Account, PasswordPolicy } from "../../src/accounts/types.ts";
import type { Castellan } from "../../src/castellan.ts";
import type { Actor } from "../../src/host/actor.ts";
import { plural } from "../../src/terminal/format.ts";
import { rolesInScope } from "../../src/twofactor/policy.ts";
import type { TwoFactorPolicy } from "../../src/twofactor/types.ts";
import { readRetention, setRetention } from "../../src/watch/retain.ts";
import { minutesText, type PolicyField, type PolicyValues } from "./field.ts";
import { FIELDS } from "./fields.ts";

/** The policies, by the names that `castellan policy` has for them. */
export type SectionId = keyof typeof FIELDS;

/** A policy: what it is, how it is read, summed up and changed. */
export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly about: string;
  readonly fields: readonly PolicyField[];
  readonly read: (castellan: Castellan) => Promise<PolicyValues>;
  /** The one thing to know of it, in a few words. */
  readonly summary: (values: PolicyValues) => string;
  /**
   * What a change brings about that its values do not tell, before it is saved.
   * @param unproven active accounts without a second factor
   */
  readonly effect?: (
    change: PolicyValues,
    before: PolicyValues,
    unproven: readonly Account[],
  ) => readonly string[];
  readonly write: (castellan: Castellan, actor: Actor, change: PolicyValues) => Promise<unknown>;
}

/** Policies are plain records of values; the core checks what is written. */
const values = (policy: object): PolicyValues => ({ ...policy }) as PolicyValues;

export const SECTIONS: readonly Section[] = [
  {
    id: "2fa",
    title: "Second factor",
    about:
      "Whom castellan wants to have a second factor. Without a date there is a banner; from the date on it is required.",
    fields: FIELDS["2fa"],
    read: async ({ twoFactor }) => values(await twoFactor.policy()),
    summary: ({ enforce }) => ENFORCED[String(enforce)] ?? String(enforce),
    effect: factorEffect,
    write: ({ twoFactor }, actor, change) => twoFactor.setPolicy(actor, change),
  },
  {
    id: "password",
    title: "Passwords",
    about: "What a new password must be. Passwords that are there stay; the next change follows the policy.",
    fields: FIELDS.password,
    read: async ({ accounts }) => values(await accounts.passwordPolicy()),
    summary: (policy) => {
      const preset = presetOf(policy as unknown as PasswordPolicy);
      return `${preset === null ? "own" : preset === "nist" ? "NIST" : preset}, ${policy["minLength"]}+`;
    },
    write: ({ accounts }, actor, change) =>
      accounts.setPasswordPolicy(actor, change as Partial<PasswordPolicy>),
  },
  {
    id: "lockout",
    title: "Login protection",
    about: "When an address is locked out, for how long, and how that grows when it comes back.",
    fields: FIELDS.lockout,
    read: async ({ lockouts }) => values(await lockouts.policy()),
    summary: ({ enabled, attempts, windowMinutes }) =>
      enabled === true ? `${attempts} in ${minutesText(Number(windowMinutes))}` : "off",
    effect: ({ enabled }) => (enabled === false ? ["Nobody is locked out automatically any more."] : []),
    write: ({ lockouts }, actor, change) => lockouts.setPolicy(actor, change),
  },
  {
    id: "retention",
    title: "Retention",
    about: "How long attempts and audit rows are kept. What is cut from the audit log leaves a signed mark.",
    fields: FIELDS.retention,
    read: async ({ database }) => values(await readRetention(database.db)),
    summary: ({ attemptDays }) => plural(Number(attemptDays), "day"),
    write: (castellan, actor, change) => setRetention(castellan, actor, change),
  },
  {
    id: "notices",
    title: "Notices",
    about: "The mail server that takes notices about passwords and second factors. Without one they wait.",
    fields: FIELDS.notices,
    read: async ({ database }) => values(await readMailSettings(database.db)),
    summary: ({ host, from }) => (host === null || from === null ? "off" : String(host)),
    write: (castellan, actor, change) => setMailSettings(castellan, actor, change),
  },
];

const ENFORCED: Readonly<Record<string, string>> = {
  disabled: "nobody",
  admins: "admins",
  admins_resellers: "admins, resellers",
  all: "everybody",
};

const NAMED = 5;

/** Who would be asked for a second factor and has none, by name. */
function factorEffect(change: PolicyValues, before: PolicyValues, unproven: readonly Account[]): string[] {
  const next = { ...before, ...change } as unknown as TwoFactorPolicy;
  const roles = rolesInScope(next);
  const wanted = unproven.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  if (roles.length === 0) return ["Nobody is asked for a second factor any more."];
  if (wanted.length === 0) return ["Every account that it wants has a second factor already."];
  const names = wanted.slice(0, NAMED).join(", ");
  const more = wanted.length > NAMED ? ` and ${wanted.length - NAMED} more` : "";
  const until =
    next.requiredFrom === null ? "" : " From the date on it is REQUIRED of them, not only wanted.";
  return [`${plural(wanted.length, "account")} without one: ${names}${more}. A banner says so.${until}`];
}
