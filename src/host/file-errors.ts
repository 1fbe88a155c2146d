import { CastellanError } from "../errors.ts";

/** Turns what the kernel says of a file into a coded error; anything else comes back as it is. */
export function translateFileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const cause = { cause: error };
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new CastellanError(
      "storage_full",
      `there is no room for ${path} (${code}); nothing was changed`,
      "free some space (journalctl --vacuum-size=100M, apt-get clean) and try again",
      cause,
    );
  }
  if (code === "EROFS") {
    return new CastellanError(
      "storage_read_only",
      `${path} lies on a file system that is mounted read-only; nothing was changed`,
      "see why with dmesg and mount, or name another folder with --state DIR",
      cause,
    );
  }
  if (code === "EACCES" || code === "EPERM") {
    return new CastellanError(
      "not_permitted",
      `you may not open ${path} (${code})`,
      "run castellan as root, or name a folder of your own with --state DIR",
      cause,
    );
  }
  return error;
}
