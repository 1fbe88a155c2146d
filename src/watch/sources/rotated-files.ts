import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { type FileFacts, sameFile, toFacts } from "./log-file.ts";

/** An uncompressed older file of a log, beside it in its folder. */
export interface RotatedFile extends FileFacts {
  readonly path: string;
  /** When it was made, epoch ms; 0 where the file system does not know. */
  readonly birth: number;
  /** How its name tells its age: `auth.log.1` by number, `auth.log-20261121` by date, `auth.log.old` not at all. */
  readonly naming: "number" | "date" | "other";
  /** Comparable among files of the same naming: the greater, the newer; by the last change when the name is silent. */
  readonly rank: bigint;
}

const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4|lzma|lzo|Z)$/;

/** The older, uncompressed files of a log, in no order; none when the folder cannot be listed. */
export async function listRotated(live: string): Promise<readonly RotatedFile[]> {
  const found = await listSiblings(live, (name) => rotationSuffix(basename(live), name));
  return found.map(({ path, stats, suffix }) => {
    const facts = toFacts(stats);
    return { path, birth: Number(stats.birthtimeNs) / 1e6, ...facts, ...ageOf(suffix, facts.mtime) };
  });
}

/** The compressed older files of a log that changed after `mtime` (compressing keeps the time): names without folder. */
export async function listCompressedAfter(live: string, mtime: number): Promise<readonly string[]> {
  const found = await listSiblings(live, (name) =>
    COMPRESSED.test(name) ? rotationSuffix(basename(live), name.replace(COMPRESSED, "")) : null,
  );
  return found.filter(({ stats }) => toFacts(stats).mtime > mtime).map(({ path }) => basename(path));
}

interface Sibling {
  readonly path: string;
  readonly stats: BigIntStats;
  readonly suffix: string;
}

/** The regular files beside a log for whose names `suffixOf` gives a suffix. */
async function listSiblings(live: string, suffixOf: (name: string) => string | null): Promise<Sibling[]> {
  const folder = dirname(live);
  const names = await readdir(folder).catch((): string[] => []);
  const found: Sibling[] = [];
  for (const name of names) {
    const suffix = suffixOf(name);
    if (suffix === null) continue;
    const path = join(folder, name);
    const stats = await lstat(path, { bigint: true }).catch(() => null);
    if (stats?.isFile() === true) found.push({ path, stats, suffix });
  }
  return found;
}

/**
 * What logrotate put into the name of an older file: `.1`, `-20261121`, or before the extension (`auth-20261121.log`,
 * by its directive `extension`); null for a file of something else and for a compressed one.
 */
export function rotationSuffix(live: string, name: string): string | null {
  if (name === live || COMPRESSED.test(name)) return null;
  if (name.startsWith(`${live}.`) || name.startsWith(`${live}-`)) return name.slice(live.length);
  const extension = extname(live);
  const stem = live.slice(0, live.length - extension.length);
  const framed = extension !== "" && name.startsWith(`${stem}-`) && name.endsWith(extension);
  return framed ? name.slice(stem.length, name.length - extension.length) : null;
}

function ageOf(suffix: string, mtime: number): Pick<RotatedFile, "naming" | "rank"> {
  if (/^\.\d{1,9}$/.test(suffix)) return { naming: "number", rank: -BigInt(suffix.slice(1)) };
  const digits = suffix.replace(/\D/g, "");
  if (/^[-.][\dTZ._:-]+$/.test(suffix) && digits.length >= 6) return { naming: "date", rank: BigInt(digits) };
  return { naming: "other", rank: BigInt(Math.floor(mtime * 1000)) };
}

/**
 * The file that was begun after `current`: the next newer one of the same naming, or null for the live one.
 * When `current` itself is gone from the folder, the oldest of those that changed after it.
 */
export function successor(
  rotated: readonly RotatedFile[],
  current: Pick<FileFacts, "dev" | "ino" | "mtime">,
): RotatedFile | null {
  const self = rotated.find((file) => sameFile(file, current));
  const newer =
    self === undefined
      ? rotated.filter((file) => file.mtime > current.mtime)
      : rotated.filter((file) => file.naming === self.naming && file.rank > self.rank);
  return newer.reduce<RotatedFile | null>(
    (oldest, file) => (oldest === null || isOlder(file, oldest) ? file : oldest),
    null,
  );
}

/** Bytes in the files that were begun after `current`, the live one included. */
export function bytesAfter(
  rotated: readonly RotatedFile[],
  current: Pick<FileFacts, "dev" | "ino">,
  live: FileFacts | null,
): number {
  if (live === null || sameFile(live, current)) return 0;
  const self = rotated.find((file) => sameFile(file, current));
  let bytes = live.size;
  let next = self === undefined ? null : successor(rotated, self);
  for (; next !== null; next = successor(rotated, next)) bytes += next.size;
  return bytes;
}

function isOlder(a: RotatedFile, b: RotatedFile): boolean {
  return a.naming === b.naming && a.rank !== b.rank ? a.rank < b.rank : a.mtime < b.mtime;
}
