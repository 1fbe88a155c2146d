import type { UserRow } from "./rows.ts";

/**
 * What is being done with an account, in place of the list. It holds the account as it was when it began, so
 * that what others change meanwhile is not taken back. Secrets live only in the task that shows them.
 */
export type Task =
  | { readonly kind: "create" }
  | { readonly kind: "edit" | "password" | "disable"; readonly row: UserRow }
  | { readonly kind: "enrol"; readonly name: string }
  | { readonly kind: "shown"; readonly name: string; readonly password: string }
  | { readonly kind: "codes"; readonly name: string; readonly codes: readonly string[] };
