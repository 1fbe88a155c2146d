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
export function endStuckWorker({ parts, disk }: Engine, { id, worker }: JournalRecord): void {
  if (worker === undefined || worker.pid === process.pid || !isRunning("/proc", worker)) return;
  const isStuck = isStopped("/proc", worker.pid) || parts.clock.now() - worker.since > LONGEST_WORK_MS;
  if (!isStuck) return;
  disk.announce(`kill process ${worker.pid}, stuck at change ${id}`);
  try {
    process.kill(worker.pid, "SIGKILL");
  } catch {
    // It ended at this moment.
  }
}
