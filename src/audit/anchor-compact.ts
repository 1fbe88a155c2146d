import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "../host/state-folder.ts";
import { formatHead, parseHeads, thinHeads } from "./anchor-lines.ts";

const KEEP_NEWEST = 2_048;
/** Another process that takes longer than this has died while it compacted. */
const ABANDONED_MS = 60_000;

/**
 * Writes the anchor anew with fewer of its older heads, and returns its size in bytes. Nothing that another
 * process appends meanwhile is lost: what came between reading and renaming is appended afterwards, and whoever
 * wrote later still sees that its file has no name any more and writes again.
 */
export function compactAnchor(path: string, key: Buffer): number {
  const fresh = `${path}.new`;
  const lock = takeLock(path, fresh);
  if (lock === undefined) return statSync(path).size;
  const old = openSync(path, "r");
  try {
    const size = fstatSync(old).size;
    const { heads } = parseHeads(key, readFrom(old, 0, size));
    const lines = thinHeads(heads, KEEP_NEWEST).map(({ seq, hash, valid }) =>
      // A forged line stays as evidence; its signature must stay wrong.
      valid ? formatHead(key, seq, hash) : `${seq} ${hash} ${"0".repeat(32)}`,
    );
    writeSync(lock, `${lines.join("\n")}\n`);
    fsyncSync(lock);
    renameSync(fresh, path);
    const late = readFrom(old, size, fstatSync(old).size - size);
    if (late !== "") writeSync(lock, late);
    syncFolder(dirname(path));
    return fstatSync(lock).size;
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(old);
    closeSync(lock);
  }
}

/** The new file, opened for appending; it is the lock as well. Undefined: another process compacts. */
function takeLock(path: string, fresh: string): number | undefined {
  try {
    return openSync(fresh, "ax", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // The anchor was appended to just now: its time is the time of the file system.
    const now = statSync(path).mtimeMs;
    const begun = statSync(fresh, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - begun > ABANDONED_MS) rmSync(fresh, { force: true });
    return undefined;
  }
}

function readFrom(file: number, start: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString("latin1", 0, readSync(file, bytes, 0, length, start));
}
