import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { isRunning, isStopped, startTicks } from "./boot.ts";
import type { Engine } from "./engine.ts";
import type { JournalRecord } from "./journal-record.ts";

/** Longer than the steps, reloads and probes of a change take; a terminal that is held (Ctrl-S) lasts longer. */
const LONGEST_WORK_MS = 300_000;

/** This process, as the one that works at a change from now on. */
export function presentWorker({ parts }: Engine): NonNullable<JournalRecord["worker"]> {
  return {
    pid: process.pid,
    startTicks: startTicks("/proc", process.pid) ?? 0,
    since: parts.clock.now(),
  };
}

/**
 * Kills who holds the lock over a change whose time is over, and does not go on: stopped, or blocked by a terminal
 * that takes nothing. Nobody could roll back as long as it lives; what it leaves is settled as after any other crash.
 */
export function endStuckWorker({ parts, disk, journal }: Engine, { id, worker }: JournalRecord): void {
  if (worker === undefined || worker.pid === process.pid || !isRunning("/proc", worker)) return;
  const isStuck = isStopped("/proc", worker.pid) || parts.clock.now() - worker.since > LONGEST_WORK_MS;
  if (!isStuck || !hasOpen(worker.pid, journal.lockPath)) return;
  disk.announce(`kill process ${worker.pid}, stuck at change ${id}`);
  try {
    process.kill(worker.pid, "SIGKILL");
  } catch {
    // It ended at this moment.
  }
}

/** Who has been at work, and is at something else by now, has let the lock go. */
function hasOpen(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    const real = realpathSync(path);
    return readdirSync(folder).some((name) => linkOf(`${folder}/${name}`) === real);
  } catch {
    return false;
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    // Closed at this moment.
    return null;
  }
}
