import { isDeepStrictEqual } from "node:util";
import type { AuditEntry, Ledger } from "../../src/audit/ledger.ts";
import type { Actor } from "../../src/host/actor.ts";

export type RecordedRow = AuditEntry & { readonly actor: string };

/** A ledger that keeps its rows in memory; the real one has tests of its own. */
export function recordingLedger(
  rows: RecordedRow[],
  error: () => Error | null = () => null,
  now: () => number = Date.now,
): Ledger {
  const written: { readonly entry: AuditEntry; readonly time: number }[] = [];
  async function record(actor: Actor, entry: AuditEntry): Promise<void> {
    const refusal = error();
    if (refusal !== null) throw refusal;
    rows.push({ ...entry, actor: actor.name });
    written.push({ entry, time: now() });
  }
  return {
    record,
    async recordOnce(actor, entry, since) {
      const isThere = written.some((row) => row.time >= since && isDeepStrictEqual(row.entry, entry));
      if (!isThere) await record(actor, entry);
    },
    change: () => Promise.reject(new Error("changes only record")),
    append: () => Promise.reject(new Error("changes only record")),
    anchor: async () => {},
  };
}
