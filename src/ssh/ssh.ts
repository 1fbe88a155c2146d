import type { ChangePlan, ChangeRecord } from "../changes/change.ts";
import type { ApplyOptions } from "../changes/changes.ts";
import type { Actor } from "../host/actor.ts";
import type { SshConnection } from "../host/ssh-connection.ts";

/** Where sshd takes a value from. */
export interface Origin {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly value: string;
  /** The Match line that it stands under, or null. */
  readonly match: string | null;
}

/** One setting of sshd_config(5), as the daemon itself says it (`sshd -T`). */
export interface SshSetting {
  /** Lower case: `permitrootlogin`. */
  readonly keyword: string;
  /** As sshd_config(5) writes it: `PermitRootLogin`. */
  readonly title: string;
  /** In general: for a user and an address that no Match names. */
  readonly value: string;
  readonly recommended: string;
  readonly rating: "passed" | "warning" | "critical";
  /** Which line sets it; null: the daemon's default. */
  readonly origin: Origin | null;
  /** Later lines that have no effect, because the first value wins. */
  readonly shadowed: readonly Origin[];
  /** Whom a Match block gives another value. */
  readonly differsFor: readonly { readonly login: string; readonly value: string }[];
  readonly why: string;
}

/** A key of an authorized_keys(8) file. */
export interface AuthorizedKey {
  readonly file: string;
  readonly line: number;
  readonly type: string;
  readonly bits: number | null;
  readonly fingerprint: string;
  readonly comment: string;
  /** Options before the key: `from="…"`, `command="…"`, `expiry-time=…`. */
  readonly options: readonly string[];
  /** Why sshd would not take it: file modes, expiry, algorithm, `from=`; null: it would. */
  readonly unusable: string | null;
  /** Why a usable one may, or may not, let in: `from=` of an address that is not known; null: it does. */
  readonly doubt: string | null;
}

/** A person who can become root on this host, and whether they can get in. */
export interface SshPerson {
  readonly login: string;
  readonly uid: number;
  readonly becomesRoot:
    | "is root"
    | "sudo without a password"
    | "sudo with a password"
    | "sudo, but has no password"
    /** The operator, who got there by a way that is not followed (su, another login). */
    | "is root now";
  readonly keys: readonly AuthorizedKey[];
  readonly hasPassword: boolean;
  /** By which ways they get in for certain, such as `publickey`, `password`. */
  readonly ways: readonly string[];
  /** Ways of which castellan cannot know, each with why: `publickey: only from 10.0.0.0/8`. They count for nothing. */
  readonly unsure: readonly string[];
  /** Why not, one line each; also of ways that are closed while another is open. */
  readonly hindrances: readonly string[];
  readonly isOperator: boolean;
}

/** All that screen 8 shows. */
export interface SshState {
  readonly version: string;
  readonly settings: readonly SshSetting[];
  readonly people: readonly SshPerson[];
  /** Ports that sshd (or ssh.socket) listens on. */
  readonly ports: readonly number[];
  /** `ssh.socket` holds the port instead of the daemon. */
  readonly socketActivated: boolean;
  /** Lines of the configuration that have no effect, and everything else that is odd. */
  readonly notes: readonly string[];
  /** How the operator got in, as sshd logged it: `publickey SHA256:…`; null: not known. */
  readonly operatorMethod: string | null;
}

/** Settings that are wanted; keywords in lower case, values as sshd_config(5) writes them. */
export interface SshWanted {
  readonly settings: Readonly<Record<string, string>>;
  /** Names of settings that castellan's drop-in no longer sets. */
  readonly remove?: readonly string[];
  /** How long it waits for its confirmation, in seconds (30 to 3,600); 120 unless told. */
  readonly confirmSeconds?: number;
}

/** A plan with what it means for people. */
export interface SshPlan {
  readonly change: ChangePlan;
  readonly wanted: SshWanted;
  readonly before: readonly SshPerson[];
  readonly after: readonly SshPerson[];
  /** Who gets in now and would not any more. */
  readonly lost: readonly string[];
  /** Such as `MaxAuthTries 3 and 7 keys: an agent with more than 3 keys …`. */
  readonly notes: readonly string[];
  /** Why it is refused before anything is written; names who would be shut out. Empty: it can be applied. */
  readonly refusals: readonly string[];
}

/** Who sits here, for the question how they got in. */
export interface SshOperator {
  readonly osLogin: string | null;
  readonly address: string | null;
  readonly connection: SshConnection | null;
}

export interface Ssh {
  /** @throws CastellanError `command_missing`, `command_failed` (sshd -T fails: the message is sshd's), `needs_root` */
  read(operator: SshOperator): Promise<SshState>;
  /** The settings of castellan's recommendation that differ now. */
  recommended(state: SshState): SshWanted;
  /** @throws CastellanError `invalid_input` (unknown keyword, a value with a line break) and as {@link Ssh.read} */
  plan(operator: SshOperator, wanted: SshWanted): Promise<SshPlan>;
  /**
   * @throws CastellanError `would_lock_out` (names), `confirmation_needed` (a shrinking list without `accept`), and as
   *   `Changes.apply`
   */
  apply(
    actor: Actor,
    operator: SshOperator,
    plan: SshPlan,
    options: Omit<ApplyOptions, "connection"> & {
      /** The names of {@link SshPlan.lost} that were shown and accepted. */
      readonly accept?: readonly string[];
    },
  ): Promise<ChangeRecord>;
}
