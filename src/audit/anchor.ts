import { createHmac } from "node:crypto";
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { KeyRing } from "../database/keys.ts";
import { assertPrivate } from "../host/state-folder.ts";

/** The newest head of the chain that the anchor knows; `valid` false: somebody wrote it who has no key. */
export interface AnchoredHead {
  readonly seq: number;
  readonly hash: string;
  readonly valid: boolean;
}

/** Heads of the audit chain, outside the database: a tail cut from the database shows. */
export interface AnchorFile {
  readonly path: string;
  /** Appends the head; called after each commit. */
  write(seq: number, hash: Buffer): void;
  /** All heads, oldest first. */
  heads(): AnchoredHead[];
}

const ANCHOR_FILE = "audit.anchor";

/** The append-only anchor file of a state folder: a line `seq hash signature` for each head. */
export function openAnchorFile(folder: string, keys: KeyRing): AnchorFile {
  const path = join(folder, ANCHOR_FILE);
  const key = keys.key("anchor");
  return {
    path,
    write(seq, hash) {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
      const file = openSync(path, flags, 0o600);
      try {
        writeSync(file, `${seq} ${hash.toString("hex")} ${sign(key, seq, hash.toString("hex"))}\n`);
      } finally {
        closeSync(file);
      }
    },
    heads() {
      if (!existsSync(path)) return [];
      assertPrivate(path, "file");
      return readFileSync(path, "latin1")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => parseHead(key, line));
    },
  };
}

function parseHead(key: Buffer, line: string): AnchoredHead {
  const [seqText = "", hash = "", signature = ""] = line.split(" ");
  const seq = Number(seqText);
  return { seq, hash, valid: Number.isSafeInteger(seq) && sign(key, seq, hash) === signature };
}

function sign(key: Buffer, seq: number, hash: string): string {
  return createHmac("sha256", key).update(`castellan:anchor:${seq}:${hash}`).digest("hex").slice(0, 32);
}
