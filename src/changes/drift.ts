import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CastellanError } from "../errors.ts";
import type { ChangeDraft, DriftedFile, FileImage } from "./change.ts";
import type { Engine } from "./engine.ts";
import { draftBytes, imageText } from "./images.ts";
import type { JournalRecord } from "./journal-record.ts";
import { readKept } from "./kept.ts";
import { OWN_FILES, phpSettingsFile } from "./own/paths.ts";
import { lookAt } from "./safe-file.ts";
import { inFolderOf } from "./safe-folder.ts";
import type { FileStep } from "./steps/file.ts";

/** What castellan wrote last into a file, and by which change. */
interface Written {
  readonly changeId: number;
  readonly image: FileImage | null;
}

/** Files of castellan's that are not as it left them, and that nobody has looked at and kept since. */
export function driftedFiles(engine: Engine): DriftedFile[] {
  const written = lastWritten(engine.journal.readable());
  const paths = new Set([...written.keys(), ...ownPaths(engine)]);
  const drifted = [...paths].sort().flatMap((path) => driftOf(engine, path, written.get(path)) ?? []);
  return drifted.filter(({ kept }) => !kept);
}

/** The drift that a draft would overwrite; a file that is already as wanted is none. */
export function draftDrift(engine: Engine, draft: ChangeDraft, steps: readonly FileStep[]): DriftedFile[] {
  const touched = new Set(steps.map(({ path }) => path));
  const written = lastWritten(engine.journal.readable(), touched);
  return (draft.files ?? []).flatMap((file) => {
    if (!touched.has(file.path)) return [];
    const drift = driftOf(engine, file.path, written.get(file.path));
    const wanted = draftBytes(file)?.toString("utf8") ?? null;
    return drift === null || drift.present === wanted ? [] : [{ ...drift, wanted }];
  });
}

/** SHA-256 of what is there, for {@link readKept}; a file that is gone has a word of its own. */
export function contentHash(present: FileImage | null): string {
  if (present === null) return "gone";
  return createHash("sha256").update(Buffer.from(present.content, "base64")).digest("hex");
}

/** What is there now, whoever put it there. A link or a folder is no content of ours: as if there were nothing. */
export function presentImage(engine: Engine, path: string): FileImage | null {
  return inFolderOf(engine.host(), path, "links", (folder, name) => {
    const seen = lookAt(folder.at(name));
    return seen.kind === "file" ? seen.image : null;
  });
}

/** By content: a mode that somebody changed shows as an effect of the next plan. */
function driftOf(engine: Engine, path: string, written: Written | undefined): DriftedFile | null {
  const present = readable(engine, path);
  if (present === undefined) return null;
  const applied = written?.image ?? null;
  if (present?.content === applied?.content) return null;
  return {
    path,
    changeId: written?.changeId ?? null,
    state: written === undefined ? "unknown" : present === null ? "gone" : "edited",
    applied: imageText(applied),
    present: imageText(present),
    kept: readKept(engine.parts.state).get(path) === contentHash(present),
  };
}

/** undefined: not to be judged here; a plan for it is refused and says why. */
function readable(engine: Engine, path: string): FileImage | null | undefined {
  try {
    return presentImage(engine, path);
  } catch (error) {
    if (error instanceof CastellanError && error.code === "unsafe_path") return undefined;
    throw error;
  }
}

/**
 * @param records the newest first
 * @param wanted no other files are asked for: older records need not be read
 */
function lastWritten(
  records: Iterable<JournalRecord>,
  wanted?: ReadonlySet<string>,
): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>();
  for (const { id, state, steps } of records) {
    if (wanted !== undefined && [...wanted].every((path) => written.has(path))) break;
    if (state !== "confirmed" && state !== "applied") continue;
    for (const step of steps) {
      if (step.do === "file" && !written.has(step.path)) {
        written.set(step.path, { changeId: id, image: step.new });
      }
    }
  }
  return written;
}

/** Every place where a file of castellan's can be, those of each PHP that is installed among them. */
function ownPaths({ parts }: Engine): string[] {
  const php = foldersIn(join(parts.root, "etc/php")).flatMap((version) => {
    const ways = foldersIn(join(parts.root, "etc/php", version));
    return ways.map((way) => phpSettingsFile(version, way));
  });
  return [...Object.values(OWN_FILES), ...php];
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
