import type { Role } from "../host/actor.ts";
/** Where an account stands with its second factor. Times are epoch milliseconds UTC. */
export interface TwoFactorStatus {
  /** `pending`: enrolled, not yet proven; an active factor stays `active` while another is pending. */
  readonly state: "off" | "pending" | "active";
  readonly pendingExpiresAt: number | null;
  readonly confirmedAt: number | null;
  readonly backupCodesLeft: number;
  /** Device minus server at the last accepted code. */
  readonly lastDriftSeconds: number | null;
  /** The policy's date has come and there is no active factor. */
  readonly required: boolean;
  readonly requiredSince: number | null;
}

/** The outcome of proving a second factor. */
export interface TwoFactorCheck {
  readonly accepted: boolean;
  readonly reason:
    | "totp"
    | "backup_code"
    | "wrong_code"
    | "already_used"
    | "skewed"
    | "throttled"
    | "not_enrolled"
    | "suspended";
  /** Device minus server, in seconds; null when the code says nothing about it. */
  readonly driftSeconds: number | null;
  readonly backupCodesLeft: number;
  /** How long the lock lasts, in milliseconds; 0 when there is none. */
  readonly retryAfterMs: number;
}

/** Who must have a second factor; root counts as an admin. */
export type EnforcedFor = "disabled" | "admins" | "admins_resellers" | "all";

export interface TwoFactorPolicy {
  readonly enforce: EnforcedFor;
  /** Until then a banner reminds, from then on it is required; null: the banner only. */
  readonly requiredFrom: number | null;
}

/** A new secret to be shown once; void at `expiresAt` unless confirmed. */
export interface Enrolment {
  readonly account: string;
  /** Base32 (RFC 4648) of 20 bytes, without padding. */
  readonly secret: string;
  readonly uri: string;
  readonly expiresAt: number;
}

/** What is asked for before a second factor is switched off. */
export interface DisableProof {
  readonly password: string;
  readonly code: string;
}

/** Active accounts of a role, and how many of them have a second factor. */
export interface TwoFactorCoverage {
  readonly role: Role;
  readonly accounts: number;
  readonly active: number;
}
