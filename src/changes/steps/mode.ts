import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from "node:fs";
import { CastellanError } from "../../errors.ts";
import type { DraftMode, Ownership, Step } from "../change.ts";
import type { Disk, Place } from "../disk.ts";
import { ownershipOf, sameOwnership } from "../safe-file.ts";
import { type HostRoot, inFolderOf, unsafe } from "../safe-folder.ts";

export type ModeStep = Extract<Step, { do: "mode" }>;

/**
 * The step that gives a file of somebody else's its permissions; null: it has them.
 *
 * The folders above may belong to others (an administrator's `.ssh`): no link is followed, the file has one name, and
 * only the file that was opened is touched, so who owns a folder can at most offer a file of his own.
 * @throws CastellanError `unsafe_path`, `not_found`
 */
export function planMode(host: HostRoot, draft: DraftMode): ModeStep | null {
  const stats = withOpened(host, draft.path, (file) => fstatSync(file));
  if (stats === null) throw new CastellanError("not_found", `there is no ${draft.path}`);
  const old = ownershipOf(stats);
  const wanted = withoutPower(stats, { mode: draft.mode, ...ownerWanted(host, draft, old) });
  return sameOwnership(old, wanted) ? null : { do: "mode", path: draft.path, old, new: wanted };
}

const SETUID_SETGID = 0o6000;

/**
 * Somebody else's file that becomes root's must not run as root for everybody: what is in it is theirs, and they set
 * its mode. chown(2) takes these bits away; setting the mode afterwards would give them back.
 */
function withoutPower(present: Stats, wanted: Ownership): Ownership {
  const becomesRoots = present.isFile() && present.uid !== 0 && wanted.uid === 0;
  return becomesRoots ? { ...wanted, mode: wanted.mode & ~SETUID_SETGID } : wanted;
}

/** In a sandbox of somebody who is not root everything is theirs, and stays so. */
function ownerWanted({ owner }: HostRoot, draft: DraftMode, old: Ownership): Pick<Ownership, "uid" | "gid"> {
  if (owner.uid !== 0) return { uid: old.uid, gid: old.gid };
  return { uid: draft.uid ?? old.uid, gid: draft.gid ?? old.gid };
}

/** @throws CastellanError `stale_plan`, `unsafe_path`; what the kernel says */
export function doMode(disk: Disk, host: HostRoot, step: ModeStep): void {
  const done = withOpened(host, step.path, (file) => {
    const present = ownershipOf(fstatSync(file));
    if (!sameOwnership(present, step.old)) {
      throw new CastellanError("stale_plan", `the permissions of ${step.path} were changed by somebody else`);
    }
    disk.setOwnership(file, step.path, present, step.new);
    return true;
  });
  if (done === null) throw new CastellanError("stale_plan", `${step.path} is gone`);
}

/** A file that is gone needs nothing. @throws CastellanError `unsafe_path`; what the kernel says */
export function undoMode(disk: Disk, host: HostRoot, step: ModeStep): void {
  withOpened(host, step.path, (file) => {
    const stats = fstatSync(file);
    const [present, old] = [ownershipOf(stats), withoutPower(stats, step.old)];
    if (!sameOwnership(present, old)) disk.setOwnership(file, step.path, present, old);
  });
}

function withOpened<T>(host: HostRoot, path: string, work: (file: number) => T): T | null {
  return inFolderOf(host, path, "links", (folder, name) => {
    const file = openForOwnership(folder.at(name));
    if (file === null) return null;
    try {
      return work(file);
    } finally {
      closeSync(file);
    }
  });
}

function openForOwnership(place: Place): number | null {
  const stats = lstatSync(place.reach, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  // Opening a device can have effects of its own.
  if (!stats.isFile() && !stats.isDirectory()) throw unsafe(place.path, "it is neither a file nor a folder");
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(place.reach, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const opened = fstatSync(file);
  if (opened.isDirectory() || (opened.isFile() && opened.nlink === 1)) return file;
  closeSync(file);
  throw unsafe(place.path, `the file has ${opened.nlink} names (hard links)`);
}
