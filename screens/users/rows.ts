import type { Account, AttemptState } from "../../src/accounts/types.ts";
import type { Actor } from "../../src/host/actor.ts";
import { ROLES } from "../../src/host/actor.ts";
import type { Tone } from "../../src/terminal/theme.ts";
import type { TwoFactorStatus } from "../../src/twofactor/types.ts";

/** An account with all that the screen shows of it. */
export interface UserRow {
  readonly account: Account;
  readonly factor: TwoFactorStatus;
  /** The policy wants a second factor, and there is none. */
  readonly lacking: boolean;
  /** Epoch ms until which failed tries keep the account locked; null when it is open. */
  readonly lockedUntil: number | null;
  readonly failures: number;
  /** Names of the accounts below it. */
  readonly children: readonly string[];
  /** It belongs to whoever sits here. */
  readonly own: boolean;
}

/** What the rows are put together from. */
export interface UserFacts {
  readonly accounts: readonly Account[];
  readonly factors: ReadonlyMap<number, TwoFactorStatus>;
  /** Ids of accounts that the policy wants with a second factor. */
  readonly lacking: ReadonlySet<number>;
  readonly attempts: ReadonlyMap<number, AttemptState>;
}

const NO_FACTOR: TwoFactorStatus = {
  state: "off",
  pendingExpiresAt: null,
  confirmedAt: null,
  backupCodesLeft: 0,
  lastDriftSeconds: null,
  required: false,
  requiredSince: null,
};

/** Puts the facts of each account together. */
export function userRows({ accounts, factors, lacking, attempts }: UserFacts, actor: Actor): UserRow[] {
  const children = Map.groupBy(accounts, (account) => account.parentId);
  return accounts.map((account) => ({
    account,
    factor: factors.get(account.id) ?? NO_FACTOR,
    lacking: lacking.has(account.id),
    lockedUntil: attempts.get(account.id)?.lockedUntil ?? null,
    failures: attempts.get(account.id)?.failures ?? 0,
    children: (children.get(account.id) ?? []).map((child) => child.name),
    own: actor.accountId === account.id || (actor.osLogin !== null && actor.osLogin === account.osLogin),
  }));
}

/** A word, the shape before it and its tone: never colour alone. */
export interface StateWord {
  readonly shape: string;
  readonly word: string;
  readonly tone: Tone;
}

/** Fewer backup codes than this are worth a look. */
export const FEW_CODES = 2;

/** The second factor in a word. */
export function factorWord({ factor, lacking }: Pick<UserRow, "factor" | "lacking">): StateWord {
  if (factor.state === "active") return { shape: "+", word: "on", tone: "ok" };
  if (factor.required) return { shape: "!!", word: "REQUIRED", tone: "crit" };
  if (factor.state === "pending") return { shape: "~", word: "pending", tone: "warn" };
  return lacking ? { shape: "!", word: "wanted", tone: "warn" } : { shape: "-", word: "off", tone: "muted" };
}

/** Whether the account may come in, in a word. */
export function accessWord({ account, lockedUntil }: UserRow, now: number): StateWord {
  if (account.status === "suspended") return { shape: "x", word: "suspended", tone: "warn" };
  if (lockedUntil !== null && lockedUntil > now) return { shape: "!!", word: "LOCKED", tone: "crit" };
  return { shape: "+", word: "active", tone: "ok" };
}

/** The columns that `s` sorts by, in its order. */
export const SORTS = ["name", "role", "factor", "signIn", "access"] as const;
export type SortId = (typeof SORTS)[number];

export interface Sort {
  readonly id: SortId;
  readonly descending: boolean;
}

const FACTOR_ORDER = ["REQUIRED", "wanted", "off", "pending", "on"];

const COMPARE: Readonly<Record<SortId, (a: UserRow, b: UserRow) => number>> = {
  name: () => 0,
  role: (a, b) => ROLES.indexOf(a.account.role) - ROLES.indexOf(b.account.role),
  factor: (a, b) => FACTOR_ORDER.indexOf(factorWord(a).word) - FACTOR_ORDER.indexOf(factorWord(b).word),
  signIn: (a, b) => (b.account.lastSignInAt ?? 0) - (a.account.lastSignInAt ?? 0),
  access: (a, b) => trouble(b) - trouble(a),
};

const trouble = ({ account, lockedUntil }: UserRow): number =>
  account.status === "suspended" ? 1 : lockedUntil !== null ? 2 : 0;

/** Sorted by one column, then by name. */
export function sortRows(rows: readonly UserRow[], { id, descending }: Sort): UserRow[] {
  const turn = descending ? -1 : 1;
  return rows.toSorted((a, b) => turn * (COMPARE[id](a, b) || (a.account.name < b.account.name ? -1 : 1)));
}

/** The rows that hold every word of the filter, in any of what is shown of them. */
export function filterRows(rows: readonly UserRow[], filter: string, now: number): UserRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...rows];
  return rows.filter((row) => {
    const { name, email, role, parentName, osLogin } = row.account;
    const factor = `2fa:${factorWord(row).word}`;
    const text = [name, email, role, parentName, osLogin, factor, accessWord(row, now).word]
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
