import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  type Stats,
} from "node:fs";
import type { FileImage, Ownership } from "./change.ts";
import type { Disk, Place } from "./disk.ts";
import { type HostRoot, inFolderOf, type SafeFolder, type Trust, unsafe } from "./safe-folder.ts";

/** What lies at a name. */
export type Seen =
  | { readonly kind: "nothing" }
  | { readonly kind: "file"; readonly image: FileImage; readonly links: number }
  /** A link, a folder, a pipe: `what` says so in words. */
  | { readonly kind: "other"; readonly what: string; readonly isFolder: boolean };

/** Configuration is small; what is larger is none of ours. */
const LARGEST_BYTES = 4 * 1024 * 1024;

/** Looks at a name without following it or waiting for it. @throws CastellanError `unsafe_path` (too large) */
export function lookAt(place: Place): Seen {
  const stats = lstatSync(place.reach, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: "nothing" };
  if (!stats.isFile()) return { kind: "other", what: kindOf(stats, place), isFolder: stats.isDirectory() };
  if (stats.size > LARGEST_BYTES) throw unsafe(place.path, `it has ${stats.size} bytes`);
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(place.reach, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const opened = fstatSync(file);
    if (!opened.isFile()) return { kind: "other", what: kindOf(opened, place), isFolder: false };
    const image = { content: readFileSync(file).toString("base64"), ...ownershipOf(opened) };
    return { kind: "file", image, links: opened.nlink };
  } finally {
    closeSync(file);
  }
}

/** Permission bits and owner of a file. */
export function ownershipOf(stats: Stats): Ownership {
  return { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
}

function kindOf(stats: Stats, place: Place): string {
  if (stats.isSymbolicLink()) return `a symbolic link to ${linkTarget(place)}`;
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

function linkTarget(place: Place): string {
  try {
    return readlinkSync(place.reach);
  } catch {
    return "somewhere";
  }
}

/**
 * The image of a file that castellan may replace: absent, or a regular file with one name.
 * @throws CastellanError `unsafe_path`
 */
export function replaceableImage(place: Place): FileImage | null {
  const seen = lookAt(place);
  if (seen.kind === "nothing") return null;
  if (seen.kind === "other") throw unsafe(place.path, `it is ${seen.what}`);
  if (seen.links > 1) throw unsafe(place.path, `the file has ${seen.links} names (hard links)`);
  return seen.image;
}

/** The file at a path of the host; null: it or its folder is not there. @throws CastellanError `unsafe_path` */
export function readImage(host: HostRoot, path: string, trust: Trust = "own"): FileImage | null {
  return inFolderOf(host, path, trust, (folder, name) => replaceableImage(folder.at(name)));
}

export function sameImage(one: FileImage | null, other: FileImage | null): boolean {
  if (one === null || other === null) return one === other;
  return one.content === other.content && sameOwnership(one, other);
}

export function sameOwnership(one: Ownership, other: Ownership): boolean {
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}

/** Puts a whole file in place of what is there, or of nothing: at any moment it is the old one or the new one. */
export function putFile(
  disk: Disk,
  folder: SafeFolder,
  name: string,
  temporary: string,
  image: FileImage,
): void {
  disk.create(folder.at(temporary), Buffer.from(image.content, "base64"), image);
  disk.rename(folder.at(temporary), folder.at(name));
  disk.sync(folder.self);
}

/** Takes a name away; whatever it is a name of stays where it has others. */
export function takeFileAway(disk: Disk, folder: SafeFolder, name: string): void {
  disk.remove(folder.at(name));
  disk.sync(folder.self);
}

/** Removes a temporary file that a crash may have left. */
export function dropTemporary(disk: Disk, folder: SafeFolder, temporary: string): void {
  if (lookAtKind(folder.at(temporary)) === undefined) return;
  takeFileAway(disk, folder, temporary);
}

function lookAtKind(place: Place): Stats | undefined {
  return lstatSync(place.reach, { throwIfNoEntry: false });
}
