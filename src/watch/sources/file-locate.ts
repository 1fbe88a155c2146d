import { basename } from "node:path";
import { checkOf, type FilePosition, readChecked, sameHead } from "./file-position.ts";
import { factsOf, type LogFile, openLogFile } from "./log-file.ts";
import { type RotatedFile, successor } from "./rotated-files.ts";

/** Where to go on reading, in an opened file. */
export interface Found {
  readonly file: LogFile;
  readonly offset: number;
  /** What was lost for certain, or may have been; null when nothing was. */
  readonly gap: string | null;
}

/** How many older files are looked into for a text that was read before. */
const MAX_SEARCHED = 64;

/**
 * Finds the text that a position stands in: in the live file, in a renamed older file, or in a copy of it (logrotate
 * `copytruncate`, a log folder moved to another disk). The inode number alone proves nothing: it may belong to a new
 * file, and the text under it may have been replaced; so the bytes at the file's beginning and before the offset
 * must be those that were read. Found nowhere, reading goes on with what was begun later, and the gap is told.
 * @param live the file at the log's path, or null while it is missing
 * @returns null when there is nothing to read at all; a returned file is open
 */
export async function locate(
  position: FilePosition,
  live: LogFile | null,
  rotated: readonly RotatedFile[],
): Promise<Found | null> {
  if (position.ino === "0") return live && { file: live, offset: 0, gap: null };
  if (live !== null && live.ino === position.ino && (await holds(live, position))) {
    return { file: live, offset: position.offset, gap: null };
  }
  const older = await searchRotated(position, rotated);
  if (older !== null) return { file: older, offset: position.offset, gap: gapOfCopy(position, older, live) };
  if (live !== null && position.offset > 0 && (await holds(live, position))) {
    return { file: live, offset: position.offset, gap: null };
  }
  return begunLater(position, live, rotated);
}

/** Whether the text that was read up to the position stands in this file. */
async function holds(file: LogFile, { offset, check }: FilePosition): Promise<boolean> {
  const { size } = await factsOf(file);
  if (size < offset) return false;
  const { head, tail } = await readChecked(file.handle, offset);
  return checkOf(head, tail) === check;
}

/** First by inode number, then by text alone; with nothing read yet (offset 0) a text proves nothing. */
async function searchRotated(
  position: FilePosition,
  rotated: readonly RotatedFile[],
): Promise<LogFile | null> {
  const fitting = rotated.filter(
    ({ ino, size }) => size >= position.offset && (ino === position.ino || position.offset > 0),
  );
  const first = (file: RotatedFile) => (file.ino === position.ino ? 0 : 1);
  fitting.sort((a, b) => first(a) - first(b) || b.mtime - a.mtime);
  for (const { path } of fitting.slice(0, MAX_SEARCHED)) {
    const file = await openLogFile(path, "/").catch(() => null);
    if (file === null) continue;
    if (await holds(file, position)) return file;
    await file.handle.close();
  }
  return null;
}

function gapOfCopy(position: FilePosition, copy: LogFile, live: LogFile | null): string | null {
  if (copy.ino === position.ino || live?.ino !== position.ino) return null;
  return `the log was copied to ${basename(copy.path)} and truncated: what was written in between is lost`;
}

/** The text is gone: everything begun after it was not read yet, except a copy of what was. */
async function begunLater(
  position: FilePosition,
  live: LogFile | null,
  rotated: readonly RotatedFile[],
): Promise<Found | null> {
  const unread: RotatedFile[] = [];
  for (const file of rotated) {
    if (file.mtime > position.mtime && file.size > 0 && !(await isCopy(file, position))) unread.push(file);
  }
  const next = successor(unread, { ...position, size: 0 });
  const file = next === null ? live : await openLogFile(next.path, "/").catch(() => live);
  if (file === null) return null;
  const why =
    live?.ino === position.ino
      ? "the log was truncated in place: what was not read before is lost"
      : "the file read last is gone (removed or compressed): what was not read of it is lost";
  return { file, offset: 0, gap: why };
}

async function isCopy({ path }: RotatedFile, position: FilePosition): Promise<boolean> {
  if (position.offset === 0) return false;
  const file = await openLogFile(path, "/").catch(() => null);
  if (file === null) return true;
  try {
    const { head, tail } = await readChecked(file.handle, position.offset);
    return sameHead(checkOf(head, tail), position.check);
  } finally {
    await file.handle.close();
  }
}
