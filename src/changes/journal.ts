import { readdirSync, readFileSync } from "node:fs";
import type { Random } from "../host/random.ts";
import { isThere } from "../host/state-folder.ts";
import type { Ownership } from "./change.ts";
import type { Disk, Place } from "./disk.ts";
import { type JournalFolder, journalFolder } from "./journal-folder.ts";
import { type JournalReader, journalReader, NEW, RECORD } from "./journal-read.ts";
import { type JournalRecord, recordText } from "./journal-record.ts";
import { isTrusted } from "./journal-trust.ts";

/**
 * The journal of changes below the state folder: `changes/<id>/record.json`, and an empty file `changes/open/<id>` as
 * long as a change is not settled. Each record is on disk, whole, before {@link Journal.write} returns. Only who holds
 * the lock (`changes/lock`) writes.
 */
export interface Journal extends JournalReader {
  readonly lockPath: string;
  /** A record under the next number, with its marker; room for the way back is reserved beside it. */
  begin(record: Omit<JournalRecord, "id">): JournalRecord;
  write(record: JournalRecord): void;
  /** Gives back the space that was reserved for the way back. */
  freeReserve(id: number): void;
  /** Puts foreign content aside beside the record and returns the copy's path. */
  putAside(id: number, content: string): string;
  dropLeftover(id: number): void;
  /** The change is settled: nothing but its record, and what was put aside, stays. */
  close(id: number): void;
  /** As if it had never been: for one that was refused before anything was touched, or that nothing needs any more. */
  forget(id: number): void;
  /** Makes the folders. */
  prepare(): void;
}

const RESERVE = "reserve";
const RESERVE_MIN_BYTES = 64 * 1024;

export function openJournal(state: string, disk: Disk, random: Random): Journal {
  const folder = journalFolder(state);
  const parts: Parts = { folder, disk };
  const freeReserve = (id: number) => removeIfThere(disk, folder.inside(id, RESERVE));
  const dropLeftover = (id: number) => removeIfThere(disk, folder.inside(id, NEW));
  return {
    ...journalReader(folder),
    lockPath: folder.lockPath,
    begin: (facts) => begin(parts, facts, random),
    write: (record) => write(parts, record),
    putAside: (id, content) => putAside(parts, id, Buffer.from(content, "base64")),
    forget: (id) => forget(parts, id),
    freeReserve,
    dropLeftover,
    close(id) {
      freeReserve(id);
      dropLeftover(id);
      removeMarker(parts, id);
    },
    prepare() {
      for (const place of [folder.self, folder.openFolder]) {
        if (!isTrusted(place.path, "directory")) disk.makeFolder(place, ours(0o700));
      }
    },
  };
}

interface Parts {
  readonly folder: JournalFolder;
  readonly disk: Disk;
}

/** Nobody else reads or writes what the journal consists of. */
function ours(mode: 0o600 | 0o700): Ownership {
  return { mode, uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}

function begin(parts: Parts, facts: Omit<JournalRecord, "id">, random: Random): JournalRecord {
  const { folder, disk } = parts;
  const id = 1 + Math.max(0, ...folder.ids(), ...folder.openIds());
  const record: JournalRecord = { ...facts, id };
  try {
    disk.create(folder.marker(id), Buffer.alloc(0), ours(0o600));
    disk.sync(folder.openFolder);
    disk.makeFolder(folder.folderOf(id), ours(0o700));
    disk.sync(folder.self);
    disk.create(folder.inside(id, RESERVE), random.bytes(reserveBytes(record)), ours(0o600));
    write(parts, record);
  } catch (error) {
    forget(parts, id);
    throw error;
  }
  return record;
}

/** Enough to write the record and every old file anew on a disk that others have filled meanwhile. */
function reserveBytes({ steps }: Pick<JournalRecord, "steps">): number {
  const old = steps.reduce(
    (sum, step) => sum + (step.do === "file" ? (step.old?.content.length ?? 0) : 0),
    0,
  );
  return RESERVE_MIN_BYTES + 4 * old;
}

function write(parts: Parts, record: JournalRecord): void {
  putWhole(parts, record.id, RECORD, Buffer.from(recordText(record)));
}

function putAside(parts: Parts, id: number, bytes: Buffer): string {
  const { folder } = parts;
  const taken = readdirSync(folder.folderOf(id).path).filter((name) => name.startsWith("kept-"));
  const copies = taken.map((name) => folder.inside(id, name).path);
  const known = copies.find((path) => readFileSync(path).equals(bytes));
  return known ?? putWhole(parts, id, `kept-${taken.length + 1}`, bytes);
}

/** A file beside the record: at any moment the old one or the new one. Returns its path. */
function putWhole({ folder, disk }: Parts, id: number, name: string, bytes: Buffer): string {
  const [temporary, place] = [folder.inside(id, NEW), folder.inside(id, name)];
  removeIfThere(disk, temporary);
  disk.create(temporary, bytes, ours(0o600));
  disk.rename(temporary, place);
  disk.sync(folder.folderOf(id));
  return place.path;
}

/** The record goes last: what is interrupted is found again, by its number or as a record that is whole. */
function forget(parts: Parts, id: number): void {
  const { folder, disk } = parts;
  const { path } = folder.folderOf(id);
  if (isThere(path)) {
    const names = readdirSync(path).sort((one, other) => Number(one === RECORD) - Number(other === RECORD));
    for (const name of names) disk.remove(folder.inside(id, name));
    disk.removeFolder(folder.folderOf(id));
  }
  removeMarker(parts, id);
}

function removeMarker({ folder, disk }: Parts, id: number): void {
  if (!isThere(folder.marker(id).path)) return;
  disk.remove(folder.marker(id));
  disk.sync(folder.openFolder);
}

function removeIfThere(disk: Disk, place: Place): void {
  if (isThere(place.path)) disk.remove(place);
}
