import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, lstat, open, realpath, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { CastellanError } from "../../errors.ts";

/** Which file it is, whatever its name: device and inode number (64 bits, hence text) and what changes. */
export interface FileFacts {
  readonly dev: string;
  readonly ino: string;
  /** Bytes. */
  readonly size: number;
  /** Last change of its content, epoch ms with fractions. */
  readonly mtime: number;
  /** Neither FIFO nor folder nor device. */
  readonly regular: boolean;
}

/** A regular file held open for reading. */
export interface LogFile {
  readonly path: string;
  readonly dev: string;
  readonly ino: string;
  readonly handle: FileHandle;
}

/** Whether two are the same file. */
export function sameFile(a: Pick<FileFacts, "dev" | "ino">, b: Pick<FileFacts, "dev" | "ino">): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/** What stands behind an open file now. */
export async function factsOf({ handle }: LogFile): Promise<FileFacts> {
  return toFacts(await handle.stat({ bigint: true }));
}

/** What stands at a path now, links followed; null when nothing does. */
export async function factsAt(path: string): Promise<FileFacts | null> {
  try {
    return toFacts(await stat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw unreadable(path, error);
  }
}

/** The facts that following needs, from what the kernel tells of a file. */
export function toFacts(stats: BigIntStats): FileFacts {
  return {
    dev: String(stats.dev),
    ino: String(stats.ino),
    size: Number(stats.size),
    mtime: Number(stats.mtimeNs) / 1e6,
    regular: stats.isFile(),
  };
}

/**
 * Opens a log file for reading, without ever waiting on it or waking what is no log: a FIFO, device, folder or
 * socket is refused before it is opened, and checked again by its descriptor.
 *
 * The last part of the path may be a link only when root or we made it and its target is a regular file in a
 * folder that not everybody may write to, inside `root`: otherwise a user could aim it at a file that only root
 * may read, and castellan would show its lines.
 * @throws CastellanError `source_unreadable`
 */
export async function openLogFile(path: string, root: string): Promise<LogFile> {
  const target = await resolveLog(path, root);
  const handle = await attempt(path, () =>
    open(target, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY),
  );
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) {
    await handle.close();
    throw notALog(path, stats);
  }
  const { dev, ino } = toFacts(stats);
  return { path: target, dev, ino, handle };
}

async function resolveLog(path: string, root: string): Promise<string> {
  const stats = await attempt(path, () => lstat(path, { bigint: true }));
  const isLink = stats.isSymbolicLink();
  if (isLink && stats.uid !== 0n && Number(stats.uid) !== process.geteuid?.()) {
    throw refused(path, `is a link made by uid ${stats.uid}`, "let root make the link, or name its target");
  }
  if (isLink || root !== sep) await attempt(path, () => assertInside(path, root));
  if (!isLink) {
    if (!stats.isFile()) throw notALog(path, stats);
    return path;
  }
  const target = await attempt(path, () => realpath(path));
  await attempt(path, () => assertSheltered(path, dirname(target)));
  const targetStats = await attempt(path, () => lstat(target, { bigint: true }));
  if (!targetStats.isFile()) throw notALog(path, targetStats);
  return target;
}

/** A link under `--root DIR` must not lead out of it: it would be read from another host than was asked for. */
async function assertInside(path: string, root: string): Promise<void> {
  const [target, base] = await Promise.all([realpath(path), realpath(root)]);
  if (base === sep || target.startsWith(base + sep)) return;
  throw refused(path, `leads to ${target}, outside of ${root}`, "copy the log into the root folder");
}

/** Refuses a folder into which everybody may put files, and one that somebody else may swap for another. */
async function assertSheltered(path: string, folder: string): Promise<void> {
  for (let at = folder; ; at = dirname(at)) {
    const { mode } = await stat(at);
    const sticky = (mode & 0o1000) !== 0;
    if ((mode & 0o002) !== 0 && (at === folder || !sticky)) {
      throw refused(path, `leads into ${at}, where everybody may write`, "name a log in a folder of root's");
    }
    if (at === dirname(at)) return;
  }
}

async function attempt<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof CastellanError ? error : unreadable(path, error);
  }
}

function notALog(path: string, stats: BigIntStats): CastellanError {
  return refused(path, `is a ${kindOf(stats)}, not a log file`, "name the log file itself");
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return "FIFO";
  if (stats.isDirectory()) return "folder";
  if (stats.isSocket()) return "socket";
  if (stats.isSymbolicLink()) return "link";
  return "device";
}

function refused(path: string, why: string, hint: string): CastellanError {
  return new CastellanError("source_unreadable", `${path} ${why}`, hint);
}

/** The error of a system call on a log, as castellan says it. */
export function unreadable(path: string, error: unknown): CastellanError {
  const code = errnoOf(error);
  const [why, hint] = WHY[code] ?? [`cannot be read (${code})`, "see dmesg and the file system's health"];
  return new CastellanError("source_unreadable", `${path} ${why}`, hint, { cause: error });
}

const PERMISSION =
  "run castellan as root, or add its user to the group that may read the log (adm on Debian)";
const WHY: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ["is missing", "castellan goes on as soon as it is there; see whether rsyslog runs"],
  ENOTDIR: ["is missing: a part of the path is no folder", "correct the path"],
  EACCES: ["may not be read (permission denied)", PERMISSION],
  EPERM: ["may not be read (not permitted)", PERMISSION],
  ELOOP: ["is a link that leads in a circle", "name the log file itself"],
};

/** The system's code of an error, such as ENOENT. */
export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? "unknown error";
}
