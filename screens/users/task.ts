/** What is being done with an account, in place of the list. Secrets live only in the task that shows them. */
export type Task =
  | { readonly kind: "create" }
  | { readonly kind: "edit"; readonly name: string }
  | { readonly kind: "password"; readonly name: string }
  | { readonly kind: "enrol"; readonly name: string }
  | { readonly kind: "disable"; readonly name: string }
  | { readonly kind: "shown"; readonly name: string; readonly password: string }
  | { readonly kind: "codes"; readonly name: string; readonly codes: readonly string[] };
