/** Who does something, from where, and by which way in. Every core function takes one first. */
export interface Actor {
  /** The panel account's name, else the OS login, else `castellan` for the guard. */
  readonly name: string;
  /** The panel account, when the OS login is linked to one or somebody signed in at the gate. */
  readonly accountId: number | null;
  /** The person's role in the panel; whoever owns the state folder on the host is root. */
  readonly role: Role;
  /** The OS login that the session began with (loginuid), before any sudo. */
  readonly osLogin: string | null;
  /** The peer's canonical address, or null on the console. */
  readonly address: string | null;
  readonly via: "screen" | "command" | "guard" | "gate";
  /** Whether kernel or sshd vouch for person and address; else the audit log says `unverified`. */
  readonly verified: boolean;
  /** The account on whose behalf this happens, while impersonating. */
  readonly onBehalfOf: string | null;
}

/** The roles of the panel, from most to least. */
export const ROLES = ["root", "admin", "reseller", "customer"] as const;
export type Role = (typeof ROLES)[number];

/** castellan itself: expiries, automatic lockouts, repairs. */
export const GUARD_ACTOR: Actor = {
  name: "castellan",
  accountId: null,
  role: "root",
  osLogin: null,
  address: null,
  via: "guard",
  verified: true,
  onBehalfOf: null,
};

/** Whether `role` stands at or above `needed`. */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}
