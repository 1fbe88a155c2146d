import { close, closeSync, constants, fstat, open, read, type Stats } from "node:fs";
import { access, lstat, readdir, readlink, statfs } from "node:fs/promises";
import { posix } from "node:path";
import { promisify } from "node:util";
import { CastellanError } from "../errors.ts";
import type { AdvisedHost, FileFacts } from "./fact.ts";
import { locate } from "./host-path.ts";

const TEXT_BYTES = 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Nearly all of /proc/sys is shorter. */
const FIRST_CHUNK_BYTES = 4 * 1024;
/** open(2): names a file without opening it; Node has no constant for it. The same on x86-64 and arm64. */
const O_PATH = 0o10000000;

/** Bare numbers instead of file handles: a run opens hundreds of files, and each handle costs as much as its file. */
const [openFile, statFile, readFile] = [promisify(open), promisify(fstat), promisify(read)];

/** The file calls of an {@link AdvisedHost}, below `root`. */
export type HostFiles = Pick<AdvisedHost, "text" | "tail" | "list" | "stat" | "link" | "space">;

/** @param rootUid whose files count as root's */
export function openHostFiles(root: string, rootUid = 0): HostFiles {
  const at = (path: string, last: "follow" | "keep" = "follow") => locate(root, path, last);
  return {
    text: (path, maxBytes = TEXT_BYTES) =>
      answer(
        path,
        async () => await withFile(await at(path), path, (file, size) => whole(file, size, path, maxBytes)),
      ),
    tail: (path, maxBytes = TAIL_BYTES) =>
      answer(
        path,
        async () => await withFile(await at(path), path, (file, size) => end(file, size, maxBytes)),
      ),
    list: (path) => answer(path, async () => (await readdir(await at(path))).sort()),
    stat: (path) => answer(path, async () => factsOf(await lstat(await at(path, "keep")), rootUid)),
    link: (path) =>
      answer(path, async () => posix.resolve(posix.dirname(path), await readlink(await at(path, "keep")))),
    async space(path) {
      const room = await answer(path, async () => await statfs(await at(path)));
      if (room === null) throw new CastellanError("not_found", `there is no ${path}`);
      const { blocks, bavail, bsize, files, ffree } = room;
      return { bytes: blocks * bsize, freeBytes: bavail * bsize, inodes: files, freeInodes: ffree };
    },
  };
}

/** Whether a program lies there that may be run. */
export async function isProgram(root: string, path: string): Promise<boolean> {
  try {
    const place = await locate(root, path, "follow");
    await access(place, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What is not there is null; everything else that goes wrong is no answer. */
async function answer<T>(path: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    // readlink(2): it is there, and no link.
    if (code === "EINVAL" && (error as NodeJS.ErrnoException).syscall === "readlink") return null;
    if (error instanceof CastellanError) throw error;
    throw refusal(path, code ?? "unknown error", error);
  }
}

function refusal(path: string, code: string, cause: unknown): CastellanError {
  const isDenied = code === "EACCES" || code === "EPERM";
  return isDenied
    ? new CastellanError("not_permitted", `you may not read ${path} (${code})`, "run castellan as root", {
        cause,
      })
    : new CastellanError("command_failed", `${path} could not be read (${code})`, "", { cause });
}

/**
 * Opens a regular file and nothing else. The path is named first and looked at: opening a FIFO would wait for its
 * writer, and opening some devices does something (`/dev/watchdog`); a customer may have put a link there.
 */
async function withFile<T>(
  place: string,
  path: string,
  work: (file: number, size: number) => Promise<T>,
): Promise<T> {
  const { file, size } = await openRegular(place, path);
  try {
    return await work(file, size);
  } finally {
    // A file system of a customer's making may keep this waiting; nobody needs to know.
    close(file, () => {});
  }
}

async function openRegular(place: string, path: string): Promise<{ file: number; size: number }> {
  const name = await openFile(place, O_PATH);
  try {
    const stats = await statFile(name);
    if (!stats.isFile()) throw new CastellanError("command_failed", `${path} is not a regular file`);
    const file = await openFile(`/proc/self/fd/${name}`, constants.O_RDONLY | constants.O_NONBLOCK);
    return { file, size: stats.size };
  } finally {
    // No file system is asked where only a name was held.
    closeSync(name);
  }
}

/** Room for one byte more than there is tells the end by itself. Files of /proc have no size: read until the end. */
async function whole(file: number, size: number, path: string, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let room = size === 0 ? FIRST_CHUNK_BYTES : Math.min(size, maxBytes) + 1;
  for (;;) {
    const { bytesRead, buffer } = await readFile(file, Buffer.allocUnsafe(room), 0, room, null);
    bytes += bytesRead;
    if (bytes > maxBytes) {
      throw new CastellanError("command_failed", `${path} is larger than ${maxBytes} bytes: it was not read`);
    }
    pieces.push(buffer.subarray(0, bytesRead));
    if (bytesRead === 0 || bytes === size) return textOf(pieces);
    room = CHUNK_BYTES;
  }
}

function textOf(pieces: readonly Buffer[]): string {
  const [first, ...more] = pieces;
  return (more.length === 0 && first !== undefined ? first : Buffer.concat(pieces)).toString("utf8");
}

async function end(file: number, size: number, maxBytes: number): Promise<string> {
  const length = Math.min(size, maxBytes);
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await readFile(file, buffer, filled, length - filled, size - length + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled).toString("utf8");
}

function factsOf(stats: Stats, rootUid: number): FileFacts {
  const { mode, size, mtimeMs } = stats;
  const isRoots = stats.uid === rootUid;
  const { uid, gid } = isRoots ? { uid: 0, gid: rootUid === 0 ? stats.gid : 0 } : stats;
  return { mode, uid, gid, size, mtimeMs, kind: kindOf(stats) };
}

function kindOf(stats: Stats): FileFacts["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "link" : "other";
}
