import { constants, type Stats } from "node:fs";
import { access, type FileHandle, lstat, open, readdir, readlink, statfs } from "node:fs/promises";
import { posix } from "node:path";
import { CastellanError } from "../errors.ts";
import type { AdvisedHost, FileFacts } from "./fact.ts";
import { locate } from "./host-path.ts";

const TEXT_BYTES = 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** open(2): names a file without opening it; Node has no constant for it. The same on x86-64 and arm64. */
const O_PATH = 0o10000000;

/** The file calls of an {@link AdvisedHost}, below `root`. */
export type HostFiles = Pick<AdvisedHost, "text" | "tail" | "list" | "stat" | "link" | "space">;

/** @param rootUid whose files count as root's */
export function openHostFiles(root: string, rootUid = 0): HostFiles {
  const at = (path: string, last: "follow" | "keep" = "follow") => locate(root, path, last);
  return {
    text: (path, maxBytes = TEXT_BYTES) =>
      answer(path, async () => await withFile(await at(path), path, (file) => whole(file, path, maxBytes))),
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
  read: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const name = await open(place, O_PATH);
  try {
    const stats = await name.stat();
    if (!stats.isFile()) throw new CastellanError("command_failed", `${path} is not a regular file`);
    const file = await open(`/proc/self/fd/${name.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await read(file, stats.size);
    } finally {
      await file.close();
    }
  } finally {
    await name.close();
  }
}

/** Files of /proc have no size: read until the end, whatever fstat(2) said. */
async function whole(file: FileHandle, path: string, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return Buffer.concat(pieces).toString("utf8");
    bytes += bytesRead;
    if (bytes > maxBytes) {
      throw new CastellanError("command_failed", `${path} is larger than ${maxBytes} bytes: it was not read`);
    }
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

async function end(file: FileHandle, size: number, maxBytes: number): Promise<string> {
  const length = Math.min(size, maxBytes);
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, size - length + filled);
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
