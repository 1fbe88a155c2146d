import type { SshConnection } from "../host/ssh-connection.ts";

/** Services whose configuration castellan writes: each knows how to check, activate and probe its own. */
export const SERVICES = [
  "sshd",
  "nftables",
  "fail2ban",
  "nginx",
  "php-fpm",
  "sysctl",
  "apt",
  "systemd",
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** One of castellan's own files as it is to be. */
export interface DraftFile {
  /**
   * Absolute, as the host sees it (below the host's root). Folders that are missing are made (0755, root) and go again
   * on the way back; those that are there must belong to root and be writable by nobody else.
   */
  readonly path: string;
  /** UTF-8; null: the file is to go. */
  readonly content: string | null;
  /** How `content` is written; `utf8` unless told. base64 returns a file that is no text (`draftBytes` reads both). */
  readonly encoding?: "utf8" | "base64";
  /** Permission bits; 0o644 unless told. */
  readonly mode?: number;
  /** root unless told: an undo returns the owner that was. */
  readonly uid?: number;
  readonly gid?: number;
  /** Of a file that is to go: folders that go with it once they are empty, outermost first. */
  readonly folders?: readonly string[];
}

/** Permissions of a file that is not castellan's; its content stays. */
export interface DraftMode {
  readonly path: string;
  readonly mode: number;
  /** Left as they are unless told. */
  readonly uid?: number;
  readonly gid?: number;
}

/** A systemd unit as it is to be; what is left out stays. */
export interface DraftUnit {
  /** With its suffix: `fail2ban.service`. */
  readonly name: string;
  readonly enabled?: boolean;
  readonly active?: boolean;
}

/** What somebody wants the system to be. Made by the subjects (ssh, advisor), carried out only by {@link Changes}. */
export interface ChangeDraft {
  /** Dotted, for journal and audit log: `ssh.harden`, `sysctl.network`. */
  readonly kind: string;
  readonly title: string;
  readonly reason: string;
  readonly files?: readonly DraftFile[];
  readonly modes?: readonly DraftMode[];
  readonly units?: readonly DraftUnit[];
  /** Kernel settings to set now, dotted key → value; the file that keeps them over a boot is one of `files`. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Checked on a staged copy before, activated and probed after, in this order. */
  readonly services: readonly ServiceName[];
  /** It may cut access: rolled back by itself unless confirmed within so many seconds (30 to 3,600). */
  readonly confirmSeconds?: number;
  /**
   * What must be so afterwards, as the service's own probe measures it: sshd `{"sshd:permitrootlogin": "no"}`,
   * nginx `{"nginx:server_tokens": "off"}`. A change that has no effect is rolled back.
   */
  readonly expect?: Readonly<Record<string, string>>;
  /** A change that follows by itself once this one is confirmed over `connectionPort` (closing an old ssh port). */
  readonly followUp?: { readonly connectionPort: number; readonly draft: ChangeDraft };
  /** The change that this one takes back. */
  readonly undoes?: number;
}

/** A file as it is, or was: content in base64 so that every byte returns. null: no such file. */
export interface FileImage {
  readonly content: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** One reversible step; `old` is what a roll-back restores. Steps run in order, and back in reverse. */
export type Step =
  | {
      readonly do: "file";
      readonly path: string;
      readonly old: FileImage | null;
      readonly new: FileImage | null;
      /** Name of the temporary file in the same folder, random, known to the journal before it exists. */
      readonly temporary: string;
      /** Folders that are made for it, or go with it once they are empty, outermost first. */
      readonly folders: readonly string[];
    }
  | { readonly do: "mode"; readonly path: string; readonly old: Ownership; readonly new: Ownership }
  | { readonly do: "unit"; readonly name: string; readonly old: UnitState; readonly new: UnitState }
  | { readonly do: "sysctl"; readonly key: string; readonly old: string; readonly new: string };

export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface UnitState {
  readonly enabled: boolean;
  readonly active: boolean;
}

/** What a check or a probe said. `passed: null`: it could not be asked, `lines` say why. */
export interface CheckResult {
  readonly service: ServiceName;
  /** What was asked: `sshd -t`, `port 22 answers`. */
  readonly name: string;
  readonly passed: boolean | null;
  readonly lines: readonly string[];
}

/** A file of castellan's that somebody else changed: what we last wrote, what is there, what we would write. */
export interface DriftedFile {
  readonly path: string;
  /** The change that wrote it last; null: castellan's journal does not know this file. */
  readonly changeId: number | null;
  readonly state: "edited" | "gone" | "unknown";
  readonly applied: string | null;
  readonly present: string | null;
  /** In a plan: what it would become. */
  readonly wanted?: string | null;
  /** The present content was looked at and kept (`change keep`): no longer reported, still never overwritten unseen. */
  readonly kept: boolean;
}

/** A line of a unified diff. `skip` stands for lines left out. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed" | "skip";
  readonly text: string;
}

export interface FileDiff {
  readonly path: string;
  readonly created: boolean;
  readonly removed: boolean;
  readonly lines: readonly DiffLine[];
}

/** All that is known before anything is written. Nothing outside a temporary folder was touched to make it. */
export interface ChangePlan {
  readonly draft: ChangeDraft;
  readonly steps: readonly Step[];
  readonly diffs: readonly FileDiff[];
  /** What changes besides file contents, one line each: `chmod 0600 /etc/…`, `start fail2ban.service`. */
  readonly effects: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly drift: readonly DriftedFile[];
  /** Everything is already as wanted. */
  readonly nothingToDo: boolean;
  /** Why it cannot be applied: a check failed, a path is not safe. Empty: it can. */
  readonly refusals: readonly string[];
}

export const CHANGE_STATES = ["applying", "applied", "confirmed", "rolling_back", "rolled_back"] as const;
/**
 * `applying`: the journal knows the steps, some may be done · `applied`: all done, waits for confirmation ·
 * `confirmed`: stays · `rolling_back`: on its way back · `rolled_back`: everything is as before.
 */
export type ChangeState = (typeof CHANGE_STATES)[number];

/** A change in the journal. */
export interface ChangeRecord {
  readonly id: number;
  readonly state: ChangeState;
  readonly draft: ChangeDraft;
  readonly steps: readonly Step[];
  readonly diffs: readonly FileDiff[];
  readonly actor: { readonly name: string; readonly address: string | null };
  /** The SSH connection it was applied from; null: the console, the guard. */
  readonly connection: SshConnection | null;
  readonly startedAt: number;
  readonly appliedAt: number | null;
  /** Epoch ms of the roll-back unless confirmed; null: no window. */
  readonly deadline: number | null;
  readonly settledAt: number | null;
  readonly confirmedBy: {
    readonly name: string;
    readonly address: string | null;
    readonly how: string;
  } | null;
  /** Why it went back: `not confirmed in time`, `interrupted`, `port 22 no longer answers`. */
  readonly reason: string | null;
  readonly probes: readonly CheckResult[];
  /** The change that took this one back. */
  readonly undoneBy: number | null;
  /** A roll-back that could not be finished yet, and why. */
  readonly fault: string | null;
  /** What outlives this process to roll it back: `castellan-rollback-7.timer`, `process 4711`. */
  readonly timer: string | null;
  /** What somebody else wrote into our files before the roll-back: it was put aside, not lost. */
  readonly kept: readonly KeptFile[];
}

/** What lay in a file's place when it was rolled back and was neither what was there before nor what we wrote. */
export interface KeptFile {
  readonly path: string;
  /** The copy beside the journal, absolute; null: it was no file, `note` says what. */
  readonly copy: string | null;
  readonly note: string;
}

/** A login since a change was applied, from another connection: the proof that people still get in. */
export interface FreshLogin {
  readonly login: string;
  readonly connection: SshConnection;
}
