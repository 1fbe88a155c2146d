import { CastellanError } from "../errors.ts";
import { type Actor, atLeast, ROLES, type Role } from "../host/actor.ts";

/** The actor as the rules see it: the role of the stored account, where there is one. */
export interface Standing {
  readonly accountId: number | null;
  readonly name: string;
  readonly role: Role;
  /** Whoever owns the state folder: can read and write all of it anyway. */
  readonly rootOnHost: boolean;
}

/** The account as the rules see it. */
export interface Subject {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly parentId: number | null;
}

/** Whether this is root at the machine itself, not somebody who signed in at the gate or acts for another. */
export function isRootOnHost(actor: Actor): boolean {
  return actor.role === "root" && actor.via !== "gate" && actor.onBehalfOf === null;
}

export function isSelf(standing: Standing, account: { readonly id: number }): boolean {
  return standing.accountId === account.id;
}

function below(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) > ROLES.indexOf(other);
}

/**
 * Who manages whom: root everybody; an admin all resellers and customers; a reseller the customers whose
 * parent it is; a customer nobody.
 */
export function manages(standing: Standing, account: Subject): boolean {
  if (standing.role === "root") return true;
  if (standing.role === "customer") return false;
  if (!below(account.role, standing.role)) return false;
  return standing.role === "admin" || account.parentId === standing.accountId;
}

/** @throws CastellanError `not_permitted` unless the actor manages the account */
export function assertManages(standing: Standing, account: Subject, what: string): void {
  if (manages(standing, account)) return;
  throw new CastellanError(
    "not_permitted",
    `${standing.name} (${standing.role}) may not ${what} ${account.name} (${account.role})`,
    "ask somebody with a higher role",
  );
}

/** @throws CastellanError `not_permitted` unless it is the actor's own account or one it manages */
export function assertSelfOrManages(standing: Standing, account: Subject, what: string): void {
  if (!isSelf(standing, account)) assertManages(standing, account, what);
}

/** @throws CastellanError `not_permitted` when the actor may not give this role to anybody */
export function assertMayGiveRole(standing: Standing, role: Role): void {
  if (standing.role === "root") return;
  if (standing.role !== "customer" && below(role, standing.role)) return;
  throw new CastellanError(
    "not_permitted",
    `${standing.name} (${standing.role}) may not make an account with the role ${role}`,
    "a role can be given only by somebody above it",
  );
}

/** @throws CastellanError `invalid_input` for a role that does not exist */
export function assertRole(role: string): asserts role is Role {
  if ((ROLES as readonly string[]).includes(role)) return;
  throw new CastellanError("invalid_input", "this is not a role", `use one of: ${ROLES.join(", ")}`);
}

/** @throws CastellanError `needs_root` unless the actor is root at the machine itself */
export function assertRootOnHost(standing: Standing, what: string): void {
  if (standing.rootOnHost) return;
  throw new CastellanError(
    "needs_root",
    `only root on the host may ${what}`,
    "run castellan on the server itself, as the owner of its state folder",
  );
}

/** @throws CastellanError `not_permitted` unless the actor is root or admin */
export function assertMaySetPolicy(standing: Standing): void {
  if (atLeast(standing.role, "admin")) return;
  throw new CastellanError("not_permitted", "policies are set by root or admin", "ask one of them");
}

/** Whether an account with role `parent` may be the parent of one with role `child`. */
export function fitsAsParent(parent: Role, child: Role): boolean {
  if (child === "root") return false;
  if (child === "admin") return parent === "root";
  return below(child, parent);
}

/** Whom the actor may name as a parent: itself, or whom it manages. */
export function assertMayPlaceUnder(standing: Standing, parent: Subject | null, child: Role): void {
  if (parent === null) {
    if (child === "root" || atLeast(standing.role, "admin")) return;
    throw new CastellanError(
      "not_permitted",
      `${standing.name} (${standing.role}) may place accounts only under itself`,
      "leave the parent out",
    );
  }
  if (!fitsAsParent(parent.role, child)) {
    throw new CastellanError(
      "invalid_input",
      `${parent.name} (${parent.role}) cannot be the parent of an account with the role ${child}`,
      child === "root" ? "root has no parent" : "the parent's role must stand above the account's",
    );
  }
  assertSelfOrManages(standing, parent, "place an account under");
}
