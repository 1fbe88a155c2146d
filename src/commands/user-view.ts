import type { Account, AttemptState } from "../accounts/types.ts";
import type { Castellan } from "../castellan.ts";
import { dateTime, duration } from "../terminal/format.ts";
import { ROLE_LOOK } from "../terminal/theme.ts";
import type { TwoFactorStatus } from "../twofactor/types.ts";
import { isoTimeOrNull } from "./json.ts";
import type { Answer, Page } from "./page.ts";
import { type Cell, type Column, factList, table } from "./table.ts";

/** An account with what other rooms know of it. */
interface Seen {
  readonly account: Account;
  readonly factor: TwoFactorStatus | undefined;
  readonly attempts: AttemptState | undefined;
}

/** One account as it stands now, behind a sentence on what was done to it. */
export async function accountAnswer(castellan: Castellan, account: Account, done?: string): Promise<Answer> {
  const [seen] = await seeAll(castellan, [account]);
  if (seen === undefined) throw new Error("one account in, none out");
  return {
    data: facts(seen),
    lines: (page) => [...(done === undefined ? [] : [done, ""]), ...factList(details(seen, page), page)],
  };
}

/** All accounts by name. */
export async function accountListAnswer(castellan: Castellan): Promise<Answer> {
  const all = await seeAll(castellan, await castellan.accounts.list());
  return {
    data: all.map(facts),
    lines: (page) =>
      all.length === 0
        ? [
            "There is no account yet.",
            { text: "  Make the first: castellan user add NAME --role root --email ADDRESS", tone: "muted" },
          ]
        : table(columns(page), all, page),
  };
}

async function seeAll(castellan: Castellan, accounts: readonly Account[]): Promise<Seen[]> {
  const [factors, attempts] = await Promise.all([
    castellan.twoFactor.statuses(),
    castellan.accounts.attemptStates(),
  ]);
  return accounts.map((account) => ({
    account,
    factor: factors.get(account.id),
    attempts: attempts.get(account.id),
  }));
}

function facts({ account, factor, attempts }: Seen): object {
  return {
    id: account.id,
    name: account.name,
    email: account.email,
    role: account.role,
    parent: account.parentName,
    status: account.status,
    osLogin: account.osLogin,
    hasPassword: account.hasPassword,
    mustChangePassword: account.mustChangePassword,
    passwordChangedAt: isoTimeOrNull(account.passwordChangedAt),
    lastSignInAt: isoTimeOrNull(account.lastSignInAt),
    createdAt: isoTimeOrNull(account.createdAt),
    updatedAt: isoTimeOrNull(account.updatedAt),
    twoFactor: factor?.state ?? "off",
    twoFactorRequired: factor?.required ?? false,
    failures: attempts?.failures ?? 0,
    lockedUntil: isoTimeOrNull(attempts?.lockedUntil ?? null),
  };
}

function columns(page: Page): readonly Column<Seen>[] {
  return [
    { title: "name", value: ({ account }) => account.name, least: 8 },
    { title: "role", value: roleCell },
    { title: "2fa", value: factorCell },
    { title: "state", value: (seen) => stateCell(seen, page.now) },
    { title: "last sign-in", value: ({ account }) => timeOr(account.lastSignInAt, "never"), priority: 3 },
    { title: "e-mail", value: ({ account }) => account.email ?? "-", least: 12, priority: 2 },
    { title: "parent", value: ({ account }) => account.parentName ?? "-", priority: 1 },
    { title: "os login", value: ({ account }) => account.osLogin ?? "-", priority: 0 },
  ];
}

function details(seen: Seen, page: Page): (readonly [string, Cell])[] {
  const { account, factor } = seen;
  return [
    ["name", account.name],
    ["role", roleCell(seen)],
    ["state", stateCell(seen, page.now)],
    ["e-mail", account.email ?? "-"],
    ["parent", account.parentName ?? "-"],
    ["os login", account.osLogin ?? "-"],
    ["password", passwordText(account)],
    ["2fa", factorCell(seen)],
    ["backup codes", factor?.state === "active" ? `${factor.backupCodesLeft} left` : "-"],
    ["last sign-in", timeOr(account.lastSignInAt, "never")],
    ["made", dateTime(account.createdAt)],
  ];
}

function passwordText({ hasPassword, mustChangePassword, passwordChangedAt }: Account): string {
  if (!hasPassword) return "none: no sign-in by password";
  const must = mustChangePassword ? ", must be changed at the next sign-in" : "";
  return `set ${timeOr(passwordChangedAt, "at an unknown time")}${must}`;
}

function roleCell({ account }: Seen): Cell {
  return { text: account.role, tone: ROLE_LOOK[account.role].tone };
}

function factorCell({ factor }: Seen): Cell {
  if (factor === undefined) return { text: "unknown", tone: "unknown" };
  if (factor.state === "active") return { text: "on", tone: "ok" };
  if (factor.required) return { text: "required, off", tone: "crit" };
  return factor.state === "pending" ? { text: "pending", tone: "warn" } : { text: "off", tone: "muted" };
}

function stateCell({ account, attempts }: Seen, now: number): Cell {
  if (account.status === "suspended") return { text: "suspended", tone: "warn" };
  const lockedUntil = attempts?.lockedUntil ?? null;
  if (lockedUntil !== null) return { text: `locked ${duration(lockedUntil - now)}`, tone: "crit" };
  return "active";
}

function timeOr(time: number | null, otherwise: string): string {
  return time === null ? otherwise : dateTime(time);
}
