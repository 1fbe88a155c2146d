import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../errors.ts";
import type { Random } from "../host/random.ts";
import { isThere } from "../host/state-folder.ts";
import type { Ownership } from "./change.ts";
import { type Disk, placeAt } from "./disk.ts";
import { type JournalRecord, parseRecord, recordText } from "./journal-record.ts";
import { isTrusted } from "./journal-trust.ts";

/**
 * The journal of changes below the state folder: `changes/<id>/record.json`, and an empty file `changes/open/<id>` as
 * long as a change is not settled. Each record is on disk, whole, before {@link Journal.write} returns. Only who holds
 * the lock (`changes/lock`) writes. What somebody else could have written is refused, not believed.
 */
export interface Journal {
  readonly lockPath: string;
  /** Changes that are not settled, the oldest first; costs one readdir. */
  open(): number[];
  /** A record under the next number, with its marker; room for the way back is reserved beside it. */
  begin(record: Omit<JournalRecord, "id">): JournalRecord;
  write(record: JournalRecord): void;
  /** null: there is none. @throws CastellanError `database_damaged`, `database_newer`, `unsafe_permissions` */
  read(id: number): JournalRecord | null;
  /** null: there is none that can be read. */
  readOrNull(id: number): JournalRecord | null;
  /** All, the newest first. @throws CastellanError as {@link Journal.read} */
  all(): JournalRecord[];
  /** All that can be read: a damaged record of one change must not stand in the way of the others. The newest first. */
  readable(): Iterable<JournalRecord>;
  /** Gives back the space that was reserved for the way back. */
  freeReserve(id: number): void;
  /** Puts foreign content aside beside the record and returns the copy's path. */
  putAside(id: number, content: string): string;
  /** Whether a process ended while it wrote this record: what it began is still there. */
  hasLeftover(id: number): boolean;
  dropLeftover(id: number): void;
  /** The change is settled: nothing but its record, and what was put aside, stays. */
  close(id: number): void;
  /** As if it had never begun: for one that was refused before anything was touched. */
  abandon(id: number): void;
  /** Makes the folders. */
  prepare(): void;
}

const RECORD = "record.json";
const NEW = "record.new";
const RESERVE = "reserve";
const RESERVE_MIN_BYTES = 64 * 1024;
/** What is wrong with one record, and with no other. */
const UNREADABLE: ReadonlySet<string> = new Set(["database_damaged", "database_newer", "unsafe_permissions"]);

export function openJournal(state: string, disk: Disk, random: Random): Journal {
  const folder = join(state, "changes");
  const openFolder = join(folder, "open");
  const folderOf = (id: number) => join(folder, String(id));
  const inside = (id: number, name: string) => placeAt(join(folderOf(id), name));
  const marker = (id: number) => placeAt(join(openFolder, String(id)));
  const owner = (mode: number): Ownership => ({
    mode,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
  });

  function write(record: JournalRecord): void {
    const { id } = record;
    dropLeftover(id);
    const text = Buffer.from(recordText(record));
    disk.create(inside(id, NEW), text, owner(0o600));
    disk.rename(inside(id, NEW), inside(id, RECORD));
    disk.sync(placeAt(folderOf(id)));
  }

  function removeIfThere(path: string): void {
    if (isThere(path)) disk.remove(placeAt(path));
  }

  function freeReserve(id: number): void {
    removeIfThere(inside(id, RESERVE).path);
  }

  function dropLeftover(id: number): void {
    removeIfThere(inside(id, NEW).path);
  }

  function closeMarker(id: number): void {
    if (!isThere(marker(id).path)) return;
    disk.remove(marker(id));
    disk.sync(placeAt(openFolder));
  }

  function read(id: number): JournalRecord | null {
    const { path } = inside(id, RECORD);
    const isWritten = isFolder(folder) && isFolder(folderOf(id)) && isTrusted(path, "file");
    return isWritten ? parseRecord(readFileSync(path, "utf8"), id, path) : null;
  }

  const ids = () => numbersIn(folder).toReversed();

  function readOrNull(id: number): JournalRecord | null {
    try {
      return read(id);
    } catch (error) {
      if (UNREADABLE.has(codeOf(error) ?? "")) return null;
      throw error;
    }
  }

  function abandon(id: number): void {
    if (isThere(folderOf(id))) {
      for (const name of readdirSync(folderOf(id))) disk.remove(inside(id, name));
      disk.removeFolder(placeAt(folderOf(id)));
    }
    closeMarker(id);
  }

  return {
    lockPath: join(folder, "lock"),
    open: () => (isFolder(folder) ? numbersIn(openFolder) : []),
    write,
    read,
    readOrNull,
    abandon,
    freeReserve,
    prepare() {
      for (const path of [folder, openFolder]) {
        if (!isFolder(path)) disk.makeFolder(placeAt(path), owner(0o700));
      }
    },
    begin(facts) {
      const id = 1 + Math.max(0, ...numbersIn(folder), ...numbersIn(openFolder));
      const record: JournalRecord = { ...facts, id };
      try {
        disk.create(marker(id), Buffer.alloc(0), owner(0o600));
        disk.sync(placeAt(openFolder));
        disk.makeFolder(placeAt(folderOf(id)), owner(0o700));
        disk.sync(placeAt(folder));
        disk.create(inside(id, RESERVE), random.bytes(reserveBytes(record)), owner(0o600));
        write(record);
      } catch (error) {
        abandon(id);
        throw error;
      }
      return record;
    },
    all: () => ids().flatMap((id) => read(id) ?? []),
    *readable() {
      for (const id of ids()) {
        const record = readOrNull(id);
        if (record !== null) yield record;
      }
    },
    putAside(id, content) {
      const bytes = Buffer.from(content, "base64");
      const taken = readdirSync(folderOf(id)).filter((name) => name.startsWith("kept-"));
      const copies = taken.map((name) => inside(id, name).path);
      const known = copies.find((path) => readFileSync(path).equals(bytes));
      if (known !== undefined) return known;
      const copy = inside(id, `kept-${taken.length + 1}`);
      dropLeftover(id);
      disk.create(inside(id, NEW), bytes, owner(0o600));
      disk.rename(inside(id, NEW), copy);
      disk.sync(placeAt(folderOf(id)));
      return copy.path;
    },
    hasLeftover: (id) => isThere(inside(id, NEW).path),
    dropLeftover,
    close(id) {
      freeReserve(id);
      dropLeftover(id);
      closeMarker(id);
    },
  };
}

const isFolder = (path: string): boolean => isTrusted(path, "directory");

/** Enough to write the record and every old file anew on a disk that others have filled meanwhile. */
function reserveBytes({ steps }: Pick<JournalRecord, "steps">): number {
  const old = steps.reduce(
    (sum, step) => sum + (step.do === "file" ? (step.old?.content.length ?? 0) : 0),
    0,
  );
  return RESERVE_MIN_BYTES + 4 * old;
}

/** Entries that are numbers, in order; none when the folder is not there. */
function numbersIn(folder: string): number[] {
  if (!isFolder(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^[1-9]\d{0,8}$/.test(name));
  return names.map(Number).sort((one, other) => one - other);
}
