import type { Kysely } from "kysely";
import type { AuditEntry, Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import type { AdvisorAcceptanceRow } from "../database/schema-advisor.ts";
import { CastellanError } from "../errors.ts";
import { type Actor, atLeast, GUARD_ACTOR } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { Acceptance } from "./advisor.ts";
import type { Rating } from "./rating.ts";

/** An acceptance with what it was given for. */
export interface HeldAcceptance extends Acceptance {
  readonly rating: "warning" | "critical";
}

/** What somebody wants to take on. */
export interface AcceptInput {
  readonly checkId: string;
  /** Epoch ms. */
  readonly until: number;
  readonly reason: string;
}

export interface AcceptanceParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

const LONGEST_MS = 366 * 86_400_000;
const REASON_LENGTH = 500;

/** Acceptances in force at a moment, by check. */
export async function acceptancesAt(db: Kysely<Schema>, time: number): Promise<Map<string, HeldAcceptance>> {
  const rows = await db
    .selectFrom("advisor_acceptances")
    .selectAll()
    .where("accepted_at", "<=", time)
    .where("until", ">", time)
    .where((eb) => eb.or([eb("ended_at", "is", null), eb("ended_at", ">", time)]))
    .orderBy("id")
    .execute();
  return new Map(rows.map((row) => [row.check_id, toAcceptance(row)]));
}

/**
 * The acceptance that holds for a rating, or null: a warning's does not cover the same check turning critical, and
 * what passed or is not known needs none.
 */
export function coverOf(acceptance: HeldAcceptance | undefined, rating: Rating): HeldAcceptance | null {
  if (acceptance === undefined) return null;
  const covers = rating === "warning" || (rating === "critical" && acceptance.rating === "critical");
  return covers ? acceptance : null;
}

/** Takes on what a check found; one that is there is replaced. */
export async function acceptRisk(
  { ledger, clock }: AcceptanceParts,
  actor: Actor,
  { checkId, until, reason }: AcceptInput,
  rating: "warning" | "critical",
): Promise<Acceptance> {
  const entry: AuditEntry = { action: "advisor.accept", target: checkId };
  return await ledger.change(actor, entry, async ({ trx }) => {
    assertMayAdvise(actor);
    const now = clock.now();
    const because = assertAcceptable({ until, reason }, now);
    await endOverdue(trx, ledger, now);
    const old = await endOpen(trx, checkId, now, actor.name);
    const row = {
      check_id: checkId,
      rating,
      accepted_by: actor.name,
      accepted_at: now,
      until,
      reason: because,
      ended_at: null,
      ended_by: null,
    };
    await trx.insertInto("advisor_acceptances").values(row).execute();
    entry.details = {
      rating,
      until: { old: old?.until ?? null, new: until },
      reason: { old: old?.reason ?? null, new: because },
    };
    return toAcceptance(row);
  });
}

/** @throws CastellanError `not_found` */
export async function takeBack(
  { ledger, clock }: AcceptanceParts,
  actor: Actor,
  checkId: string,
): Promise<void> {
  const entry: AuditEntry = { action: "advisor.unaccept", target: checkId };
  await ledger.change(actor, entry, async ({ trx }) => {
    assertMayAdvise(actor);
    const now = clock.now();
    await endOverdue(trx, ledger, now);
    const old = await endOpen(trx, checkId, now, actor.name);
    if (old === undefined) {
      throw new CastellanError(
        "not_found",
        `the risk of ${checkId} is not accepted`,
        "see castellan advisor list",
      );
    }
    entry.details = { until: { old: old.until, new: null }, reason: { old: old.reason, new: null } };
  });
}

/** Ends what is past its date, with an audit row each: the finding shows again. */
export async function endOverdue(trx: Kysely<Schema>, ledger: Ledger, now: number): Promise<void> {
  const over = await trx
    .updateTable("advisor_acceptances")
    .set((eb) => ({ ended_at: eb.ref("until"), ended_by: GUARD_ACTOR.name }))
    .where("ended_at", "is", null)
    .where("until", "<=", now)
    .returningAll()
    .execute();
  await ledger.append(
    trx,
    GUARD_ACTOR,
    over.map(({ check_id, until, reason, accepted_by }) => ({
      action: "advisor.acceptance_expired",
      target: check_id,
      details: { until, reason, acceptedBy: accepted_by },
    })),
  );
}

async function endOpen(
  trx: Kysely<Schema>,
  checkId: string,
  now: number,
  by: string,
): Promise<AdvisorAcceptanceRow | undefined> {
  return await trx
    .updateTable("advisor_acceptances")
    .set({ ended_at: now, ended_by: by })
    .where("check_id", "=", checkId)
    .where("ended_at", "is", null)
    .returningAll()
    .executeTakeFirst();
}

/** @throws CastellanError `not_permitted` */
export function assertMayAdvise(actor: Actor): void {
  if (atLeast(actor.role, "admin")) return;
  throw new CastellanError(
    "not_permitted",
    "only an administrator may use the Security Advisor",
    "ask an administrator",
  );
}

/** The reason as it is stored. @throws CastellanError `invalid_input` */
function assertAcceptable({ until, reason }: Omit<AcceptInput, "checkId">, now: number): string {
  const because = reason.trim().toWellFormed();
  if (because === "" || because.length > REASON_LENGTH) {
    throw new CastellanError(
      "invalid_input",
      because === ""
        ? "a risk is not accepted without a reason"
        : `a reason has ${REASON_LENGTH} characters at most`,
      "say why it may stay, so that whoever looks at it later can judge",
    );
  }
  if (!Number.isSafeInteger(until) || until <= now || until > now + LONGEST_MS) {
    throw new CastellanError(
      "invalid_input",
      "a risk is accepted until a date in the future, at most a year ahead",
      "name the day on which it is to be looked at again",
    );
  }
  return because;
}

function toAcceptance(row: Omit<AdvisorAcceptanceRow, "id">): HeldAcceptance {
  return {
    checkId: row.check_id,
    by: row.accepted_by,
    at: row.accepted_at,
    until: row.until,
    reason: row.reason,
    rating: row.rating,
  };
}
