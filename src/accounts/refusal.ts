import type { AuditEntry, Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";

/**
 * Runs checks that come before a change's transaction (what must be hashed or proven first); what they
 * refuse is audited as a refusal of that change.
 */
export async function refusalsAudited<T>(
  { ledger, database }: { readonly ledger: Ledger; readonly database: PanelDatabase },
  actor: Actor,
  { action, target }: AuditEntry,
  checks: () => Promise<T>,
): Promise<T> {
  try {
    return await checks();
  } catch (error) {
    if (error instanceof CastellanError && !database.readOnly) {
      const details = { code: error.code, reason: error.message };
      await ledger.record(actor, { action, target, outcome: "refused", details });
    }
    throw error;
  }
}
