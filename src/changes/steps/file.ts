import { CastellanError } from "../../errors.ts";
import type { DraftFile, FileImage, Step } from "../change.ts";
import type { Disk } from "../disk.ts";
import { draftBytes } from "../images.ts";
import {
  dropTemporary,
  lookAt,
  putFile,
  readImage,
  replaceableImage,
  type Seen,
  sameImage,
  takeFileAway,
} from "../safe-file.ts";
import {
  type HostRoot,
  inFolderOf,
  makeFolder,
  missingFolders,
  pathProblem,
  type SafeFolder,
} from "../safe-folder.ts";

export type FileStep = Extract<Step, { do: "file" }>;

/** What somebody else left in the place of one of our files. */
export interface Foreign {
  readonly path: string;
  /** base64; null: it was no file. */
  readonly content: string | null;
  readonly note: string;
}

/**
 * The step that makes a file as the draft wants it; null: it is so already.
 * @param promised folders that earlier steps make
 * @throws CastellanError `unsafe_path`
 */
export function planFile(
  host: HostRoot,
  file: DraftFile,
  promised: ReadonlySet<string>,
  temporary: string,
): FileStep | null {
  const bytes = draftBytes(file);
  const old = readImage(host, file.path);
  const wanted: FileImage | null =
    bytes === null
      ? null
      : {
          content: bytes.toString("base64"),
          mode: file.mode ?? 0o644,
          uid: file.uid ?? host.owner.uid,
          gid: file.gid ?? host.owner.gid,
        };
  if (sameImage(old, wanted)) return null;
  const made = missingFolders(host, file.path).filter((path) => !promised.has(path));
  const folders = wanted === null ? (file.folders ?? []).filter((path) => isAbove(path, file.path)) : made;
  return { do: "file", path: file.path, old, new: wanted, temporary, folders };
}

function isAbove(folder: string, path: string): boolean {
  return pathProblem(folder) === null && path.startsWith(`${folder}/`);
}

/** @throws CastellanError `stale_plan`, `unsafe_path`; what the kernel says */
export function doFile(disk: Disk, host: HostRoot, step: FileStep): void {
  if (step.new !== null) for (const folder of step.folders) makeFolder(disk, host, folder);
  const done = inFolderOf(host, step.path, "own", (folder, name) => {
    if (!sameImage(replaceableImage(folder.at(name)), step.old)) {
      throw new CastellanError("stale_plan", `${step.path} was changed by somebody else at this moment`);
    }
    if (step.new === null) takeFileAway(disk, folder, name);
    else putFile(disk, folder, name, step.temporary, step.new);
    return true;
  });
  if (done === null) throw new CastellanError("stale_plan", `the folder of ${step.path} is gone`);
  if (step.new === null) removeIfEmpty(disk, host, step.folders);
}

/**
 * Returns what was there before, wherever the step was interrupted. What somebody else has written meanwhile is put
 * aside and told of. Folders are only asked not to be links: a folder that somebody opened to others since must not
 * keep people locked out, and who may write there can write the file itself.
 * @throws CastellanError `unsafe_path`; what the kernel says
 */
export function undoFile(
  disk: Disk,
  host: HostRoot,
  step: FileStep,
  onForeign: (found: Foreign) => void,
): void {
  if (step.old !== null) {
    for (const folder of missingFolders(host, step.path, "links")) makeFolder(disk, host, folder);
  }
  inFolderOf(host, step.path, "links", (folder, name) => {
    dropTemporary(disk, folder, step.temporary);
    restore(disk, folder, name, step, onForeign);
  });
  if (step.old === null) removeIfEmpty(disk, host, step.folders);
}

function restore(
  disk: Disk,
  folder: SafeFolder,
  name: string,
  step: FileStep,
  onForeign: (found: Foreign) => void,
): void {
  const seen = lookAt(folder.at(name));
  const present = seen.kind === "file" ? seen.image : null;
  if (seen.kind !== "other" && sameImage(present, step.old)) return;
  if (!isOurs(seen, step)) onForeign(foreign(step.path, seen));
  if (step.old !== null) putFile(disk, folder, name, step.temporary, step.old);
  else if (seen.kind !== "nothing") takeFileAway(disk, folder, name);
}

/** What this step wrote, whole: content is what counts, a mode somebody changed since is not worth a copy. */
function isOurs(seen: Seen, step: FileStep): boolean {
  if (seen.kind === "nothing") return step.new === null || step.old === null;
  return seen.kind === "file" && [step.new, step.old].some((image) => image?.content === seen.image.content);
}

function foreign(path: string, seen: Seen): Foreign {
  if (seen.kind === "nothing") return { path, content: null, note: "somebody had removed it" };
  if (seen.kind === "file") {
    return { path, content: seen.image.content, note: "somebody had written something else into it" };
  }
  if (seen.isFolder) throw new CastellanError("unsafe_path", `${path} is a folder now`);
  return { path, content: null, note: `somebody had put ${seen.what} in its place` };
}

const LEFT_ALONE = new Set(["ENOENT", "ENOTEMPTY", "EEXIST", "EBUSY"]);

/** @param folders outermost first */
function removeIfEmpty(disk: Disk, host: HostRoot, folders: readonly string[]): void {
  for (const path of folders.toReversed()) {
    inFolderOf(host, path, "links", (folder, name) => {
      try {
        disk.removeFolder(folder.at(name));
      } catch (error) {
        if (!LEFT_ALONE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
        return;
      }
      disk.sync(folder.self);
    });
  }
}
