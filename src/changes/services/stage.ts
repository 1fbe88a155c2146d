import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CastellanError } from "../../errors.ts";
import { translateFileError } from "../../host/file-errors.ts";
import type { DraftFile } from "../change.ts";
import { copyFolder } from "./stage-copy.ts";

const PREFIX = "castellan-stage-";

/** A copy of parts of the host, in a folder that only we may enter. */
export interface Stage {
  readonly folder: string;
  /** Where a path of the host lies in the copy. */
  path(hostPath: string): string;
}

export interface StagedWork {
  readonly root: string;
  /** Folders to copy, absolute, as the host sees them. */
  readonly folders: readonly string[];
  /** Put into the copy, or taken out of it, where they lie below one of the folders. */
  readonly files?: readonly DraftFile[];
}

/**
 * Works on a copy of parts of the host, and removes it whatever happens. What a process left that was killed meanwhile
 * is removed first.
 * @throws CastellanError `source_unreadable`, `storage_full`, `not_permitted`
 */
export async function withStage<T>(
  { root, folders, files = [] }: StagedWork,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  sweepStages();
  const folder = makeFolder();
  try {
    fill(root, folder, folders, files);
    return await work({ folder, path: (hostPath) => join(folder, hostPath) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(root: string, folder: string, folders: readonly string[], files: readonly DraftFile[]): void {
  try {
    for (const source of folders) copyFolder(root, source, folder);
    for (const file of files) {
      if (folders.some((source) => file.path.startsWith(`${source}/`))) place(folder, file);
    }
  } catch (error) {
    throw translate(error, folder);
  }
}

/** The draft's path is one that castellan made up; a `..` in it would be a defect. */
function place(folder: string, { path, content, encoding = "utf8" }: DraftFile): void {
  if (path.split("/").includes("..")) throw new CastellanError("unsafe_path", `${path} holds ..`);
  const target = join(folder, path);
  rmSync(target, { force: true });
  if (content === null) return;
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  writeFileSync(target, Buffer.from(content, encoding), { mode: 0o600, flag: "wx" });
}

function translate(error: unknown, folder: string): unknown {
  if (error instanceof CastellanError) return error;
  const coded = translateFileError(error, folder);
  if (coded instanceof CastellanError) return coded;
  const { message } = error as Error;
  return new CastellanError("source_unreadable", `the configuration could not be copied: ${message}`, "", {
    cause: error,
  });
}

/**
 * Where copies are made. root's lie where nobody else may write, and in memory: who owns the folder above could put
 * another in a copy's place, and a configuration that root tests may name code to load. TMPDIR is not asked.
 */
export function stageHomes(): readonly string[] {
  return process.geteuid?.() === 0 ? ["/run", "/tmp"] : [tmpdir()];
}

function makeFolder(): string {
  let failure: unknown;
  for (const home of stageHomes()) {
    try {
      return mkdtempSync(join(home, `${PREFIX}${process.pid}-`));
    } catch (error) {
      failure ??= error;
    }
  }
  throw translate(failure, stageHomes().join(" and "));
}

/** Removes copies of our own that processes left which are gone. */
export function sweepStages(): void {
  const uid = process.geteuid?.() ?? -1;
  for (const path of stageHomes().flatMap(stagesIn)) {
    const pid = Number(/^castellan-stage-(\d{1,10})-/.exec(basename(path))?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true && stats.uid === uid) rmSync(path, { recursive: true, force: true });
  }
}

function stagesIn(home: string): string[] {
  try {
    return readdirSync(home)
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => join(home, name));
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
