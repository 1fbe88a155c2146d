import type { Kysely } from "kysely";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { codeOf } from "../errors.ts";
import type { AnchorFile } from "./anchor.ts";
import type { AnchorContents, AnchoredHead } from "./anchor-lines.ts";
import { newestCutSeq } from "./cuts.ts";
import { type ChainHead, chainHead, storedHash } from "./head.ts";

/** What the anchors outside the database say of it. */
export interface AnchorVerdict {
  /** Whether they are all there and agree with the database. */
  readonly ok: boolean;
  /** The first row that is not the one that was anchored, or that is gone. */
  readonly firstBad: number | null;
  /** The newest row that an anchor vouches for. */
  readonly anchoredSeq: number | null;
  /** The newest row that the journal vouches for; null when it holds none or cannot be read. */
  readonly journalSeq: number | null;
  /** What is to be said: why it is not ok, or what the anchors do not cover. */
  readonly reason: string | null;
}

export interface AnchorParts {
  readonly database: PanelDatabase;
  readonly anchorFile: AnchorFile;
  /** The heads in the journal since then (epoch ms); null when it cannot be read. */
  readonly journal?: (since: number) => Promise<readonly AnchoredHead[] | null>;
}

/** The action of the row that tells of an accepted gap. */
export const ACCEPT_ACTION = "audit.accept";

const LOOKED_UP_AT_ONCE = 500;

/**
 * Compares every anchored head with the row of that number: quick, for it reads the anchored rows only. It
 * shows a cut tail, a database put back from a copy, and a history written anew.
 */
export async function verifyAnchors({ database, anchorFile, journal }: AnchorParts): Promise<AnchorVerdict> {
  // Anchors first: rows that are added meanwhile must not look as if they were anchored and gone.
  const file = readAnchor(anchorFile);
  const fromJournal = (await journal?.(await acceptedAt(database.db))) ?? [];
  const head = await chainHead(database.db);
  const valid = (file.contents?.heads ?? []).filter((line) => line.valid && line.seq > 0);
  const heads = [...valid, ...fromJournal];
  const anchoredSeq = newest(heads);
  const facts = { anchoredSeq, journalSeq: newest(fromJournal) };
  const firstBad = await firstDisagreement(database.db, heads, head);
  if (firstBad !== null)
    return { ok: false, firstBad, ...facts, reason: tellDisagreement(firstBad, head, facts) };
  const trouble = head.seq === 0 ? null : (file.trouble ?? fileTrouble(file.contents));
  if (trouble !== null) return { ok: false, firstBad: null, ...facts, reason: trouble };
  return { ok: true, firstBad: null, ...facts, reason: remark(file.contents, anchoredSeq ?? 0, head) };
}

/** When somebody last accepted a gap; what the journal knew before that no longer counts. */
async function acceptedAt(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom("audit")
    .select("time")
    .where("action", "=", ACCEPT_ACTION)
    .where("outcome", "=", "done")
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.time ?? 0;
}

function readAnchor(anchorFile: AnchorFile): { contents: AnchorContents | null; trouble: string | null } {
  try {
    return { contents: anchorFile.read(), trouble: null };
  } catch (error) {
    const why =
      codeOf(error) === undefined ? (error as NodeJS.ErrnoException).code : (error as Error).message;
    return { contents: null, trouble: `the anchor cannot be trusted: ${why}` };
  }
}

function newest(heads: readonly AnchoredHead[]): number | null {
  return heads.length === 0 ? null : heads.reduce((most, head) => Math.max(most, head.seq), 0);
}

async function firstDisagreement(
  db: Kysely<Schema>,
  heads: readonly AnchoredHead[],
  head: ChainHead,
): Promise<number | null> {
  const inOrder = heads.toSorted((a, b) => a.seq - b.seq);
  for (let start = 0; start < inOrder.length; start += LOOKED_UP_AT_ONCE) {
    const some = inOrder.slice(start, start + LOOKED_UP_AT_ONCE);
    const hashes = await hashesOf(db, some);
    const cut = await newestCutSeq(db);
    const bad = some.find(({ seq, hash }) => {
      const stored = hashes.get(seq);
      return stored === undefined ? seq > cut : stored !== hash;
    });
    if (bad !== undefined) return Math.min(bad.seq, head.seq + 1);
  }
  return null;
}

async function hashesOf(db: Kysely<Schema>, heads: readonly AnchoredHead[]): Promise<Map<number, string>> {
  const seqs = heads.map(({ seq }) => seq);
  const cuts = await db.selectFrom("audit_cuts").select(["seq", "hash"]).where("seq", "in", seqs).execute();
  const rows = await db.selectFrom("audit").select(["seq", "hash"]).where("seq", "in", seqs).execute();
  return new Map([...cuts, ...rows].map(({ seq, hash }) => [seq, storedHash(hash).toString("hex")]));
}

function tellDisagreement(
  firstBad: number,
  head: ChainHead,
  { anchoredSeq }: { anchoredSeq: number | null },
): string {
  return firstBad > head.seq
    ? `the tail was cut: the log ends at row ${head.seq}, but row ${anchoredSeq} was anchored`
    : `row ${firstBad} is not the row that was anchored under this number`;
}

function fileTrouble(contents: AnchorContents | null): string | null {
  if (contents === null) return "the anchor file is missing: a cut tail would not show";
  const forged = contents.heads.find((line) => !line.valid);
  if (forged !== undefined)
    return `the anchor holds a line for row ${forged.seq} that castellan did not write`;
  const [first] = contents.heads;
  if (first?.seq === 0) return null;
  return `the anchor begins at row ${first?.seq ?? "none"}: what it held before was removed`;
}

function remark(contents: AnchorContents | null, anchoredSeq: number, head: ChainHead): string | null {
  if (head.seq > anchoredSeq) return `rows ${anchoredSeq + 1} to ${head.seq} are not anchored yet`;
  if ((contents?.torn ?? 0) > 0) return `${contents?.torn} lines of the anchor were torn by a crash`;
  return null;
}
