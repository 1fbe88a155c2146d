import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What /proc says of one process (proc(5)). */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Name of the program, as the kernel keeps it (at most 15 bytes). */
  readonly name: string;
  /** Real uid. */
  readonly uid: number;
  /** When it began, in clock ticks since boot. */
  readonly startTicks: number;
}

/** One process, or null when it is gone or hidden. */
export function readProcess(proc: string, pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(join(proc, String(pid), "stat"), "latin1");
    // The name stands in parentheses and may itself hold parentheses and blanks.
    const open = stat.indexOf("(");
    const close = stat.lastIndexOf(")");
    const fields = stat.slice(close + 2).split(" ");
    const parent = Number(fields[1]);
    const status = readFileSync(join(proc, String(pid), "status"), "latin1");
    const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
    if (uid === undefined || !Number.isSafeInteger(parent)) return null;
    return {
      pid,
      parent,
      name: stat.slice(open + 1, close),
      uid: Number(uid),
      startTicks: Number(fields[19]),
    };
  } catch {
    return null;
  }
}

/** The process's ancestors, nearest first, without itself; ends at pid 1 or where /proc hides. */
export function ancestorsOf(proc: string, pid: number): ProcessFacts[] {
  const found: ProcessFacts[] = [];
  let current = readProcess(proc, pid)?.parent ?? 0;
  while (current > 0 && found.length < 64) {
    const facts = readProcess(proc, current);
    if (facts === null) break;
    found.push(facts);
    current = facts.parent;
  }
  return found;
}

/** Inodes of the sockets that a process holds open; empty when we may not look. */
export function socketInodes(proc: string, pid: number): Set<string> {
  const inodes = new Set<string>();
  const folder = join(proc, String(pid), "fd");
  for (const name of entriesOf(folder)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed between listing and reading.
    }
  }
  return inodes;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
