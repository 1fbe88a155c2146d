import { type FileLock, tryFileLock, waitForFileLock } from "../database/file-lock.ts";
import { CastellanError } from "../errors.ts";
import type { Engine } from "./engine.ts";

/** A change takes seconds: reloads and probes. Who waits longer is better told. */
const WAIT_MS = 5_000;

/**
 * Runs `work` as the only one that changes anything below this state folder, whatever process it is in.
 * @throws CastellanError `change_busy` when another one does not end within {@link WAIT_MS}
 */
export async function alone<T>({ journal }: Engine, work: () => Promise<T>): Promise<T> {
  journal.prepare();
  const lock = await waitForFileLock(journal.lockPath, WAIT_MS);
  if (lock !== null) return releasing(lock, work);
  throw new CastellanError(
    "change_busy",
    "another castellan is changing the system at this moment",
    "wait until it is done, then look at `castellan change list`",
  );
}

/** As {@link alone}, but gives way at once: null, somebody else is at work. */
export async function aloneOrNull<T>({ journal }: Engine, work: () => Promise<T>): Promise<T | null> {
  const lock = tryFileLock(journal.lockPath);
  return lock === null ? null : releasing(lock, work);
}

async function releasing<T>(lock: FileLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    lock.release();
  }
}
