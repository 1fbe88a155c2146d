import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { DraftFile } from "../change.ts";

/** The files below /etc as sshd would read them. Paths are absolute, as the host sees them. */
export interface ConfigFiles {
  /** Text of a file; null: there is none. @throws CastellanError `source_unreadable` */
  readonly read: (path: string) => string | null;
  /** Names in a folder, sorted by byte; empty when there is no such folder. */
  readonly list: (folder: string) => string[];
  readonly isThere: (path: string) => boolean;
}

const LARGEST = 4 * 1024 * 1024;

/** The host's files below `root`, with those of a draft in their place. */
export function configFiles(root: string, draft: readonly DraftFile[] = []): ConfigFiles {
  const drafted = new Map(draft.map((file) => [file.path, textOf(file)]));
  return {
    read: (path) => {
      const content = drafted.get(path);
      return content === undefined ? readRegular(join(root, path)) : content;
    },
    list: (folder) => {
      const names = new Set(namesIn(join(root, folder)));
      for (const [path, content] of drafted) {
        const name = nameBelow(folder, path);
        if (name === null) continue;
        if (content === null) names.delete(name);
        else names.add(name);
      }
      return [...names].sort(byBytes);
    },
    isThere: (path) => {
      const content = drafted.get(path);
      return content === undefined
        ? statSync(join(root, path), { throwIfNoEntry: false }) !== undefined
        : content !== null;
    },
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The first name of `path` below `folder`; null when it lies elsewhere. */
function nameBelow(folder: string, path: string): string | null {
  const prefix = folder === "/" ? "/" : `${folder}/`;
  return path.startsWith(prefix) ? (path.slice(prefix.length).split("/")[0] ?? null) : null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Reads a regular file; never waits for a FIFO, never reads a device. */
function readRegular(path: string): string | null {
  let file: number;
  try {
    if (!statSync(path).isFile()) throw unreadable(path, "is not a regular file");
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (error instanceof CastellanError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(path, `cannot be read (${code})`, error);
  }
  try {
    return readWhole(file, path);
  } finally {
    closeSync(file);
  }
}

function readWhole(file: number, path: string): string {
  const facts = fstatSync(file);
  if (!facts.isFile()) throw unreadable(path, "is not a regular file");
  if (facts.size > LARGEST) throw unreadable(path, `is larger than ${LARGEST} bytes`);
  // One byte more than it has: whether the end was reached.
  const bytes = Buffer.alloc(facts.size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0 || length === bytes.length) return bytes.toString("utf8", 0, length);
    length += read;
  }
}

function unreadable(path: string, why: string, cause?: unknown): CastellanError {
  return new CastellanError("source_unreadable", `${path} ${why}`, "see what lies there with ls -l", {
    cause,
  });
}

function textOf({ content, encoding = "utf8" }: DraftFile): string | null {
  return content === null ? null : Buffer.from(content, encoding).toString("utf8");
}
