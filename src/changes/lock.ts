import { type FileLock, tryFileLock, waitForFileLock } from "../database/file-lock.ts";
import { CastellanError } from "../errors.ts";
import type { HoldSignals } from "../host/held-signals.ts";
import type { Engine } from "./engine.ts";

/** A change takes seconds: reloads and probes. Who waits longer is better told. */
const WAIT_MS = 5_000;

/** What is done under the lock; `interrupted` once somebody asks this process to end. */
type Work<T> = (interrupted: AbortSignal) => Promise<T>;

/**
 * Runs `work` as the only one that changes anything below this state folder, whatever process it is in.
 * @throws CastellanError `change_busy` when another one does not end within {@link WAIT_MS}
 */
export async function alone<T>(engine: Engine, work: Work<T>): Promise<T> {
  const { journal } = engine;
  journal.prepare();
  const lock = await waitForFileLock(journal.lockPath, WAIT_MS);
  if (lock !== null) return releasing(engine, lock, work);
  throw new CastellanError(
    "change_busy",
    "another castellan is changing the system at this moment",
    "wait until it is done, then look at `castellan change list`",
  );
}

/** As {@link alone}, but gives way at once: null, somebody else is at work. */
export async function aloneOrNull<T>(engine: Engine, work: Work<T>): Promise<T | null> {
  const lock = tryFileLock(engine.journal.lockPath);
  return lock === null ? null : releasing(engine, lock, work);
}

async function releasing<T>({ parts, working }: Engine, lock: FileLock, work: Work<T>): Promise<T> {
  const { holdSignals = heldByNobody } = parts;
  const doing = holdSignals(async (interrupted) => {
    try {
      return await work(interrupted);
    } finally {
      // Before a stop that was put off: nobody must wait for a process that is stopped.
      lock.release();
    }
  });
  working.add(doing);
  try {
    return await doing;
  } finally {
    working.delete(doing);
  }
}

const heldByNobody: HoldSignals = (work) => work(new AbortController().signal);
