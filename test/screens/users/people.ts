import type { Castellan } from "../../../src/castellan.ts";
import { OPERATOR } from "./rig.tsx";

/** A password that every preset takes. */
export const GOOD_PASSWORD = "Quiet-otter-42-lantern";

/** ada (root, the operator), max (admin), rita (reseller) with cleo below her (customer). */
export async function people({ accounts }: Castellan): Promise<void> {
  await accounts.create(OPERATOR, {
    name: "ada",
    role: "root",
    osLogin: "ada",
    email: "ada@example.com",
    password: GOOD_PASSWORD,
  });
  await accounts.create(OPERATOR, { name: "max", role: "admin", email: "max@example.com" });
  await accounts.create(OPERATOR, { name: "rita", role: "reseller", email: "rita@example.net" });
  await accounts.create(OPERATOR, { name: "cleo", role: "customer", parent: "rita" });
}
