import type { Lockout } from "../../src/lockout/lockouts.ts";
import type { Attempt } from "../../src/watch/queries.ts";

/** What the cursor stands on: an address or network, or an account under attack. */
export interface Subject {
  readonly kind: Lockout["scope"];
  readonly name: string;
}

/** Who made the attempt; null: its line names no address. */
export function subjectOfAttempt(attempt: Attempt | undefined): Subject | null {
  return attempt?.address == null ? null : { kind: "address", name: attempt.address };
}

/** Whom a lockout is about. */
export function subjectOfLockout(lockout: Lockout | undefined): Subject | null {
  return lockout === undefined ? null : { kind: lockout.scope, name: lockout.target };
}
