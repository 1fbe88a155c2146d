import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** This many bytes at the beginning of a file and before the offset tell whether it is still the same text. */
export const CHECKED_BYTES = 256;

/** Where reading a file goes on: behind the last whole line taken, and how to know the file again. */
export interface FilePosition {
  readonly dev: string;
  /** "0" while the file did not exist yet: then it is read from its beginning. */
  readonly ino: string;
  /** Bytes. */
  readonly offset: number;
  /** Hashes of the first bytes and of those before the offset, at most {@link CHECKED_BYTES} each: `head:tail`. */
  readonly check: string;
  /** The file's last change when it was read, epoch ms: rotated files that changed later were not read yet. */
  readonly mtime: number;
}

/** The position of a log that is not there yet. */
export const BEFORE_FIRST: FilePosition = { dev: "0", ino: "0", offset: 0, check: "", mtime: 0 };

/** Reads a stored position; null when it is none of ours. */
export function parsePosition(text: string): FilePosition | null {
  try {
    const value: unknown = JSON.parse(text);
    return isPosition(value) ? value : null;
  } catch {
    return null;
  }
}

function isPosition(value: unknown): value is FilePosition {
  if (typeof value !== "object" || value === null) return false;
  const { dev, ino, offset, check, mtime } = value as Partial<Record<keyof FilePosition, unknown>>;
  const texts = typeof dev === "string" && typeof ino === "string" && typeof check === "string";
  return texts && Number.isSafeInteger(offset) && Number(offset) >= 0 && typeof mtime === "number";
}

/** The check for a file's first bytes and those before the offset: 64 bits of SHA-256 each, in hexadecimal. */
export function checkOf(head: Uint8Array, tail: Uint8Array): string {
  return `${digest(head)}:${digest(tail)}`;
}

/** Whether both checks speak of files that begin alike. */
export function sameHead(check: string, other: string): boolean {
  return check.split(":")[0] === other.split(":")[0];
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/** A file's first bytes and those before `offset`, at most {@link CHECKED_BYTES} each, never beyond the offset. */
export async function readChecked(
  handle: FileHandle,
  offset: number,
): Promise<{ readonly head: Buffer; readonly tail: Buffer }> {
  const length = Math.min(CHECKED_BYTES, offset);
  const [head, tail] = await Promise.all([
    readBytes(handle, 0, length),
    readBytes(handle, offset - length, length),
  ]);
  return { head, tail };
}

async function readBytes(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}
