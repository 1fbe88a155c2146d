import type { KeyRing } from "../database/keys.ts";
import { chainHead } from "./head.ts";
import { textIndexAgrees } from "./text-index.ts";
import { type AnchorParts, type AnchorVerdict, verifyAnchors } from "./verify-anchors.ts";
import { type ChainVerdict, verifyChain } from "./verify-chain.ts";

/** Whether the audit log is what castellan wrote. */
export interface AuditVerdict {
  /** Chain, cuts and anchors are whole. */
  readonly ok: boolean;
  /** Rows that were read: all of them, or up to the first bad one. */
  readonly events: number;
  /** Number of the first row that is changed, missing or not ours; null: none, or it cannot be told. */
  readonly firstBad: number | null;
  /** What is wrong, in a sentence. */
  readonly reason: string | null;
  /** The rows are whole, only the anchors know more: who knows why may accept that (`Audit.accept`). */
  readonly acceptable: boolean;
  /** The newest row's number; 0 for an empty log. */
  readonly headSeq: number;
  /** The newest row that an anchor outside the database vouches for. */
  readonly anchoredSeq: number | null;
  /** The newest row that the journal vouches for; null when it holds none or cannot be read. */
  readonly journalSeq: number | null;
  /** What is to be said of the anchors; also when all is well, such as rows that are not anchored yet. */
  readonly anchorReason: string | null;
  /** How often the clock went back between two rows. */
  readonly clockSteps: number;
  /** false: the text index has not all rows; searches miss some until `rebuildAuditText`. */
  readonly textIndexOk: boolean;
}

export interface VerifyParts extends AnchorParts {
  readonly keys: KeyRing;
}

export interface VerifyOptions {
  /** Called after each portion with rows read and rows in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads the whole log once, oldest first, and names the first row that is not as castellan wrote it. Memory
 * stays the same for any size; between portions everything else gets its turn, and may append.
 */
export async function verifyAudit(parts: VerifyParts, options: VerifyOptions = {}): Promise<AuditVerdict> {
  const anchors = await verifyAnchors(parts);
  const chain = await verifyChain(parts, { onProgress: options.onProgress });
  const { seq: headSeq } = await chainHead(parts.database.db);
  return {
    ok: chain.firstBad === null && anchors.ok,
    events: chain.events,
    ...worse(chain, anchors),
    acceptable: chain.firstBad === null && !anchors.ok,
    headSeq,
    anchoredSeq: anchors.anchoredSeq,
    journalSeq: anchors.journalSeq,
    anchorReason: anchors.reason,
    clockSteps: chain.clockSteps,
    textIndexOk: await textIndexAgrees(parts.database),
  };
}

/** The verdict that names the earlier row; the chain's when both name the same. */
function worse(chain: ChainVerdict, anchors: AnchorVerdict): Pick<AuditVerdict, "firstBad" | "reason"> {
  const byChain = chain.firstBad ?? Number.POSITIVE_INFINITY;
  const byAnchors = anchors.firstBad ?? Number.POSITIVE_INFINITY;
  const { firstBad, reason } = byChain <= byAnchors && chain.firstBad !== null ? chain : anchors;
  return { firstBad, reason: anchors.ok && chain.firstBad === null ? null : reason };
}
