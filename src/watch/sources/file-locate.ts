import { basename } from "node:path";
import { checkOf, type FilePosition, readChecked, sameHead } from "./file-position.ts";
import { factsOf, type LogFile, openLogFile } from "./log-file.ts";
import { type RotatedFile, successor } from "./rotated-files.ts";

/** Where to go on reading, in an opened file. */
export interface Found {
  readonly file: LogFile;
  readonly offset: number;
  /** What was lost, or may have been; null when nothing was. */
  readonly gap: string | null;
  /** Nobody writes to this file anymore, for certain. */
  readonly finished: boolean;
}

/** How many older files are looked into for a text that was read before. */
const MAX_SEARCHED = 64;

/**
 * Finds the text that a position stands in: in the live file, in a renamed older one, or in a copy (logrotate's
 * `copytruncate`, a log folder moved to another disk). An inode number proves nothing: it may have gone to a new
 * file, and the text under it may have been replaced; so the bytes at the file's beginning and before the offset
 * must be those that were read. Found nowhere, reading goes on with what was begun later, and the gap is told.
 * @param live the file at the log's path, or null while it is missing
 * @returns null when there is nothing to read; a returned file is open, `live` is left open in any case
 */
export async function locate(
  position: FilePosition,
  live: LogFile | null,
  rotated: readonly RotatedFile[],
): Promise<Found | null> {
  if (position.ino === "0") return live && from(live, 0, null);
  const sameIno = rotated.filter(({ ino }) => ino === position.ino);
  if (live?.ino === position.ino && (await holds(live, position))) {
    return (await copyOfUnread(position, live, rotated)) ?? from(live, position.offset, null);
  }
  const renamed = await search(position, sameIno);
  if (renamed !== null) return from(renamed, position.offset, null);
  // By its text alone; with nothing read yet (offset 0) a text proves nothing.
  if (position.offset > 0) {
    if (live !== null && (await holds(live, position))) return from(live, position.offset, null);
    const copy = await search(position, newestFirst(rotated));
    if (copy !== null)
      return { ...from(copy, position.offset, gapOfCopy(position, copy, live)), finished: true };
  }
  return begunLater(position, live, rotated);
}

function from(file: LogFile, offset: number, gap: string | null): Found {
  return { file, offset, gap, finished: false };
}

function newestFirst(files: readonly RotatedFile[]): readonly RotatedFile[] {
  return files.toSorted((a, b) => b.mtime - a.mtime).slice(0, MAX_SEARCHED);
}

async function search(position: FilePosition, files: readonly RotatedFile[]): Promise<LogFile | null> {
  for (const { path, size } of files) {
    if (size < position.offset) continue;
    const file = await openLogFile(path, "/").catch(() => null);
    if (file === null) continue;
    if (await holds(file, position)) return file;
    await file.handle.close();
  }
  return null;
}

/** Whether the text that was read up to the position stands in this file. */
async function holds(file: LogFile, { offset, check }: FilePosition): Promise<boolean> {
  const { size } = await factsOf(file);
  if (size < offset) return false;
  const { head, tail } = await readChecked(file.handle, offset);
  return checkOf(head, tail) === check;
}

function gapOfCopy(position: FilePosition, copy: LogFile, live: LogFile | null): string | null {
  if (live?.ino !== position.ino) return null;
  const name = basename(copy.path);
  return `the log was copied to ${name} and truncated: lines written in between, if any, are lost`;
}

/** With nothing read yet (offset 0), truncating cannot be seen; but a copy made since then tells of it. */
async function copyOfUnread(
  position: FilePosition,
  live: LogFile,
  rotated: readonly RotatedFile[],
): Promise<Found | null> {
  if (position.offset > 0) return null;
  const made = rotated.filter(
    ({ naming, birth, mtime, size }) =>
      naming !== "other" && birth > position.mtime && mtime > position.mtime && size > 0,
  );
  const copy = successor(made, position);
  const file = copy && (await openLogFile(copy.path, "/").catch(() => null));
  return file && { ...from(file, 0, gapOfCopy(position, file, live)), finished: true };
}

/** The text is gone: what changed after it was read was begun later, unless it is a copy of what was read. */
async function begunLater(
  position: FilePosition,
  live: LogFile | null,
  rotated: readonly RotatedFile[],
): Promise<Found | null> {
  const unread: RotatedFile[] = [];
  for (const file of rotated) {
    if (file.mtime > position.mtime && file.size > 0 && !(await isCopy(file, position))) unread.push(file);
  }
  const next = successor(unread, position);
  const file = next === null ? live : await openLogFile(next.path, "/").catch(() => live);
  const why =
    live?.ino === position.ino
      ? "the log was truncated or replaced in place: lines not read before are lost"
      : "the file read last is gone (removed or compressed): its lines not read before are lost";
  return file && from(file, 0, why);
}

/** Whether a file begins as the one that was read: a copy, made while we were already beyond its end. */
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
