import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { CastellanError } from "../errors.ts";
import type { Ownership } from "./change.ts";
import type { Disk, Place } from "./disk.ts";

/** The host whose files are changed. */
export interface HostRoot {
  /** `/`, or a folder that looks like a host. */
  readonly root: string;
  /** Whose files these are: root's; in a sandbox those of its owner. */
  readonly owner: { readonly uid: number; readonly gid: number };
}

export function hostRoot(root: string): HostRoot {
  if (root === "/") return { root, owner: { uid: 0, gid: 0 } };
  const { uid, gid } = statSync(root);
  return { root, owner: { uid, gid } };
}

/**
 * How much is asked of the folders on the way.
 * `own`: they belong to root and nobody else may write there: what lies in them was put there by root.
 * `links`: only no links, when something of ours has to go away whatever has become of the folders.
 */
export type Trust = "own" | "links";

/** A folder that is held open: what is done through it is done there, whatever happens to the path. */
export interface SafeFolder {
  /** As the host sees it. */
  readonly path: string;
  readonly self: Place;
  at(name: string): Place;
}

const LONGEST_PATH = 1_024;

/** Why a path is none that castellan writes to, by its text alone; null: it may be one. */
export function pathProblem(path: string): string | null {
  if (!path.startsWith("/")) return "it is not absolute";
  if (path.length > LONGEST_PATH) return `it has more than ${LONGEST_PATH} characters`;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(path)) return "it has control characters";
  const names = path.slice(1).split("/");
  if (names.some((name) => name === "" || name === "." || name === "..")) {
    return "it has an empty part, `.` or `..`";
  }
  return null;
}

/** Folder and name of a path. @throws CastellanError `unsafe_path` when its text is not safe */
export function splitPath(path: string): { readonly folders: readonly string[]; readonly name: string } {
  const problem = pathProblem(path);
  if (problem !== null) throw unsafe(path, problem);
  const names = path.slice(1).split("/");
  return { folders: names.slice(0, -1), name: names.at(-1) ?? "" };
}

/** What is missing of the folders of a path, outermost first. @throws CastellanError `unsafe_path` */
export function missingFolders(host: HostRoot, path: string, trust: Trust = "own"): string[] {
  const { folders } = splitPath(path);
  const { depth, fd } = descend(host, folders, trust);
  closeSync(fd);
  return folders.slice(depth).map((_, at) => `/${folders.slice(0, depth + at + 1).join("/")}`);
}

/**
 * Works in the folder of `path`, entered one component after the other without ever following a link (openat(2) by
 * way of /proc/self/fd). null: the folder is not there.
 * @throws CastellanError `unsafe_path` naming the component
 */
export function inFolderOf<T>(
  host: HostRoot,
  path: string,
  trust: Trust,
  work: (folder: SafeFolder, name: string) => T,
): T | null {
  const { folders, name } = splitPath(path);
  const { depth, fd } = descend(host, folders, trust);
  try {
    return depth === folders.length ? work(safeFolder(fd, `/${folders.join("/")}`), name) : null;
  } finally {
    closeSync(fd);
  }
}

/** Makes a folder in one that is there. */
export function makeFolder(disk: Disk, host: HostRoot, path: string): void {
  const owner: Ownership = { mode: 0o755, ...host.owner };
  const made = inFolderOf(host, path, "links", (folder, name) => {
    disk.makeFolder(folder.at(name), owner);
    disk.sync(folder.self);
    return true;
  });
  if (made === null) throw new CastellanError("not_found", `the folder above ${path} is gone`);
}

function safeFolder(fd: number, path: string): SafeFolder {
  const reach = `/proc/self/fd/${fd}`;
  return {
    path,
    self: { reach: `${reach}/.`, path },
    at: (name) => ({ reach: `${reach}/${name}`, path: join(path, name) }),
  };
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Opens folder after folder, as far as they are there; the caller closes the last one. */
function descend(host: HostRoot, names: readonly string[], trust: Trust): { depth: number; fd: number } {
  let fd = openSync(host.root, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    assertTrusted(host, fstatSync(fd), "/", trust);
    for (const [depth, name] of names.entries()) {
      const path = `/${names.slice(0, depth + 1).join("/")}`;
      const next = openNext(fd, name, path);
      if (next === null) return { depth, fd };
      closeSync(fd);
      fd = next;
      assertTrusted(host, fstatSync(fd), path, trust);
    }
    return { depth: names.length, fd };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openNext(fd: number, name: string, path: string): number | null {
  const reach = `/proc/self/fd/${fd}/${name}`;
  try {
    return openSync(reach, FOLDER);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code !== "ENOTDIR" && code !== "ELOOP") throw error;
    const isLink = lstatSync(reach, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    throw unsafe(path, isLink ? "it is a symbolic link" : "it is not a folder");
  }
}

/** Sticky bits do not excuse: others could still plant the names that we are about to use. */
function assertTrusted(host: HostRoot, stats: Stats, path: string, trust: Trust): void {
  if (trust === "links") return;
  if (stats.uid !== 0 && stats.uid !== host.owner.uid) {
    throw unsafe(path, `the folder belongs to uid ${stats.uid}, not to root`);
  }
  if ((stats.mode & 0o022) === 0) return;
  throw unsafe(path, `others may write to the folder (mode 0${(stats.mode & 0o7777).toString(8)})`);
}

/** The error for a path through which somebody else could lead us elsewhere. */
export function unsafe(path: string, why: string): CastellanError {
  return new CastellanError(
    "unsafe_path",
    `${path} is not safe to write: ${why}`,
    "nothing is written where others could lead castellan elsewhere; see who made it so, and put it right",
  );
}
