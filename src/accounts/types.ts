import type { Role } from "../host/actor.ts";

/** A person who may use the panel. Times are epoch milliseconds UTC. */
export interface Account {
  readonly id: number;
  /** Canonical name, see {@link import("./names.ts").assertName}. */
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly parentId: number | null;
  readonly parentName: string | null;
  readonly status: "active" | "suspended";
  /** The login of the operating system that is this person. */
  readonly osLogin: string | null;
  readonly hasPassword: boolean;
  readonly mustChangePassword: boolean;
  readonly passwordChangedAt: number | null;
  readonly lastSignInAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a new account is made from. */
export interface NewAccount {
  readonly name: string;
  readonly role: Role;
  readonly email?: string | null;
  /** The parent's name; unless told, the acting account where its role fits, else none. */
  readonly parent?: string | null;
  readonly osLogin?: string | null;
  readonly password?: string | null;
  /** A hash from another panel (bcrypt or sha512-crypt), taken in once at the first sign-in; root only. */
  readonly passwordHash?: string | null;
}

/** What may be changed; a field left out stays. */
export interface AccountChange {
  readonly email?: string | null;
  readonly role?: Role;
  readonly parent?: string | null;
  readonly osLogin?: string | null;
}

/** What a password must be. Lengths count code points. */
export interface PasswordPolicy {
  /** 8 to 128. */
  readonly minLength: number;
  /** For accounts with an active second factor; never above `minLength`. */
  readonly minLengthWithSecondFactor: number;
  readonly upper: boolean;
  readonly lower: boolean;
  readonly digit: boolean;
  readonly special: boolean;
  /** Refuse common passwords and words of the context (account, e-mail, host). */
  readonly blocklist: boolean;
}

export type PasswordPreset = "classic" | "nist";

/** What is known of whom a password is for. */
export interface PasswordContext {
  readonly name?: string;
  readonly email?: string | null;
  /** Whether the account has an active second factor; looked up by `name` when left out. */
  readonly secondFactor?: boolean;
}

/** A password weighed; acceptable when `problems` is empty. */
export interface PasswordVerdict {
  readonly problems: readonly string[];
  readonly strength: "weak" | "medium" | "strong";
  /** zxcvbn's 0 to 4. */
  readonly score: number;
  readonly advice: string | null;
}

/** The outcome of proving a password. At the gate every refusal reads the same: `wrong`, nobody, 0. */
export interface PasswordCheck {
  readonly accepted: boolean;
  readonly reason: "ok" | "wrong" | "locked" | "suspended" | "no_password";
  readonly account: Account | null;
  /** How long the lock lasts, in milliseconds; 0 when there is none. */
  readonly retryAfterMs: number;
}

/** How often an account may fail to prove a factor before it is locked. */
export interface AttemptLimits {
  /** Off: only the ceiling of SP 800-63B (100 consecutive failures) stays. */
  readonly enabled: boolean;
  readonly attempts: number;
  /** A streak of failures is forgotten after this long without one. */
  readonly windowMs: number;
  readonly lockMs: number;
}

/** Where an account stands with its failures. */
export interface AttemptState {
  readonly failures: number;
  readonly lockedUntil: number | null;
}
