import type { Change } from "../audit/ledger.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { covers, networkIn, parseTarget } from "./addresses.ts";
import { asTyped, confirmWide, endOf, type LockoutParts, plainText } from "./parts.ts";
import { type AllowEntry, toAllowEntry, toLockout } from "./rows.ts";

/** What to allow. */
export interface AllowInput {
  /** An address or a CIDR; a bare IPv6 address means itself alone. */
  readonly cidr: string;
  /** At most 200 characters. */
  readonly note?: string | undefined;
  /** Milliseconds, 1 s to 10 years; null or absent: for good. */
  readonly forMs?: number | null | undefined;
  /** The typed word for very wide networks. */
  readonly confirmed?: boolean | undefined;
}

/** More would be a policy of its own; a look-up stays fast far beyond. */
const MOST_ENTRIES = 100_000;

/**
 * Puts a network on the allow-list, or gives its entry a new note and end. Lockouts inside it are lifted; wider ones
 * stay, without it: it is taken out of what the firewall drops.
 * @throws CastellanError `invalid_input`, `confirmation_needed`, `read_only`
 */
export async function addAllowed(parts: LockoutParts, actor: Actor, input: AllowInput): Promise<AllowEntry> {
  const entry = { action: "allow.add", target: asTyped(input.cidr, { bareIpv6: 128 }) };
  const added = await parts.ledger.change(actor, entry, (change) => addInside(parts, change, actor, input));
  await parts.enforcement.refresh([added.cidr]);
  return added;
}

async function addInside(
  { clock }: LockoutParts,
  change: Change,
  actor: Actor,
  input: AllowInput,
): Promise<AllowEntry> {
  const { trx, entry } = change;
  const target = parseTarget(input.cidr, { bareIpv6: 128 });
  confirmWide(target, input.confirmed);
  const now = clock.now();
  const note = plainText(input.note ?? "", "note");
  const expiresAt = endOf(now, input.forMs ?? null);
  const before = await trx
    .selectFrom("allow_entries")
    .selectAll()
    .where("cidr", "=", target.cidr)
    .executeTakeFirst();
  if (before === undefined) await assertRoom(change);
  entry.details = {
    note: { old: before?.note ?? null, new: note },
    expiresAt: { old: before?.expires_at ?? null, new: expiresAt },
  };
  const values = { note, expires_at: expiresAt, created_by: actor.name, created_at: now };
  const row = await trx
    .insertInto("allow_entries")
    .values({ cidr: target.cidr, ...values })
    .onConflict((conflict) => conflict.column("cidr").doUpdateSet({ note, expires_at: expiresAt }))
    .returningAll()
    .executeTakeFirstOrThrow();
  await liftInside(change, actor, target.cidr, now);
  return toAllowEntry(row);
}

/** Takes a network off the list; what is locked around it holds for it again.
 * @throws CastellanError `invalid_input`, `not_found`, `read_only`
 */
export async function removeAllowed(parts: LockoutParts, actor: Actor, cidr: string): Promise<void> {
  const entry = { action: "allow.remove", target: asTyped(cidr, { bareIpv6: 128 }) };
  const removed = await parts.ledger.change(actor, entry, async ({ trx, entry }) => {
    const target = parseTarget(cidr, { bareIpv6: 128 });
    const row = await trx
      .deleteFrom("allow_entries")
      .where("cidr", "=", target.cidr)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) {
      throw new CastellanError(
        "not_found",
        `${target.cidr} is not on the allow-list`,
        "see: castellan allow list",
      );
    }
    entry.details = {
      note: { old: row.note, new: null },
      expiresAt: { old: row.expires_at, new: null },
      createdBy: row.created_by,
    };
    return target.cidr;
  });
  await parts.enforcement.refresh([removed]);
}

async function liftInside({ trx, also }: Change, actor: Actor, cidr: string, now: number): Promise<void> {
  const range = networkIn(cidr);
  const rows = await trx
    .selectFrom("lockouts")
    .selectAll()
    .where("lifted_at", "is", null)
    .where("scope", "=", "address")
    .execute();
  for (const row of rows) {
    if (!covers(range, networkIn(row.target))) continue;
    await trx
      .updateTable("lockouts")
      .set({ lifted_at: now, lifted_by: actor.name })
      .where("id", "=", row.id)
      .execute();
    const { scope, target, expiresAt } = toLockout(row);
    also({
      action: "lockout.unlock",
      target,
      details: { scope, because: `${cidr} was allowed`, expiresAt: { old: expiresAt, new: null } },
    });
  }
}

async function assertRoom({ trx }: Change): Promise<void> {
  const { count } = await trx
    .selectFrom("allow_entries")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  if (count < MOST_ENTRIES) return;
  throw new CastellanError(
    "invalid_input",
    `the allow-list has ${count} entries`,
    "allow wider networks instead",
  );
}
