import type { Kysely } from "kysely";
import { allRecords, requireRecord, toAccount } from "../accounts/store.ts";
import type { Account } from "../accounts/types.ts";
import type { Schema, SecondFactorRow } from "../database/schema.ts";
import { ROLES, type Role } from "../host/actor.ts";
import { backupCodesLeft } from "./backup-codes.ts";
import type { TwoFactorRoom } from "./parts.ts";
import { isRequired, readTwoFactorPolicy, rolesInScope } from "./policy.ts";
import type { TwoFactorCoverage, TwoFactorPolicy, TwoFactorStatus } from "./types.ts";

type FactorFacts = Pick<
  SecondFactorRow,
  "account_id" | "status" | "expires_at" | "confirmed_at" | "drift_seconds"
>;

/** The status of one account. */
export async function statusOf(room: TwoFactorRoom, name: string): Promise<TwoFactorStatus> {
  const { db } = room.database;
  const record = await requireRecord(db, name);
  const rows = await factorFacts(db, record.id);
  const codes = (await backupCodesLeft(db, record.id)).get(record.id) ?? 0;
  return summary(record.role, rows, codes, await readTwoFactorPolicy(db), room.clock.now());
}

/** The status of every account, by its id. */
export async function allStatuses(room: TwoFactorRoom): Promise<Map<number, TwoFactorStatus>> {
  const { db } = room.database;
  const accounts = await db.selectFrom("accounts").select(["id", "role"]).execute();
  const factors = Map.groupBy(await factorFacts(db), (row) => row.account_id);
  const codes = await backupCodesLeft(db);
  const policy = await readTwoFactorPolicy(db);
  const now = room.clock.now();
  return new Map(
    accounts.map(({ id, role }) => [
      id,
      summary(role, factors.get(id) ?? [], codes.get(id) ?? 0, policy, now),
    ]),
  );
}

/** Active accounts that the policy wants to have a second factor and that have none, by name. */
export async function lackingAccounts(room: TwoFactorRoom): Promise<Account[]> {
  const { db } = room.database;
  const roles = rolesInScope(await readTwoFactorPolicy(db));
  if (roles.length === 0) return [];
  const covered = await coveredAccounts(db);
  return (await allRecords(db))
    .filter(({ id, status, role }) => status === "active" && roles.includes(role) && !covered.has(id))
    .map(toAccount);
}

/** Active accounts by role, and how many of them have an active factor; roles without an account are left out. */
export async function coverageOf({ database: { db } }: TwoFactorRoom): Promise<TwoFactorCoverage[]> {
  const covered = await coveredAccounts(db);
  const accounts = await db
    .selectFrom("accounts")
    .select(["id", "role"])
    .where("status", "=", "active")
    .execute();
  return ROLES.map((role) => {
    const ofRole = accounts.filter((account) => account.role === role);
    return { role, accounts: ofRole.length, active: ofRole.filter(({ id }) => covered.has(id)).length };
  }).filter((coverage) => coverage.accounts > 0);
}

async function coveredAccounts(db: Kysely<Schema>): Promise<Set<number>> {
  const active = (await factorFacts(db)).filter(({ status }) => status === "active");
  return new Set(active.map((row) => row.account_id));
}

function factorFacts(db: Kysely<Schema>, accountId?: number): Promise<FactorFacts[]> {
  let query = db
    .selectFrom("second_factors")
    .select(["account_id", "status", "expires_at", "confirmed_at", "drift_seconds"]);
  if (accountId !== undefined) query = query.where("account_id", "=", accountId);
  return query.execute();
}

function summary(
  role: Role,
  rows: readonly FactorFacts[],
  codes: number,
  policy: TwoFactorPolicy,
  now: number,
): TwoFactorStatus {
  const active = rows.find(({ status }) => status === "active");
  const pending = rows.find(
    ({ status, expires_at }) => status === "pending" && (expires_at === null || expires_at > now),
  );
  const required = active === undefined && isRequired(policy, role, now);
  const without = pending === undefined ? "off" : "pending";
  return {
    state: active === undefined ? without : "active",
    pendingExpiresAt: pending?.expires_at ?? null,
    confirmedAt: active?.confirmed_at ?? null,
    backupCodesLeft: active === undefined ? 0 : codes,
    lastDriftSeconds: active?.drift_seconds ?? null,
    required,
    requiredSince: required ? policy.requiredFrom : null,
  };
}
