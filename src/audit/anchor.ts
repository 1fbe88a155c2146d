import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { KeyRing } from "../database/keys.ts";
import { CastellanError } from "../errors.ts";
import { translateFileError } from "../host/file-errors.ts";
import { assertPrivate, isThere } from "../host/state-folder.ts";
import { compactAnchor } from "./anchor-compact.ts";
import { type AnchorContents, type AnchoredHead, formatHead, parseHeads } from "./anchor-lines.ts";
import { GENESIS } from "./chain.ts";

/**
 * Heads of the audit chain outside the database: a tail cut from the database shows.
 *
 * What it cannot see: rows cut again before their head was written (microseconds after their commit), and after
 * a power failure what the kernel had not yet written of it (seconds); the next start anchors the rows that are
 * there. Whoever can read the key can write a false anchor: against root only a log on another machine helps.
 */
export interface AnchorFile {
  readonly path: string;
  /** Writes the line for row 0 when there is no anchor: from then on a missing anchor is a removed one. */
  begin(): void;
  /**
   * Puts the file aside, as evidence, and begins another.
   * @throws CastellanError `storage_full`, `storage_read_only`, `not_permitted`
   */
  beginAnew(): void;
  /** Appends a head. Never throws: the rows are committed already. What failed is told by `fault`. */
  write(seq: number, hash: Buffer): void;
  /** The head that was written last, as far as it can be read; costs one short read. */
  newest(): AnchoredHead | null;
  /**
   * Everything in it, as written; null when there is no file.
   * @throws CastellanError `unsafe_permissions`
   */
  read(): AnchorContents | null;
  /** Notes that anchoring failed before it came to writing. */
  failed(error: unknown): void;
  /** Why the newest head is not anchored, or null. */
  fault(): string | null;
  /** Calls `listener` with every head, also with those that could not be written here. */
  onHead(listener: (seq: number, hash: Buffer) => void): void;
}

const ANCHOR_FILE = "audit.anchor";
const LONGEST_LINE = 128;
/** About 4,800 heads; beyond it the older ones are thinned. */
const COMPACT_AT_BYTES = 512 * 1024;

/** The append-only anchor file of a state folder: a line `seq hash signature` for each commit. */
export function openAnchorFile(folder: string, keys: KeyRing, compactAt = COMPACT_AT_BYTES): AnchorFile {
  const path = join(folder, ANCHOR_FILE);
  const key = keys.key("anchor");
  const listeners: ((seq: number, hash: Buffer) => void)[] = [];
  let fault: string | null = null;
  let limit = compactAt;

  function write(seq: number, hash: Buffer): void {
    try {
      const size = append(path, formatHead(key, seq, hash.toString("hex")));
      fault = null;
      if (size > limit) limit = Math.max(compactAt, 1.25 * compacted(path, key, size));
    } catch (error) {
      failed(error);
    }
    if (seq > 0) for (const listener of listeners) listener(seq, hash);
  }

  function failed(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    fault = `the anchor ${path} cannot be written: ${code ?? message}`;
  }

  return {
    path,
    write,
    begin() {
      if (!isThere(path)) write(0, GENESIS);
    },
    beginAnew() {
      try {
        if (isThere(path)) renameSync(path, unusedName(path));
        append(path, formatHead(key, 0, GENESIS.toString("hex")));
      } catch (error) {
        throw translateFileError(error, path);
      }
    },
    newest() {
      return parseHeads(key, readTail(path)).heads.findLast((head) => head.valid) ?? null;
    },
    read() {
      if (!isThere(path)) return null;
      assertPrivate(path, "file");
      return parseHeads(key, readFileSync(path, "latin1"));
    },
    failed,
    fault: () => fault,
    onHead: (listener) => listeners.push(listener),
  };
}

/** The first of `audit.anchor.1`, `audit.anchor.2` and so on that is not there. */
function unusedName(path: string): string {
  let number = 1;
  while (isThere(`${path}.${number}`)) number += 1;
  return `${path}.${number}`;
}

/** The size after compacting; a disk too full for that leaves the anchor as it is, until it has grown. */
function compacted(path: string, key: Buffer, size: number): number {
  try {
    return compactAnchor(path, key);
  } catch {
    return size;
  }
}

/** Appends a line and returns the file's size. Written again when the file was replaced in between. */
function append(path: string, line: string): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  for (;;) {
    const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new CastellanError("unsafe_permissions", `${path} is not a file`);
      // A write that a crash or a full disk cut short must not swallow this line.
      const text = `${endsInLine(file, stats.size) ? "" : "\n"}${line}\n`;
      if (writeSync(file, text) < text.length)
        throw Object.assign(new Error("cut short"), { code: "ENOSPC" });
      if (fstatSync(file).nlink > 0) return stats.size + text.length;
    } finally {
      closeSync(file);
    }
  }
}

function endsInLine(file: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  return readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a;
}

function readTail(path: string): string {
  if (!isThere(path)) return "";
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, 4 * LONGEST_LINE));
    return tail.toString("latin1", 0, readSync(file, tail, 0, tail.length, size - tail.length));
  } finally {
    closeSync(file);
  }
}
