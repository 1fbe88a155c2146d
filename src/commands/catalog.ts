import type { Define } from "./define.ts";

/** A word that may follow `castellan`. What it does is loaded only when it is called. */
export interface CatalogEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Define>;
  readonly hidden?: boolean;
}

/** All commands, in the order in which `--help` lists them. */
export const CATALOG: readonly CatalogEntry[] = [
  {
    name: "status",
    summary: "who watches, what is locked, what is wrong",
    load: async () => (await import("./status.ts")).defineStatus,
  },
  {
    name: "user",
    summary: "accounts: add, list, show, set, suspend, resume, delete, passwords",
    load: async () => (await import("./user.ts")).defineUser,
  },
  {
    name: "2fa",
    summary: "second factor: enrol, confirm, check, status, reset, backup codes",
    load: async () => (await import("./two-factor.ts")).defineTwoFactor,
  },
  {
    name: "policy",
    summary: "show and set: lockout, password, 2fa, retention, notices",
    load: async () => (await import("./policy.ts")).definePolicy,
  },
  {
    name: "attempt",
    summary: "attempts to sign in: list, follow",
    load: async () => (await import("./attempt.ts")).defineAttempt,
  },
  {
    name: "lockout",
    summary: "lockouts that are in force",
    load: async () => (await import("./lockout.ts")).defineLockout,
  },
  {
    name: "lock",
    summary: "lock an address or a network out",
    load: async () => (await import("./lockout.ts")).defineLock,
  },
  {
    name: "unlock",
    summary: "lift a lockout: of an address, your own (me), or all",
    load: async () => (await import("./lockout.ts")).defineUnlock,
  },
  {
    name: "allow",
    summary: "addresses that are never locked out: add, list, remove",
    load: async () => (await import("./allow.ts")).defineAllow,
  },
  {
    name: "scan",
    summary: "read a log file, tell who tried to get in; changes nothing",
    load: async () => (await import("./scan.ts")).defineScan,
  },
  {
    name: "source",
    summary: "the logs that are watched, with lag and faults",
    load: async () => (await import("./source.ts")).defineSource,
  },
  {
    name: "fail2ban",
    summary: "fail2ban's jails: what each sees and bans, and its settings: list, show, set",
    load: async () => (await import("./fail2ban.ts")).defineFail2ban,
  },
  {
    name: "ssh",
    summary: "sshd's settings, who gets in, hardening: show, people, plan, apply, confirm, roll back",
    load: async () => (await import("./ssh.ts")).defineSsh,
  },
  {
    name: "change",
    summary: "what castellan changed on this host: list, show, undo, confirm, roll back, drift",
    load: async () => (await import("./change.ts")).defineChange,
  },
  {
    name: "audit",
    summary: "who did what: list, verify, export",
    load: async () => (await import("./audit.ts")).defineAudit,
  },
  {
    name: "advisor",
    summary: "which wall is weak: run, list, explain, fix, accept, unaccept, history",
    load: async () => (await import("./advisor.ts")).defineAdvisor,
  },
  {
    name: "overview",
    summary: "the Overview as text",
    load: async () => (await import("./overview.ts")).defineOverview,
    hidden: true,
  },
  {
    name: "guard",
    summary: "watch, lock out and end lockouts without a screen, until stopped",
    load: async () => (await import("./launched.ts")).defineGuard,
  },
  {
    name: "demo",
    summary: "the screens on a made-up host under attack",
    load: async () => (await import("./launched.ts")).defineDemo,
  },
];

/** Global options that take a value, as they may stand before the command. */
const WITH_VALUE = new Set(["--state", "--root"]);

/** The command that the arguments name, or null; `help NAME` names it too. */
export function namedEntry(args: readonly string[]): CatalogEntry | null {
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (WITH_VALUE.has(word)) i++;
    else if (!word.startsWith("-") && word !== "help")
      return CATALOG.find(({ name }) => name === word) ?? null;
  }
  return null;
}
