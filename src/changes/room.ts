import { statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { CastellanError } from "../errors.ts";
import { isThere } from "../host/state-folder.ts";
import type { Step } from "./change.ts";
import type { Engine } from "./engine.ts";

const BLOCK_BYTES = 4_096;
/** Journal, reserve and audit row besides the files. */
const JOURNAL_BYTES = 256 * 1024;

/**
 * Refuses a change that its disks have no room for: what is written, the same again for the way back, and the journal.
 * @throws CastellanError `storage_full`
 */
export function assertRoom({ parts }: Engine, steps: readonly Step[]): void {
  assertFree(parts.state, JOURNAL_BYTES + 4 * sum(steps));
  for (const step of steps) {
    if (step.do === "file") assertFree(existing(join(parts.root, dirname(step.path))), 2 * bytesOf(step));
  }
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((total, step) => total + bytesOf(step), 0);
}

/** Whole blocks, and one for the folder's entry. */
function bytesOf(step: Step): number {
  if (step.do !== "file") return 0;
  const lengths = [step.old, step.new].map((image) => image?.content.length ?? 0);
  return (Math.ceil(Math.max(...lengths) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}

function existing(folder: string): string {
  return folder === "/" || isThere(folder) ? folder : existing(dirname(folder));
}

function assertFree(folder: string, bytes: number): void {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  // File systems that make inodes as they are needed say 0 of 0.
  const isFull = bavail * bsize < bytes || (files > 0 && ffree < 8);
  if (!isFull) return;
  throw new CastellanError(
    "storage_full",
    `there is no room on the disk of ${folder} to make this change and to take it back; nothing was changed`,
    "free some space (journalctl --vacuum-size=100M, apt-get clean) and try again",
  );
}
