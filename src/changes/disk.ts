import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { Ownership } from "./change.ts";

/** A name in a folder, and how it is reached: through the open folder, so that nobody can swap what lies above. */
export interface Place {
  /** What the kernel is given: `/proc/self/fd/12/zz-castellan.conf`. */
  readonly reach: string;
  /** What a person is told. */
  readonly path: string;
}

/** Everything that castellan ever does to a file system. Each single operation is announced before it is done. */
export interface Disk {
  announce(operation: string): void;
  /** A new file: `O_EXCL`, never through a link, on disk when this returns (its name: after {@link Disk.sync}). */
  create(place: Place, bytes: Uint8Array, owner: Ownership): void;
  rename(from: Place, to: Place): void;
  remove(place: Place): void;
  makeFolder(place: Place, owner: Ownership): void;
  removeFolder(place: Place): void;
  /** What was made, renamed or removed in this folder lasts through a power failure. */
  sync(folder: Place): void;
  /** Owner and mode of a file that is open. */
  setOwnership(file: number, path: string, from: Ownership, to: Ownership): void;
}

/** A place that is reached by its path: below the state folder, which nobody else may enter. */
export function placeAt(path: string): Place {
  return { reach: path, path };
}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

type Announce = Disk["announce"];

/** @param announce told of each operation before it is done; what it throws keeps the operation from being done */
export function openDisk(announce: Announce): Disk {
  return {
    announce,
    create: (place, bytes, owner) => createFile(announce, place, bytes, owner),
    rename(from, to) {
      announce(`rename ${from.path} ${to.path}`);
      renameSync(from.reach, to.reach);
    },
    remove(place) {
      announce(`remove ${place.path}`);
      unlinkSync(place.reach);
    },
    makeFolder(place, owner) {
      announce(`make folder ${place.path}`);
      mkdirSync(place.reach, { mode: 0o700 });
      withFile(place, O_RDONLY | O_DIRECTORY, (folder) => own(announce, folder, place.path, owner));
    },
    removeFolder(place) {
      announce(`remove folder ${place.path}`);
      rmdirSync(place.reach);
    },
    sync(folder) {
      announce(`sync ${folder.path}`);
      withFile(folder, O_RDONLY | O_DIRECTORY, fsyncSync);
    },
    setOwnership: (file, path, from, to) => setOwnership(announce, file, path, from, to),
  };
}

function createFile(announce: Announce, place: Place, bytes: Uint8Array, owner: Ownership): void {
  announce(`create ${place.path}`);
  withFile(place, O_WRONLY | O_CREAT | O_EXCL, (file) => {
    writeAll(announce, file, place.path, bytes);
    own(announce, file, place.path, owner);
    announce(`sync ${place.path}`);
    fsyncSync(file);
  });
}

function withFile(place: Place, flags: number, work: (file: number) => void): void {
  const file = openSync(place.reach, flags | O_NOFOLLOW, 0o600);
  try {
    work(file);
  } finally {
    closeSync(file);
  }
}

function writeAll(announce: Announce, file: number, path: string, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    announce(`write ${path}`);
    done += writeSync(file, bytes, done);
  }
}

/** Changing the owner takes setuid bits away: the mode comes last. */
function own(announce: Announce, file: number, path: string, { mode, uid, gid }: Ownership): void {
  announce(`chown ${path}`);
  fchownSync(file, uid, gid);
  announce(`chmod ${path}`);
  fchmodSync(file, mode);
}

function setOwnership(announce: Announce, file: number, path: string, from: Ownership, to: Ownership): void {
  if (from.uid !== to.uid || from.gid !== to.gid) {
    announce(`chown ${path}`);
    fchownSync(file, to.uid, to.gid);
  }
  announce(`chmod ${path}`);
  fchmodSync(file, to.mode);
  announce(`sync ${path}`);
  fsyncSync(file);
}
