import { createHmac } from "node:crypto";

/** A head of the audit chain as an anchor knows it; `valid` false: somebody without the key wrote it. */
export interface AnchoredHead {
  readonly seq: number;
  /** The row's hash, 64 hexadecimal digits. */
  readonly hash: string;
  readonly valid: boolean;
}

/** What an anchor file holds: its heads as written, and how many lines a crash or a full disk tore. */
export interface AnchorContents {
  readonly heads: readonly AnchoredHead[];
  readonly torn: number;
}

const LINE = /^(\d{1,15}) ([0-9a-f]{64}) ([0-9a-f]{32})$/;

/** One line of the anchor, without its end: `seq hash signature`. */
export function formatHead(key: Buffer, seq: number, hash: string): string {
  return `${seq} ${hash} ${signHead(key, "anchor", seq, hash)}`;
}

/** HMAC-SHA256 over a head, cut to 128 bits, in hexadecimal; `use` keeps one anchor's lines out of another. */
export function signHead(key: Buffer, use: string, seq: number, hash: string): string {
  return createHmac("sha256", key).update(`castellan:${use}:${seq}:${hash}`).digest("hex").slice(0, 32);
}

/** Reads the lines of an anchor; a line that never was one (a torn write) is counted, not judged. */
export function parseHeads(key: Buffer, text: string): AnchorContents {
  const heads: AnchoredHead[] = [];
  let torn = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, seqText, hash, signature] = LINE.exec(line) ?? [];
    if (seqText === undefined || hash === undefined) torn += 1;
    else {
      const seq = Number(seqText);
      heads.push({ seq, hash, valid: signature === signHead(key, "anchor", seq, hash) });
    }
  }
  return { heads, torn };
}

/**
 * Halves the older heads, so that the anchor stays small: a head vouches for every row before it, thus the
 * newest matters and older ones only narrow down where a forgery began. Kept in any case: the first line, the
 * newest `keepNewest`, and whatever tells of trouble (a forged line, a head that is older than the one before).
 */
export function thinHeads(heads: readonly AnchoredHead[], keepNewest: number): AnchoredHead[] {
  const older = heads.length - keepNewest;
  return heads.filter((_, index) => index >= older || index % 2 === 0 || tellsOfTrouble(heads, index));
}

function tellsOfTrouble(heads: readonly AnchoredHead[], index: number): boolean {
  const [before, here, after] = [heads[index - 1], heads[index], heads[index + 1]];
  if (here === undefined || !here.valid) return true;
  const fallsBack = before !== undefined && here.seq <= before.seq;
  const isFollowedByOlder = after !== undefined && after.seq <= here.seq;
  return fallsBack || isFollowedByOlder;
}
