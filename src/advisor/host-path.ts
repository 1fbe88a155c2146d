import { readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { CastellanError } from "../errors.ts";

/** As many as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * Where a path of the host lies on this machine. Below another root every link is followed as if that root were `/`
 * (as openat2(2) does by RESOLVE_IN_ROOT): a link of the mounted disk never leads to a file of this machine.
 *
 * @param last whether a link at the very end is followed as well
 * @throws CastellanError `invalid_input` for a path that is not absolute, holds `..` or a NUL
 */
export async function locate(root: string, path: string, last: "follow" | "keep"): Promise<string> {
  assertPath(path);
  if (root === "/") return path;
  return join(root, await resolveIn(root, path, last, 0));
}

async function resolveIn(
  root: string,
  path: string,
  last: "follow" | "keep",
  links: number,
): Promise<string> {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  let at = "/";
  for (const [index, name] of names.entries()) {
    const here = posix.join(at, name);
    const isLast = index === names.length - 1;
    const target = isLast && last === "keep" ? null : await linkTarget(join(root, here));
    if (target === null) {
      at = here;
      continue;
    }
    if (links >= MOST_LINKS) throw new CastellanError("command_failed", `${path} leads in a circle (ELOOP)`);
    const rest = names.slice(index + 1).join("/");
    return await resolveIn(root, posix.resolve(at, target, rest), last, links + 1);
  }
  return at;
}

async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch {
    // No link, or nothing there: what opens it next says which.
    return null;
  }
}

function assertPath(path: string): void {
  const isWhole = path.startsWith("/") && !path.includes("\0") && !path.split("/").includes("..");
  if (isWhole) return;
  throw new CastellanError("invalid_input", `not an absolute path: ${JSON.stringify(path.slice(0, 80))}`);
}
