import { join } from "node:path";
import { tryFileLock } from "../database/file-lock.ts";
import { CastellanError } from "../errors.ts";

/**
 * Does `work` as the only one over all processes; the kernel lets the lock go when a process ends, however it ends.
 * @throws CastellanError `advisor_running`
 */
export async function alone<T>(state: string, work: () => Promise<T>): Promise<T> {
  const lock = tryFileLock(join(state, "advisor.lock"));
  if (lock === null) {
    throw new CastellanError(
      "advisor_running",
      "the Security Advisor is reading the host already",
      "its result comes in seconds: castellan advisor list",
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
