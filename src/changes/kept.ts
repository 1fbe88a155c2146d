import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isThere } from "../host/state-folder.ts";
import { placeAt } from "./disk.ts";
import type { Engine } from "./engine.ts";

const FILE = "kept.json";
const NEW = "kept.new";

/** Hand edits that somebody has looked at: path → SHA-256 of the content. One that cannot be read keeps nothing. */
export function readKept(state: string): ReadonlyMap<string, string> {
  const path = join(state, "changes", FILE);
  if (!isThere(path)) return new Map();
  try {
    const kept: unknown = JSON.parse(readFileSync(path, "utf8"));
    const entries: [string, unknown][] = Object.entries(kept ?? {});
    return new Map(entries.flatMap(([file, hash]) => (typeof hash === "string" ? [[file, hash]] : [])));
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** Notes a hand edit as looked at. Called by who holds the lock. */
export function writeKept({ parts, disk }: Engine, path: string, hash: string): void {
  const folder = join(parts.state, "changes");
  const kept = new Map(readKept(parts.state)).set(path, hash);
  const temporary = placeAt(join(folder, NEW));
  if (isThere(temporary.path)) disk.remove(temporary);
  const owner = { mode: 0o600, uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  disk.create(temporary, Buffer.from(`${JSON.stringify(Object.fromEntries(kept))}\n`), owner);
  disk.rename(temporary, placeAt(join(folder, FILE)));
  disk.sync(placeAt(folder));
}
