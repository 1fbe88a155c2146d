import type { Kysely } from "kysely";
import { changes } from "../accounts/details.ts";
import { assertMaySetPolicy, type Standing } from "../accounts/rules.ts";
import { hasActiveFactor, standingOf } from "../accounts/store.ts";
import type { AuditEntry } from "../audit/ledger.ts";
import type { Schema } from "../database/schema.ts";
import { readSetting, writeSetting } from "../database/settings.ts";
import { CastellanError } from "../errors.ts";
import type { Actor, Role } from "../host/actor.ts";
import type { TwoFactorRoom } from "./parts.ts";
import type { EnforcedFor, TwoFactorPolicy } from "./types.ts";

export const TWO_FACTOR_POLICY_KEY = "policy.twofactor";
export const DEFAULT_TWO_FACTOR_POLICY: TwoFactorPolicy = { enforce: "disabled", requiredFrom: null };

const SCOPES: Readonly<Record<EnforcedFor, readonly Role[]>> = {
  disabled: [],
  admins: ["root", "admin"],
  admins_resellers: ["root", "admin", "reseller"],
  all: ["root", "admin", "reseller", "customer"],
};

/** The roles that a policy wants to have a second factor. */
export function rolesInScope(policy: TwoFactorPolicy): readonly Role[] {
  return SCOPES[policy.enforce];
}

/** Whether an account without a factor may go on no longer. */
export function isRequired(policy: TwoFactorPolicy, role: Role, now: number): boolean {
  return policy.requiredFrom !== null && now >= policy.requiredFrom && rolesInScope(policy).includes(role);
}

export function readTwoFactorPolicy(db: Kysely<Schema>): Promise<TwoFactorPolicy> {
  return readSetting(db, TWO_FACTOR_POLICY_KEY, DEFAULT_TWO_FACTOR_POLICY);
}

/** Changes whom the policy wants, and from when. Who sets it must not be the first it shuts out. */
export function setTwoFactorPolicy(
  room: TwoFactorRoom,
  actor: Actor,
  change: Partial<TwoFactorPolicy>,
): Promise<TwoFactorPolicy> {
  const entry: AuditEntry = { action: "2fa.policy", target: "second factor policy" };
  return room.ledger.change(actor, entry, async ({ trx }) => {
    const standing = await standingOf(trx, actor);
    assertMaySetPolicy(standing);
    const before = await readTwoFactorPolicy(trx);
    const policy = changedPolicy(before, change);
    await assertActorEnrolled(trx, standing, policy);
    entry.details = changes({ ...before }, { ...policy });
    await writeSetting(trx, TWO_FACTOR_POLICY_KEY, policy, room.clock.now());
    return policy;
  });
}

/** @throws CastellanError `invalid_input` */
export function changedPolicy(old: TwoFactorPolicy, change: Partial<TwoFactorPolicy>): TwoFactorPolicy {
  const { enforce = old.enforce, requiredFrom = old.requiredFrom } = change;
  if (!Object.hasOwn(SCOPES, enforce)) {
    throw new CastellanError(
      "invalid_input",
      "this is no scope for the second factor",
      `use one of: ${Object.keys(SCOPES).join(", ")}`,
    );
  }
  if (requiredFrom !== null && (!Number.isSafeInteger(requiredFrom) || requiredFrom < 0)) {
    throw new CastellanError(
      "invalid_input",
      "requiredFrom is not a time",
      "use epoch milliseconds, or null",
    );
  }
  return { enforce, requiredFrom };
}

async function assertActorEnrolled(
  trx: Kysely<Schema>,
  standing: Standing,
  policy: TwoFactorPolicy,
): Promise<void> {
  const { accountId, role, rootOnHost } = standing;
  if (accountId === null || rootOnHost || !rolesInScope(policy).includes(role)) return;
  if (await hasActiveFactor(trx, accountId)) return;
  throw new CastellanError(
    "not_enrolled",
    "this would require a second factor of you, and you have none",
    "enrol your own second factor first",
  );
}
