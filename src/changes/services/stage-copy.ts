import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CastellanError } from "../../errors.ts";
import { followLinks } from "./host-path.ts";

/** A thousand sites fit several times over; a loop of folders does not. */
const MOST_FILES = 20_000;
const MOST_BYTES = 128 * 1024 * 1024;
const LARGEST_FILE = 4 * 1024 * 1024;
const DEEPEST = 16;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

interface Count {
  files: number;
  bytes: number;
}

/**
 * Copies a folder of the host, or a file, below `stage`. Links are copied as what they lead to, so that the copy stands by itself;
 * private keys and what is too large for a configuration are linked to instead; pipes, sockets and devices are left out.
 *
 * @param folder absolute, as the host sees it
 * @throws CastellanError `source_unreadable` when it cannot be copied whole
 */
export function copyFolder(root: string, folder: string, stage: string): void {
  const real = followLinks(root, folder);
  if (real !== null) copy(root, real, join(stage, folder), 0, { files: 0, bytes: 0 });
}

function copy(root: string, source: string, target: string, depth: number, count: Count): void {
  const stats = lstatSync(join(root, source), { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    if (depth > DEEPEST) throw tooLarge(source, "its folders do not end");
    mkdirSync(target, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(join(root, source)))
      copyEntry(root, join(source, name), join(target, name), depth, count);
  } else if (stats?.isFile() === true) {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFile(join(root, source), target, stats, count);
  }
}

function copyEntry(root: string, source: string, target: string, depth: number, count: Count): void {
  count.files++;
  if (count.files > MOST_FILES) throw tooLarge(source, `there are more than ${MOST_FILES} files`);
  const real = followLinks(root, source);
  const there = real !== null && lstatSync(join(root, real), { throwIfNoEntry: false }) !== undefined;
  // A link that leads nowhere does so in the copy too: the program may complain of it.
  if (!there) symlinkSync("/nonexistent/dangling-link", target);
  else copy(root, real, target, depth + 1, count);
}

function copyFile(source: string, target: string, stats: Stats, count: Count): void {
  const content = stats.size > LARGEST_FILE ? null : readRegular(source);
  if (content === null || PRIVATE_KEY.test(content.toString("latin1"))) {
    symlinkSync(source, target);
    return;
  }
  count.bytes += content.length;
  if (count.bytes > MOST_BYTES) throw tooLarge(source, `there are more than ${MOST_BYTES} bytes`);
  writeFileSync(target, content, { mode: 0o600, flag: "wx" });
}

/** Reads what was a regular file a moment ago; waits for nothing if it has become a pipe. */
function readRegular(path: string): Buffer {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    return fstatSync(file).isFile() ? readFileSync(file) : Buffer.alloc(0);
  } finally {
    closeSync(file);
  }
}

function tooLarge(path: string, why: string): CastellanError {
  return new CastellanError("source_unreadable", `the configuration could not be copied at ${path}: ${why}`);
}
