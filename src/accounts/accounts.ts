import { setTimeout as wait } from "node:timers/promises";
import type { Actor } from "../host/actor.ts";
import { countAccounts, createAccount } from "./create.ts";
import { openHasher } from "./hashing.ts";
import { deleteAccount, setStatus } from "./manage.ts";
import type { AccountParts, AccountRoom } from "./parts.ts";
import { resetPassword, setPassword, setPasswordPolicy, unlockAccount } from "./passwords.ts";
import { type Purpose, provePassword } from "./prove.ts";
import { allRecords, recordByOsLogin, requireRecord, toAccount } from "./store.ts";
import { attemptStates, DEFAULT_LIMITS } from "./throttle.ts";
import type {
  Account,
  AccountChange,
  AttemptState,
  NewAccount,
  PasswordCheck,
  PasswordContext,
  PasswordPolicy,
  PasswordPreset,
  PasswordVerdict,
} from "./types.ts";
import { updateAccount } from "./update.ts";
import { judgePassword, readPasswordPolicy } from "./verdict.ts";

/**
 * Accounts, roles and passwords. Every function that takes an actor checks its rank, and audits what it did
 * or refused. Names are looked up with ASCII capitals folded; an e-mail address does as well as a name.
 */
export interface Accounts {
  /** @throws CastellanError `invalid_input`, `already_exists`, `not_permitted`, `password_rejected` */
  create(actor: Actor, input: NewAccount): Promise<Account>;
  /** All accounts, by name. */
  list(): Promise<Account[]>;
  /** @throws CastellanError `not_found` */
  find(nameOrEmail: string): Promise<Account>;
  findByOsLogin(login: string): Promise<Account | null>;
  count(): Promise<number>;
  /** @throws CastellanError `invalid_input`, `already_exists`, `not_permitted`, `last_administrator` */
  update(actor: Actor, name: string, change: AccountChange): Promise<Account>;
  /** @throws CastellanError `not_permitted`, `last_administrator` */
  suspend(actor: Actor, name: string, reason?: string): Promise<Account>;
  resume(actor: Actor, name: string): Promise<Account>;
  /** @throws CastellanError `not_permitted` (oneself, accounts with children), `last_administrator` */
  delete(actor: Actor, name: string): Promise<void>;
  /**
   * Sets a chosen password and ends the account's sessions. One's own needs `current`, but for root on the
   * host, who may leave it out.
   * @throws CastellanError `password_rejected`, `wrong_password`, `throttled`, `not_permitted`
   */
  setPassword(
    actor: Actor,
    name: string,
    input: { readonly current?: string; readonly next: string },
  ): Promise<{ endedSessions: number }>;
  /** Sets a random password, to be changed at the next sign-in, and ends the account's sessions. */
  resetPassword(actor: Actor, name: string): Promise<{ password: string }>;
  /**
   * Proves a password: counted, limited, audited as a sign-in (or as `purpose`). Never says at the gate
   * whether the name, the password or the account's state was the trouble.
   * @throws CastellanError `password_rejected` above 1,024 bytes
   */
  verifyPassword(
    actor: Actor,
    nameOrEmail: string,
    password: string,
    purpose?: Purpose,
  ): Promise<PasswordCheck>;
  passwordPolicy(): Promise<PasswordPolicy>;
  /** @throws CastellanError `invalid_input`, `not_permitted` */
  setPasswordPolicy(
    actor: Actor,
    change: Partial<PasswordPolicy> | { readonly preset: PasswordPreset },
  ): Promise<PasswordPolicy>;
  /** Weighs a password; loads the dictionaries at the first call. */
  judge(password: string, context: PasswordContext): Promise<PasswordVerdict>;
  /** Accounts that failed lately to prove a factor, by id: how often, and until when they are locked. */
  attemptStates(): Promise<Map<number, AttemptState>>;
  /** Forgets an account's failures and ends its lock. */
  unlock(actor: Actor, name: string): Promise<void>;
}

export function openAccounts(parts: AccountParts): Accounts {
  const room: AccountRoom = {
    limits: async () => DEFAULT_LIMITS,
    endSessions: async () => 0,
    pause: (ms) => wait(ms),
    ...parts,
    hasher: openHasher(parts.keys),
  };
  const { db } = parts.database;
  return {
    create: (actor, input) => createAccount(room, actor, input),
    list: async () => (await allRecords(db)).map(toAccount),
    find: async (nameOrEmail) => toAccount(await requireRecord(db, nameOrEmail)),
    findByOsLogin: async (login) => {
      const record = await recordByOsLogin(db, login);
      return record === undefined ? null : toAccount(record);
    },
    count: () => countAccounts(db),
    update: (actor, name, change) => updateAccount(room, actor, name, change),
    suspend: (actor, name, reason) => setStatus(room, actor, name, "suspended", reason),
    resume: (actor, name) => setStatus(room, actor, name, "active"),
    delete: (actor, name) => deleteAccount(room, actor, name),
    setPassword: (actor, name, input) => setPassword(room, actor, name, input),
    resetPassword: (actor, name) => resetPassword(room, actor, name),
    verifyPassword: (actor, name, password, purpose) => provePassword(room, actor, name, password, purpose),
    passwordPolicy: () => readPasswordPolicy(db),
    setPasswordPolicy: (actor, change) => setPasswordPolicy(room, actor, change),
    judge: (password, context) => judgePassword(room, password, context),
    attemptStates: async () => attemptStates(db, await room.limits(), parts.clock.now()),
    unlock: (actor, name) => unlockAccount(room, actor, name),
  };
}
