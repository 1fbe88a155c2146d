import type { FieldSpec, FormValues } from "../../components/Form.tsx";
import { assertName } from "../../src/accounts/names.ts";
import { fitsAsParent } from "../../src/accounts/rules.ts";
import type { PasswordVerdict } from "../../src/accounts/types.ts";
import { CastellanError } from "../../src/errors.ts";
import { ROLES, type Role } from "../../src/host/actor.ts";
import { PASSWORD_FIELD_MAX, problemText } from "../forms/password.ts";
import type { UserRow } from "./rows.ts";

/** The name of a new account; the core's own rule says what is wrong with it. */
export function nameField<Values extends FormValues & { readonly name: string }>(
  hint = "a-z, 0-9, dot, underscore, hyphen; 32 at most",
): FieldSpec<Values> {
  return {
    kind: "text",
    id: "name",
    label: "Account name",
    max: 32,
    hint,
    check: (value) => refusalOf(() => assertName(String(value))),
  };
}

export function emailField<Values extends FormValues & { readonly email: string }>(): FieldSpec<Values> {
  return {
    kind: "text",
    id: "email",
    label: "E-mail",
    max: 254,
    hint: "for notices and for signing in; may stay empty",
  };
}

/**
 * Role, e-mail and parent, as new and edited accounts have them.
 * @param parents names that fit the role that is chosen now
 */
export function accountFields<
  Values extends FormValues & { readonly role: string; readonly email: string; readonly parent: string },
>(parents: readonly string[], chosen: string): FieldSpec<Values>[] {
  // A parent that was chosen for another role stays visible: it is not swapped for none unseen.
  const unfit = chosen !== "" && !parents.includes(chosen);
  const names = unfit ? [...parents, chosen] : parents;
  return [
    {
      kind: "choice",
      id: "role",
      label: "Role",
      options: ROLES.map((role) => ({ id: role, label: role })),
      hint: "each role manages those that come after it",
    },
    emailField(),
    {
      kind: "choice",
      id: "parent",
      label: "Parent",
      options: [{ id: "", label: "none" }, ...names.map((name) => ({ id: name, label: name }))],
      hint: "whoever manages it",
      check: (value) =>
        unfit && value === chosen ? `${chosen} cannot be the parent of this role` : undefined,
    },
  ];
}

/** What makes a good password. */
export const GOOD_HINT = "several unrelated words make a good one";

/** A new password; its verdict comes from the core while it is typed. */
export function passwordField<Values extends FormValues & { readonly password: string }>(
  look: { readonly label?: string; readonly hint: string; readonly required: boolean },
  verdict: PasswordVerdict | undefined,
): FieldSpec<Values> {
  const { label = "Password", hint, required } = look;
  return {
    kind: "text",
    id: "password",
    label,
    masked: true,
    max: PASSWORD_FIELD_MAX,
    hint,
    check: (value) => {
      if (value === "") return required ? "choose a password" : undefined;
      return verdict === undefined || verdict.problems.length === 0 ? undefined : problemText(verdict);
    },
  };
}

/** The same password once more: a masked field hides what was mistyped. */
export function againField<
  Values extends FormValues & { readonly password: string; readonly again: string },
>(): FieldSpec<Values> {
  return {
    kind: "text",
    id: "again",
    label: "Once more",
    masked: true,
    max: PASSWORD_FIELD_MAX,
    check: (value, { password }) => (value === password ? undefined : "this is not the same password"),
  };
}

/** Names of the accounts that one of this role may stand under. */
export function parentsFor(role: Role, rows: readonly UserRow[], self?: string): string[] {
  return rows
    .map(({ account }) => account)
    .filter((account) => account.name !== self && fitsAsParent(account.role, role))
    .map(({ name }) => name);
}

function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof CastellanError) return `${error.message}: ${error.hint}`;
    throw error;
  }
}
