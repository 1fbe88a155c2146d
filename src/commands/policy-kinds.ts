import { readMailSettings, setMailSettings } from "../accounts/mail-settings.ts";
import { presetOf } from "../accounts/password-policy.ts";
import type { PasswordPreset } from "../accounts/types.ts";
import type { Castellan } from "../castellan.ts";
import type { Actor } from "../host/actor.ts";
import { readRetention, setRetention } from "../watch/retain.ts";
import type { FieldKind, PolicyFields } from "./policy-values.ts";

/** One policy that can be shown and set. */
export interface PolicyKind {
  readonly name: string;
  readonly what: string;
  /** Fields whose kind their present value does not tell. */
  readonly kinds: Readonly<Record<string, FieldKind>>;
  read(castellan: Castellan): Promise<PolicyFields>;
  /** `change` holds values of the fields' kinds; ranges and sense are checked, and audited, by the core. */
  write(castellan: Castellan, actor: Actor, change: PolicyFields): Promise<unknown>;
}

/** All policies, by the names that follow `policy show` and `policy set`. */
export const POLICY_KINDS: readonly PolicyKind[] = [
  {
    name: "lockout",
    what: "login protection",
    kinds: { trustedProxies: "list" },
    read: async ({ lockouts }) => ({ ...(await lockouts.policy()) }),
    write: ({ lockouts }, actor, change) => lockouts.setPolicy(actor, change),
  },
  {
    name: "password",
    what: "what a password must be",
    kinds: { preset: "text" },
    read: async ({ accounts }) => {
      const policy = await accounts.passwordPolicy();
      return { preset: presetOf(policy) ?? "own", ...policy };
    },
    write: ({ accounts }, actor, { preset, ...change }) =>
      accounts.setPasswordPolicy(actor, preset === undefined ? change : { preset: preset as PasswordPreset }),
  },
  {
    name: "2fa",
    what: "who must have a second factor",
    kinds: { requiredFrom: "moment" },
    read: async ({ twoFactor }) => ({ ...(await twoFactor.policy()) }),
    write: ({ twoFactor }, actor, change) => twoFactor.setPolicy(actor, change),
  },
  {
    name: "retention",
    what: "how long attempts and audit rows are kept; 0 days: for ever",
    kinds: {},
    read: async ({ database }) => ({ ...(await readRetention(database.db)) }),
    write: (castellan, actor, change) => setRetention(castellan, actor, change),
  },
  {
    name: "notices",
    what: "the mail server that takes notices",
    kinds: { host: "text or none", from: "text or none" },
    read: async ({ database }) => ({ ...(await readMailSettings(database.db)) }),
    write: (castellan, actor, change) => setMailSettings(castellan, actor, change),
  },
];
