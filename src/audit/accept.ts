import { CastellanError } from "../errors.ts";
import { type Actor, atLeast } from "../host/actor.ts";
import type { AuditEntry, Ledger } from "./ledger.ts";
import { ACCEPT_ACTION, type AnchorParts, verifyAnchors } from "./verify-anchors.ts";
import { type ChainParts, verifyChain } from "./verify-chain.ts";

export interface AcceptParts extends AnchorParts, ChainParts {
  readonly ledger: Ledger;
}

/**
 * Takes the log as it is for the whole, because somebody knows why the anchors know more: a database that was
 * restored from a backup, a lost anchor file. A row tells who did so, why, and what was found; the old anchor
 * file stays beside the new one. Rows that were changed cannot be accepted, only cut (`retainAudit`).
 * @throws CastellanError `not_permitted` (below root), `invalid_input` (no reason, nothing to accept),
 *   `audit_broken` (a row is not as castellan wrote it)
 */
export async function acceptAudit(parts: AcceptParts, actor: Actor, because: string): Promise<void> {
  if (!atLeast(actor.role, "root")) {
    throw new CastellanError("not_permitted", `${actor.name} may not accept a gap in the audit log`);
  }
  if (because.trim() === "") {
    throw new CastellanError(
      "invalid_input",
      "a reason is needed",
      "say what happened, such as a restored backup",
    );
  }
  const anchors = await verifyAnchors(parts);
  if (anchors.ok)
    throw new CastellanError("invalid_input", "the anchors agree with the log: nothing to accept");
  const chain = await verifyChain(parts);
  if (chain.firstBad !== null) {
    throw new CastellanError(
      "audit_broken",
      `the rows themselves are broken: ${chain.reason}`,
      "keep a copy of the state folder and find out what happened; rows can only be cut, not accepted",
    );
  }
  const { firstBad, anchoredSeq, reason } = anchors;
  const details = { because, found: reason, firstBad, anchoredSeq };
  const entry: AuditEntry = { action: ACCEPT_ACTION, target: "audit log", details };
  await parts.ledger.record(actor, entry);
  parts.anchorFile.beginAnew();
  await parts.ledger.anchor();
}
