import { lstatSync, type Stats } from "node:fs";
import { CastellanError } from "../errors.ts";
import { translateFileError } from "../host/file-errors.ts";

/**
 * Whether a part of the journal is there. What it says is carried out with our rights, so nobody else may have written
 * it. That others may read it is no reason to leave a change in place that keeps people out.
 * @throws CastellanError `unsafe_permissions` for what is another user's, can be written by others, or is a link;
 *   `not_permitted`
 */
export function isTrusted(path: string, kind: "file" | "directory"): boolean {
  const stats = look(path);
  if (stats === undefined) return false;
  const problem = problemOf(stats, kind);
  if (problem === null) return true;
  throw new CastellanError(
    "unsafe_permissions",
    `${path} ${problem}: what this journal of changes says is not believed`,
    "see who changed it; what it would have castellan write may be an attack",
  );
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw translateFileError(error, path);
  }
}

function problemOf(stats: Stats, kind: "file" | "directory"): string | null {
  if (stats.isSymbolicLink()) return "is a symbolic link";
  if (kind === "file" ? !stats.isFile() : !stats.isDirectory()) return `is not a ${kind}`;
  const me = process.geteuid?.();
  if (me !== undefined && stats.uid !== me) return `belongs to uid ${stats.uid}, not to uid ${me}`;
  if ((stats.mode & 0o022) === 0) return null;
  return `has mode 0${(stats.mode & 0o7777).toString(8)}: others may write to it`;
}
