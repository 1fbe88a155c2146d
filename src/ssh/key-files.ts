import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import type { OsLogin } from "../host/passwd.ts";
import { type KeyLine, parseKeyLines } from "./key-lines.ts";

/** A login with the ids of its groups: sshd opens key files with the user's own rights. */
export interface KeyOwner extends Pick<OsLogin, "name" | "uid" | "gid" | "home"> {
  readonly gids: readonly number[];
  /**
   * Groups of theirs alone, whose write permission Debian's sshd forgives, by number; `true`: on files of root's too.
   * Empty elsewhere than on Debian.
   */
  readonly privateGroups: ReadonlyMap<number, boolean>;
}

/** One file that AuthorizedKeysFile names. */
export interface KeyFile {
  /** As the host sees it. */
  readonly path: string;
  readonly keys: readonly KeyLine[];
  /** Why sshd cannot read it; null: it can. */
  readonly unreadable: string | null;
  /** What StrictModes holds against it; null: nothing. */
  readonly loose: string | null;
}

const LARGEST = 1024 * 1024;

/**
 * The paths that AuthorizedKeysFile stands for: tokens %h %u %U %%, relative ones below the home folder.
 * @param value as `sshd -T` prints it: separated by blanks
 */
export function keyPaths(value: string, login: Pick<KeyOwner, "name" | "uid" | "home">): string[] {
  const tokens: Readonly<Record<string, string>> = {
    "%": "%",
    h: login.home,
    u: login.name,
    U: String(login.uid),
  };
  return value
    .split(" ")
    .filter((path) => path !== "" && path.toLowerCase() !== "none")
    .map((path) => path.replace(/%(.)/g, (text, token: string) => tokens[token] ?? text))
    .map((path) => (path.startsWith("/") ? path : join(login.home, path)));
}

/** Whose files are read. */
interface Place {
  readonly root: string;
  /** Whose files count as root's. */
  readonly rootUid: number;
}

/** Reads the key files of a login; those that are not there are left out. */
export function readKeyFiles(
  root: string,
  login: KeyOwner,
  paths: readonly string[],
  rootUid = 0,
): KeyFile[] {
  return paths.flatMap((path) => readKeyFile({ root, rootUid }, login, path) ?? []);
}

/**
 * What lies in a customer's folder is theirs: links are followed only within the host's root and only to regular files
 * that the login itself could read; a FIFO or a device is never opened.
 */
function readKeyFile(place: Place, login: KeyOwner, path: string): KeyFile | null {
  const { root } = place;
  const nothing = (unreadable: string): KeyFile => ({ path, keys: [], unreadable, loose: null });
  let real: string;
  try {
    real = realpathSync(join(root, path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" || code === "ENOTDIR" ? null : nothing(`cannot be reached (${code})`);
  }
  if (!isBelow(realpathSync(root), real)) return nothing("is a link that leads out of this host's files");
  if (!statSync(real).isFile()) return nothing("is not a regular file");
  const barred = barredFolder(place, login, path);
  if (barred !== null) return nothing(barred);
  try {
    const text = readAs(place, login, real);
    if (text === null) return nothing(`${login.name} cannot read it`);
    return { path, keys: parseKeyLines(text), unreadable: null, loose: looseness(place, login, real) };
  } catch (error) {
    return nothing(`cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../");
}

/** The text of a regular file that the login may read; null: it may not, or it is something else by now. */
function readAs(place: Place, login: KeyOwner, path: string): string | null {
  const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile() || !mayUse(login, ownedAt(place, facts), 4)) return null;
    const bytes = Buffer.alloc(Math.min(facts.size, LARGEST));
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}

type Owned = Pick<Stats, "uid" | "gid" | "mode">;

function ownedAt({ rootUid }: Place, { uid, gid, mode }: Stats): Owned {
  return { uid: uid === rootUid ? 0 : uid, gid, mode };
}

/** Whether the permission bits let a login read (4) or pass through (1). */
function mayUse({ uid, gid, gids }: KeyOwner, facts: Owned, bit: 1 | 4): boolean {
  if (uid === 0) return true;
  if (facts.uid === uid) return (facts.mode & (bit << 6)) !== 0;
  if (facts.gid === gid || gids.includes(facts.gid)) return (facts.mode & (bit << 3)) !== 0;
  return (facts.mode & bit) !== 0;
}

/** The folders above a file, nearest first, up to the host's root. */
function foldersAbove(root: string, path: string): string[] {
  const top = realpathSync(root);
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === top || folder === "/") return folders;
  }
}

/** The kernel follows at most so many links (path_resolution(7)). */
const MOST_LINKS = 40;

/** Every folder that is passed through on the way to a file, also those that links lead through. */
function foldersOnTheWay(root: string, path: string): Set<string> {
  const names = (text: string): string[] => text.split("/").filter((name) => name !== "" && name !== ".");
  const passed = new Set<string>();
  const rest = names(path);
  let at = realpathSync(root);
  let links = 0;
  for (let name = rest.shift(); name !== undefined && links <= MOST_LINKS; name = rest.shift()) {
    passed.add(at);
    const next = join(at, name);
    if (!lstatSync(next).isSymbolicLink()) at = next;
    else {
      const target = readlinkSync(next);
      rest.unshift(...names(target));
      if (target.startsWith("/")) at = "/";
      links++;
    }
  }
  return passed;
}

function barredFolder(place: Place, login: KeyOwner, path: string): string | null {
  const { root } = place;
  const folders = [...foldersOnTheWay(root, path)].filter((folder) => isBelow(realpathSync(root), folder));
  const barred = folders.findLast((folder) => !mayUse(login, ownedAt(place, statSync(folder)), 1));
  return barred === undefined ? null : `${login.name} cannot enter ${shown(root, barred)}`;
}

/** What StrictModes refuses: safe_path of OpenSSH's misc.c, from the file up to the home folder. */
function looseness(place: Place, login: KeyOwner, path: string): string | null {
  const { root } = place;
  const home = realpathOrNull(join(root, login.home));
  const file = looseReason(login, ownedAt(place, statSync(path)));
  if (file !== null) return `${shown(root, path)} ${file}`;
  for (const folder of foldersAbove(root, path)) {
    const reason = looseReason(login, ownedAt(place, statSync(folder)));
    if (reason !== null) return `${shown(root, folder)} ${reason}`;
    if (folder === home) break;
  }
  return null;
}

function looseReason({ name, uid, privateGroups }: KeyOwner, facts: Owned): string | null {
  if (facts.uid !== 0 && facts.uid !== uid) return `belongs to uid ${facts.uid}, not to ${name} or root`;
  const forgives = privateGroups.get(facts.gid);
  const isForgiven = forgives === true || (forgives === false && facts.uid === uid);
  return (facts.mode & (isForgiven ? 0o002 : 0o022)) !== 0 ? "may be written by others" : null;
}

function realpathOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function shown(root: string, path: string): string {
  return root === "/" ? path : join("/", relative(realpathSync(root), path));
}
