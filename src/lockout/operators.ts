import type { PanelDatabase } from "../database/open.ts";
import type { Clock } from "../host/clock.ts";

/** Prefix of the leases by which screens tell the engine where their operators come from. */
const PREFIX = "operator:";
/** A screen renews its lease every few seconds; this long after the last one the address is a stranger's again. */
const OPERATOR_MS = 60_000;

/** Says that an operator of castellan is connected from this address: it is not to be locked out. */
export async function announceOperator(
  { database, clock }: { database: PanelDatabase; clock: Clock },
  address: string,
): Promise<void> {
  const now = clock.now();
  const row = {
    name: `${PREFIX}${address}`,
    holder: address,
    kind: "screen" as const,
    pid: process.pid,
    renewed_at: now,
    expires_at: now + OPERATOR_MS,
  };
  await database.db
    .insertInto("leases")
    .values(row)
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
}

/**
 * Addresses of operators who are, or within the last minute were, at a castellan screen. Asks the connection
 * directly and at once: the engine asks from within its transaction, where a queued query would wait for itself.
 */
export function operatorAddresses({ database, clock }: { database: PanelDatabase; clock: Clock }): string[] {
  const { sql, parameters } = database.db
    .selectFrom("leases")
    .select("holder")
    .where("name", "like", `${PREFIX}%`)
    .where("expires_at", ">", clock.now())
    .compile();
  const rows = database.sqlite.prepare(sql).all(...parameters) as { holder: string }[];
  return rows.map((row) => row.holder);
}
