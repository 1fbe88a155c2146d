import { CastellanError } from "../errors.ts";

/** What went wrong, in one line for the journal: never a stack, never a descriptor of ours. */
export function reasonOf(error: unknown): string {
  if (error instanceof CastellanError) return error.message;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return "there is no room left on the disk";
  if (code === "EROFS") return "the file system is mounted read-only";
  // Root is asked for nothing else: chattr(1) is what even root has to undo first.
  if (code === "EPERM") return "the system does not permit it (EPERM): see lsattr for an immutable file";
  if (code === undefined) return message;
  const where = path === undefined || path.startsWith("/proc/self/fd/") ? "" : ` (${path})`;
  return `the system said ${code}${where}`;
}

/** Whether there was no room. */
export function isFull(error: unknown): boolean {
  if (error instanceof CastellanError) return error.code === "storage_full";
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}
