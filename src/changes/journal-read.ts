import { readFileSync, statSync } from "node:fs";
import { codeOf } from "../errors.ts";
import { isThere } from "../host/state-folder.ts";
import type { JournalFolder } from "./journal-folder.ts";
import { damagedRecord, type JournalRecord, parseRecord } from "./journal-record.ts";
import { isTrusted } from "./journal-trust.ts";
import { reasonOf } from "./reasons.ts";

/** What the journal says. What somebody else could have written is refused, not believed. */
export interface JournalReader {
  /** Numbers that are taken, the oldest first. @throws CastellanError `unsafe_permissions` */
  ids(): number[];
  /** Changes that are not settled, the oldest first; costs one readdir. */
  open(): number[];
  /** null: there is none. @throws CastellanError `database_damaged`, `database_newer`, `unsafe_permissions` */
  read(id: number): JournalRecord | null;
  /** null: there is none that can be read. */
  readOrNull(id: number): JournalRecord | null;
  /** The newest first, each read once it is asked for. @throws CastellanError as {@link JournalReader.read} */
  all(): Iterable<JournalRecord>;
  /** As {@link JournalReader.all}, but a damaged record of one change does not stand in the way of the others. */
  readable(): Iterable<JournalRecord>;
  /** Numbers of which a process that ended left a folder without a record, and nothing else. */
  emptied(): number[];
  /** Whether a process ended while it wrote this record: what it began is still there. */
  hasLeftover(id: number): boolean;
}

export const RECORD = "record.json";
/** A record that is being written. */
export const NEW = "record.new";
/** What is wrong with one record, and with no other. */
const UNREADABLE: ReadonlySet<string> = new Set(["database_damaged", "database_newer", "unsafe_permissions"]);

/** Far more than a change of any shape takes; what is larger would not fit into a string. */
const LARGEST_BYTES = 128 * 1024 * 1024;

/** A disk that cannot give one record back must not keep the others from being rolled back. */
function readText(path: string): string {
  try {
    if (statSync(path).size <= LARGEST_BYTES) return readFileSync(path, "utf8");
  } catch (error) {
    throw damagedRecord(path, `cannot be read: ${reasonOf(error)}`);
  }
  throw damagedRecord(path, "is far too large");
}

export function journalReader(folder: JournalFolder): JournalReader {
  function read(id: number): JournalRecord | null {
    const isTaken =
      isTrusted(folder.self.path, "directory") && isTrusted(folder.folderOf(id).path, "directory");
    const { path } = folder.inside(id, RECORD);
    return isTaken && isTrusted(path, "file") ? parseRecord(readText(path), id, path) : null;
  }

  function readOrNull(id: number): JournalRecord | null {
    try {
      return read(id);
    } catch (error) {
      if (UNREADABLE.has(codeOf(error) ?? "")) return null;
      throw error;
    }
  }

  function* newestFirst(readOne: typeof read): Iterable<JournalRecord> {
    for (const id of folder.ids().toReversed()) {
      const record = readOne(id);
      if (record !== null) yield record;
    }
  }

  function emptied(): number[] {
    const open = new Set(folder.openIds());
    return folder.ids().filter((id) => !open.has(id) && !isThere(folder.inside(id, RECORD).path));
  }

  return {
    ids: folder.ids,
    emptied,
    open: folder.openIds,
    read,
    readOrNull,
    all: () => newestFirst(read),
    readable: () => newestFirst(readOrNull),
    hasLeftover: (id) => isThere(folder.inside(id, NEW).path),
  };
}
