import { lstatSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `castellan-container-4711.123456-aB3xYz`: whose folder it is, and which process of that number was meant. */
const NAME = /^castellan-([a-z]+)-(\d+)\.(\d+)-/;

/** A fresh folder for temporary files that tells later runs which process it belongs to. `kind`: small letters. */
export function runFolder(kind: string): string {
  return mkdtempSync(join(tmpdir(), `castellan-${kind}-${process.pid}.${startOf(process.pid)}-`));
}

/** The folders of a kind whose process is gone: what a killed run has left. Never one of a run that lives. */
export function leftFolders(kind: string): string[] {
  const found = readdirSync(tmpdir()).filter((name) => isLeft(name, kind));
  // Anybody may make a folder of such a name.
  return found
    .map((name) => join(tmpdir(), name))
    .filter((path) => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats?.isDirectory() === true && stats.uid === process.geteuid?.();
    });
}

function isLeft(name: string, kind: string): boolean {
  const [, of, pid, start] = NAME.exec(name) ?? [];
  return of === kind && startOf(Number(pid)) !== start;
}

/** When a process began, in the kernel's ticks: a number that is given out again begins later. null: there is none. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
