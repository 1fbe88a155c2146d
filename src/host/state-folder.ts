import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CastellanError } from "../errors.ts";
import { translateFileError } from "./file-errors.ts";

/** Where castellan keeps its database and key: a folder only its owner may enter (0700). */
export function stateFolder(
  option: string | undefined,
  environment: NodeJS.ProcessEnv,
  uid: number | undefined = process.geteuid?.(),
): string {
  const chosen = option ?? environment["CASTELLAN_STATE"];
  if (chosen !== undefined && chosen !== "") return resolve(chosen);
  if (uid === 0) return "/var/lib/castellan";
  const base = environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return join(base, "castellan");
}

/** Makes the state folder (0700) when it is missing and refuses one that others may enter. */
export function prepareStateFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    throw new CastellanError(
      "not_permitted",
      `cannot make the state folder ${folder}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`,
      "run castellan as root, or name a folder of your own with --state DIR",
      { cause: error },
    );
  }
  assertPrivate(folder, "directory");
}

/** As `mkdir -p`, mode 0700. Node's own `recursive` never ends where the kernel refuses by ENOENT (/proc). */
function makeFolders(folder: string): void {
  if (isThere(folder)) return;
  if (!isThere(dirname(folder))) makeFolders(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * Whether something lies there, be it a link that leads nowhere.
 * @throws CastellanError `not_permitted` when the folder may not be entered: that is no answer
 */
export function isThere(path: string): boolean {
  return look(path) !== undefined;
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw translateFileError(error, path);
  }
}

/** Makes what was created or renamed in a folder last through a power failure. */
export function syncFolder(folder: string): void {
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Refuses a path that somebody else owns, may read, or that is a link: what lies there decides who may enter.
 * @throws CastellanError `unsafe_permissions`, `not_found`, `not_permitted`
 */
export function assertPrivate(path: string, kind: "file" | "directory"): void {
  const stats = look(path);
  if (stats === undefined) throw new CastellanError("not_found", `there is no ${path}`);
  const problem = privacyProblem(stats, kind);
  if (problem === undefined) return;
  const mode = kind === "file" ? "0600" : "0700";
  throw new CastellanError(
    "unsafe_permissions",
    `${path} ${problem}`,
    `see who changed it, then: chown ${ownerName()} ${path} && chmod ${mode} ${path}`,
  );
}

function privacyProblem(stats: Stats, kind: "file" | "directory"): string | undefined {
  if (stats.isSymbolicLink()) return "is a symbolic link";
  if (kind === "file" ? !stats.isFile() : !stats.isDirectory()) return `is not a ${kind}`;
  const me = process.geteuid?.();
  if (me !== undefined && stats.uid !== me) return `belongs to uid ${stats.uid}, not to uid ${me}`;
  if ((stats.mode & 0o077) !== 0) {
    return `has mode 0${(stats.mode & 0o7777).toString(8)}: others may open it`;
  }
  return undefined;
}

function ownerName(): string {
  return process.geteuid?.() === 0 ? "root" : String(process.geteuid?.() ?? "you");
}
