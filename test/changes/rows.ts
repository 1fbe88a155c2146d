import type { AuditEntry, Ledger } from "../../src/audit/ledger.ts";

export type RecordedRow = AuditEntry & { readonly actor: string };

/** A ledger that keeps its rows in memory; the real one has tests of its own. */
export function recordingLedger(rows: RecordedRow[], error: () => Error | null = () => null): Ledger {
  return {
    async record(actor, entry) {
      const refusal = error();
      if (refusal !== null) throw refusal;
      rows.push({ ...entry, actor: actor.name });
    },
    change: () => Promise.reject(new Error("changes only record")),
    append: () => Promise.reject(new Error("changes only record")),
    anchor: async () => {},
  };
}
