import { posix } from "node:path";
import type { AdvisedHost } from "../fact.ts";

/** More folders than this are not looked through for one pattern: it is no include of a configuration any more. */
const MOST_FOLDERS = 10_000;

/** Whether glob(7) would take the name as a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * The paths that a glob(7) pattern names, sorted as glob(3) sorts them in the C locale: `*`, `?` and `[…]`, never
 * across a slash, never a leading dot. Absolute pattern in, absolute paths out; nothing there: an empty list.
 */
export async function glob(host: AdvisedHost, pattern: string): Promise<string[]> {
  const parts = posix.normalize(pattern).split("/").slice(1);
  let folders = ["/"];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (!isPattern(part)) {
      folders = folders.map((folder) => posix.join(folder, part));
      if (!last) continue;
      const there = await Promise.all(folders.map(async (path) => (await host.stat(path)) !== null));
      return folders.filter((_, at) => there[at]);
    }
    const matches = matcher(part);
    const found = await Promise.all(
      folders.map(async (folder) =>
        ((await listing(host, folder)) ?? []).filter(matches).map((name) => posix.join(folder, name)),
      ),
    );
    folders = found.flat().slice(0, MOST_FOLDERS);
  }
  return folders.sort();
}

/** A name that is no folder matches nothing beneath it, as glob(3) has it; what may not be read still throws. */
async function listing(host: AdvisedHost, folder: string): Promise<string[] | null> {
  const facts = await host.stat(folder);
  return facts === null || facts.kind === "file" ? null : await host.list(folder);
}

/** Whether one name fits one part of a pattern, without ever going back: linear in both. */
function matcher(part: string): (name: string) => boolean {
  const source = part.replace(/\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === "*") return "[^/]*";
    if (piece === "?") return "[^/]";
    if (piece.length > 1) return `[${piece.startsWith("[!") ? "^" : ""}${inSet(piece)}]`;
    return escaped(piece);
  });
  const regex = new RegExp(`^${source}$`, "s");
  return (name) => (part.startsWith(".") || !name.startsWith(".")) && regex.test(name);
}

function inSet(piece: string): string {
  return piece.slice(piece.startsWith("[!") ? 2 : 1, -1).replace(/[\\\]^]/g, "\\$&");
}

function escaped(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
