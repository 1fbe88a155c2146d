import type { Stats } from "node:fs";
import type { Accounts } from "../accounts/accounts.ts";
import type { Audit } from "../audit/audit.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Clock } from "../host/clock.ts";
import type { Command, CommandResult } from "../host/command.ts";
import type { Lockouts } from "../lockout/lockouts.ts";
import type { Ssh } from "../ssh/ssh.ts";
import type { TwoFactor } from "../twofactor/two-factor.ts";

/** castellan itself, for checks of the panel. */
export interface AdvisedPanel {
  readonly state: string;
  readonly database: PanelDatabase;
  readonly accounts: Accounts;
  readonly twoFactor: TwoFactor;
  readonly lockouts: Lockouts;
  readonly audit: Audit;
}

/** A file, folder or symbolic link's own facts (never followed). */
export type FileFacts = Pick<Stats, "mode" | "uid" | "gid" | "size" | "mtimeMs"> & {
  readonly kind: "file" | "folder" | "link" | "other";
};

/**
 * The host as facts read it: the only door, so that each read can be denied, hung or recorded. Every call throws when
 * it cannot be answered (no permission, missing tool, time over): the fact is then unknown. What is simply not there
 * is `null`, and means something else.
 */
export interface AdvisedHost {
  readonly clock: Clock;
  /** The panel; null in tests of facts that do not look at it. */
  readonly panel: AdvisedPanel | null;
  readonly ssh: Ssh | null;
  /**
   * UTF-8 text of a regular file (links are followed, within the host's root); null: there is no such file. Throws when
   * it is larger than `maxBytes` (1 MiB unless told): half a file answers nothing.
   */
  text(path: string, maxBytes?: number): Promise<string | null>;
  /** The last `maxBytes` (64 KiB unless told) of a file. */
  tail(path: string, maxBytes?: number): Promise<string | null>;
  /** Names in a folder, sorted; null: there is no such folder. */
  list(path: string): Promise<string[] | null>;
  /** Not following a symbolic link; null: nothing there. */
  stat(path: string): Promise<FileFacts | null>;
  /** Where a symbolic link leads, absolute; null: no link. */
  link(path: string): Promise<string | null>;
  /** Room left on the file system that holds the path. */
  space(path: string): Promise<{ bytes: number; freeBytes: number; inodes: number; freeInodes: number }>;
  /**
   * Runs a program (LC_ALL=C, output cap, within the fact's time).
   * @throws CastellanError `command_missing`, `command_timeout`, `command_failed`
   */
  run(command: Command): Promise<CommandResult>;
  /** Whether a program is installed, in the folders of root's PATH; never an answer about whether it works. */
  has(program: string): Promise<boolean>;
  /** Another fact, gathered once per run. Throws when that one is unknown. */
  fact<T>(definition: FactDefinition<T>): Promise<T>;
}

/** Something that is read once per run, by itself, within its own time. */
export interface FactDefinition<T> {
  /** Unique, for progress and faults: `sshd -T`, `/etc/shadow`. */
  readonly name: string;
  /** It is unknown when it takes longer (milliseconds). */
  readonly limitMs: number;
  /** Throws when it cannot be known; the message is shown as the reason. */
  gather(host: AdvisedHost): Promise<T>;
}

/** Defines a fact. 2 seconds unless told. */
export function defineFact<T>(
  name: string,
  gather: (host: AdvisedHost) => Promise<T>,
  limitMs = 2_000,
): FactDefinition<T> {
  return { name, limitMs, gather };
}

/** A fact that was gathered, or why not. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: string };
