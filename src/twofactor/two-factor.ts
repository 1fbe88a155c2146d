import { setTimeout as wait } from "node:timers/promises";
import { DEFAULT_LIMITS } from "../accounts/throttle.ts";
import type { Account } from "../accounts/types.ts";
import type { Actor } from "../host/actor.ts";
import { checkCode } from "./check.ts";
import { type Confirmed, cancelEnrolment, confirm, enrol } from "./enrolment.ts";
import type { TwoFactorParts, TwoFactorRoom } from "./parts.ts";
import { readTwoFactorPolicy, setTwoFactorPolicy } from "./policy.ts";
import { disable, renewBackupCodes, reset } from "./removal.ts";
import { allStatuses, coverageOf, lackingAccounts, statusOf } from "./status.ts";
import type {
  DisableProof,
  Enrolment,
  TwoFactorCheck,
  TwoFactorCoverage,
  TwoFactorPolicy,
  TwoFactorStatus,
} from "./types.ts";

/** TOTP (RFC 6238), backup codes and the policy that asks for them. Names may be e-mail addresses. */
export interface TwoFactor {
  /**
   * Makes a new secret, valid for 10 minutes; it replaces a pending one. Over an active factor only root on
   * the host enrols; that one works until the new one is confirmed.
   * @throws CastellanError `not_found`, `not_permitted`, `needs_root`, `already_enrolled`, `suspended`
   */
  enrol(actor: Actor, name: string): Promise<Enrolment>;
  /**
   * Activates the pending secret by a live code; ten backup codes are shown this once.
   * @throws CastellanError `wrong_code` (says how far the device's clock is off), `enrolment_expired`,
   *   `not_enrolled`, `throttled`
   */
  confirm(actor: Actor, name: string, code: string): Promise<Confirmed>;
  /** Gives a pending enrolment up. @throws CastellanError `not_found`, `not_permitted` */
  cancel(actor: Actor, name: string): Promise<void>;
  /** Proves the second factor by six digits or a backup code (blanks, hyphens, capitals do not matter). */
  check(actor: Actor, name: string, code: string): Promise<TwoFactorCheck>;
  status(name: string): Promise<TwoFactorStatus>;
  /** The status of every account, by its id. */
  statuses(): Promise<Map<number, TwoFactorStatus>>;
  /**
   * Switches off: one's own, or anybody's by root on the host, each with both proofs.
   * @throws CastellanError `wrong_password`, `wrong_code`, `code_already_used`, `throttled`, `not_enrolled`
   */
  disable(actor: Actor, name: string, proof: DisableProof): Promise<void>;
  /** Removes the factor, pending or active, without proof. @throws CastellanError `needs_root` */
  reset(actor: Actor, name: string): Promise<void>;
  /** Ten new backup codes; the old ones are void at once. @throws CastellanError `not_enrolled`, `needs_root` */
  renewBackupCodes(actor: Actor, name: string): Promise<{ backupCodes: string[] }>;
  policy(): Promise<TwoFactorPolicy>;
  /** @throws CastellanError `not_enrolled` when it would require what the acting account has not got */
  setPolicy(actor: Actor, change: Partial<TwoFactorPolicy>): Promise<TwoFactorPolicy>;
  /** Active accounts that the policy wants to have a second factor and that have none, by name. */
  lacking(): Promise<Account[]>;
  /** How many of each role have a second factor. */
  coverage(): Promise<TwoFactorCoverage[]>;
}

export function openTwoFactor(parts: TwoFactorParts): TwoFactor {
  const room: TwoFactorRoom = {
    limits: async () => DEFAULT_LIMITS,
    endSessions: async () => 0,
    pause: (ms) => wait(ms),
    ...parts,
  };
  return {
    enrol: (actor, name) => enrol(room, actor, name),
    confirm: (actor, name, code) => confirm(room, actor, name, code),
    cancel: (actor, name) => cancelEnrolment(room, actor, name),
    check: (actor, name, code) => checkCode(room, actor, name, code),
    status: (name) => statusOf(room, name),
    statuses: () => allStatuses(room),
    disable: (actor, name, proof) => disable(room, actor, name, proof),
    reset: (actor, name) => reset(room, actor, name),
    renewBackupCodes: (actor, name) => renewBackupCodes(room, actor, name),
    policy: () => readTwoFactorPolicy(parts.database.db),
    setPolicy: (actor, change) => setTwoFactorPolicy(room, actor, change),
    lacking: () => lackingAccounts(room),
    coverage: () => coverageOf(room),
  };
}
