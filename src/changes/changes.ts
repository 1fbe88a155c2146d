import type { Actor } from "../host/actor.ts";
import type { SshConnection } from "../host/ssh-connection.ts";
import type { ChangeDraft, ChangePlan, ChangeRecord, DriftedFile, FreshLogin } from "./change.ts";

/** How to apply. */
export interface ApplyOptions {
  /** The SSH connection of who applies: confirmation does not count from it. null: console, guard. */
  readonly connection: SshConnection | null;
  /** Files that somebody edited by hand and that may be overwritten all the same; the yes was given for these. */
  readonly overwrite?: readonly string[];
  /** Told as it goes: `write /etc/…`, `reload sshd`, `probe: port 22 answers`. */
  readonly onProgress?: (what: string) => void;
}

/**
 * The one way in which castellan writes to the system: plan → diff and checks → apply → probes → confirm or roll back →
 * undo. The journal under the state folder is on disk before the first file is touched; a crash at any point is
 * reverted by {@link Changes.settle}.
 */
export interface Changes {
  /** Reads what is there, makes the diff, runs the services' checks on a staged copy. Changes nothing. */
  plan(draft: ChangeDraft): Promise<ChangePlan>;
  /**
   * Carries a plan out. What fails on the way is rolled back before this throws; so is what is interrupted before it
   * is done and measured (Ctrl-C, a terminal that is gone): the step that is under way is finished first.
   * @throws CastellanError `needs_root`, `read_only`, `change_refused` (refusals of the plan), `drifted` (edited by
   *   hand, not in `overwrite`), `stale_plan` (the system changed since), `change_waiting` (another one waits for
   *   confirmation), `change_busy`, `change_failed` (rolled back; the message says why), `storage_full`, `unsafe_path`
   */
  apply(actor: Actor, plan: ChangePlan, options: ApplyOptions): Promise<ChangeRecord>;
  /**
   * Makes a change that waits stay. Counts from a connection that began after it was applied, or when somebody who can
   * become root has signed in since ({@link Changes.freshLogin}). `unproven`: the word of somebody at the console.
   * @throws CastellanError `not_found`, `change_settled`, `unproven_connection`, `change_busy`
   */
  confirm(
    actor: Actor,
    id: number,
    how: { connection: SshConnection | null; unproven?: boolean },
  ): Promise<ChangeRecord>;
  /** Takes back what waits for confirmation, now. @throws CastellanError `not_found`, `change_settled`, `change_busy` */
  rollBack(actor: Actor, id: number, reason: string): Promise<ChangeRecord>;
  /**
   * A plan that returns every byte of a change that stayed. Refused (`refusals`) while a newer change stands that did
   * something to the same file, unit or setting. @throws CastellanError `not_found`, `change_settled`
   */
  planUndo(id: number): Promise<ChangePlan>;
  /** The newest first, all of them or so many. */
  list(options?: { readonly limit?: number }): Promise<ChangeRecord[]>;
  /** @throws CastellanError `not_found` */
  get(id: number): Promise<ChangeRecord>;
  /** The one that waits for confirmation, or null. */
  waiting(): Promise<ChangeRecord | null>;
  /** Somebody who can become root and signed in over SSH, from another connection, since the change was applied. */
  freshLogin(record: ChangeRecord): FreshLogin | null;
  drift(): Promise<DriftedFile[]>;
  /** The hand edit is looked at and stays; the file is not reported until it changes again. */
  keep(actor: Actor, path: string): Promise<void>;
  /**
   * Finishes what a process left that is gone, and rolls back what nobody confirmed in time. Cheap when there is
   * nothing; never fails because another process is at work (that one settles it). Called at each start, by the
   * guard each second, and by the timer.
   */
  settle(): Promise<ChangeRecord[]>;
  /**
   * Forgets what was taken back, or changed anew in all its parts, more than a year ago. What a file, unit or setting
   * was last changed by stays, and so does what could not be undone in order without it. Audited. Returns the numbers;
   * gives way to who is at work.
   */
  retain(actor: Actor): Promise<number[]>;
  /** Resolves once nothing that this process began is half done: it may end, and its database be closed. */
  idle(): Promise<void>;
}
