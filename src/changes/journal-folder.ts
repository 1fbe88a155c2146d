import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Place, placeAt } from "./disk.ts";
import { isTrusted } from "./journal-trust.ts";

/** Where the parts of the journal lie below the state folder, and which numbers there are. */
export interface JournalFolder {
  readonly self: Place;
  /** An empty file for each change that is not settled. */
  readonly openFolder: Place;
  readonly lockPath: string;
  folderOf(id: number): Place;
  inside(id: number, name: string): Place;
  marker(id: number): Place;
  /** Numbers that are taken, the oldest first. @throws CastellanError `unsafe_permissions` */
  ids(): number[];
  /** Changes that are not settled, the oldest first. @throws CastellanError `unsafe_permissions` */
  openIds(): number[];
}

export function journalFolder(state: string): JournalFolder {
  const folder = join(state, "changes");
  const openFolder = join(folder, "open");
  return {
    self: placeAt(folder),
    openFolder: placeAt(openFolder),
    lockPath: join(folder, "lock"),
    folderOf: (id) => placeAt(join(folder, String(id))),
    inside: (id, name) => placeAt(join(folder, String(id), name)),
    marker: (id) => placeAt(join(openFolder, String(id))),
    ids: () => numbersIn(folder),
    openIds: () => (isTrusted(folder, "directory") ? numbersIn(openFolder) : []),
  };
}

/** Entries that are numbers, in order; none when the folder is not there. */
function numbersIn(folder: string): number[] {
  if (!isTrusted(folder, "directory")) return [];
  const names = readdirSync(folder).filter((name) => /^[1-9]\d{0,8}$/.test(name));
  return names.map(Number).sort((one, other) => one - other);
}
