import type { Change } from "../audit/ledger.ts";
import type { LockoutRow } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { formatAddress, parseAddress } from "../host/address.ts";
import { networkIn, networkOf, parseTarget } from "./addresses.ts";
import { asTyped, confirmWide, endOf, type LockoutParts, plainText } from "./parts.ts";
import { lockMs, readPolicy } from "./policy.ts";
import { hostNeedInside, type ProtectedRange, whyProtected } from "./protection.ts";
import { expiryEntry } from "./record.ts";
import { type Lockout, liftOverdue, repeatsOf, toLockout } from "./rows.ts";

/** What to lock. */
export interface LockInput {
  /** An address or a CIDR; a bare IPv6 address means its /64. */
  readonly target: string;
  /** Milliseconds, 1 s to 10 years; null: until somebody lifts it; absent: as long as an automatic lockout. */
  readonly forMs?: number | null | undefined;
  /** At most 200 characters. */
  readonly because?: string | undefined;
  /** The typed word for very wide networks. */
  readonly confirmed?: boolean | undefined;
}

type NewLockout = Pick<
  LockoutRow,
  "scope" | "target" | "origin" | "reason" | "repeat" | "locked_at" | "expires_at"
>;

const DAY_MS = 86_400_000;

/**
 * Locks by hand. What is locked already gets the new time and reason: one row, whoever comes first.
 * @throws CastellanError `invalid_input`, `confirmation_needed`, `protected_address`, `read_only`
 */
export async function lockByHand(parts: LockoutParts, actor: Actor, input: LockInput): Promise<Lockout> {
  const ranges = await parts.enforcement.protectedNow();
  const entry = { action: "lockout.lock", target: asTyped(input.target) };
  const lockout = await parts.ledger.change(actor, entry, (change) =>
    lockInside(parts, change, ranges, actor, input),
  );
  const { enforced, fault } = await parts.enforcement.refresh([lockout.target]);
  return { ...lockout, enforced, ...(fault === null ? {} : { fault }) };
}

async function lockInside(
  { clock }: LockoutParts,
  { trx, entry, also }: Change,
  ranges: readonly ProtectedRange[],
  actor: Actor,
  input: LockInput,
): Promise<Lockout> {
  const target = parseTarget(input.target);
  confirmWide(target, input.confirmed);
  refuseProtected(target.cidr, ranges, actor);
  const now = clock.now();
  const policy = await readPolicy(trx);
  const key = { scope: "address" as const, target: target.cidr };
  for (const overdue of await liftOverdue(trx, key, now)) also(expiryEntry(overdue));
  const repeat = await repeatsOf(trx, key, now - policy.memoryDays * DAY_MS);
  const before = await trx
    .selectFrom("lockouts")
    .selectAll()
    .where("scope", "=", key.scope)
    .where("target", "=", key.target)
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  const values = {
    origin: "manual" as const,
    reason: plainText(input.because ?? "", "reason") || `locked by ${actor.name}`,
    expires_at: endOf(now, input.forMs === undefined ? lockMs(policy, repeat) : input.forMs),
  };
  entry.details = {
    scope: key.scope,
    origin: { old: before?.origin, new: values.origin },
    reason: { old: before?.reason, new: values.reason },
    expiresAt: { old: before?.expires_at ?? null, new: values.expires_at },
    widened: target.widened,
  };
  return toLockout(await store(trx, before?.id ?? null, { ...key, ...values, repeat, locked_at: now }));
}

/** Changes the row that is there, or inserts one. */
async function store(trx: Change["trx"], id: number | null, row: NewLockout): Promise<LockoutRow> {
  if (id === null) {
    const insert = trx.insertInto("lockouts").values({ ...row, evidence: "[]" });
    return await insert.returningAll().executeTakeFirstOrThrow();
  }
  const { origin, reason, expires_at } = row;
  const update = trx.updateTable("lockouts").set({ origin, reason, expires_at }).where("id", "=", id);
  return await update.returningAll().executeTakeFirstOrThrow();
}

/** A network may hold somebody on the allow-list: they are left out of it. What the host needs is a mistake. */
function refuseProtected(cidr: string, ranges: readonly ProtectedRange[], actor: Actor): void {
  const network = networkIn(cidr);
  const own = actor.address === null ? null : parseAddress(actor.address);
  const operator =
    own === null
      ? []
      : [{ ...networkIn(networkOf(formatAddress(own))), why: "your own connection", byList: false }];
  const all = [...operator, ...ranges];
  const why = whyProtected(network, all);
  const inside = why === null ? hostNeedInside(network, all) : null;
  if (why === null && inside === null) return;
  throw new CastellanError(
    "protected_address",
    why === null ? `${cidr} holds ${inside}` : `${cidr} is never locked: ${why}`,
    inside === null ? "remove what protects it first, if you mean it" : "lock a smaller network without it",
  );
}
