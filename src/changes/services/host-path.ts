import { readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** As many links as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * Where a path of the host leads once its links are followed, as the host sees it: below a root that is not `/` an
 * absolute link begins at that root and `..` ends there.
 * @returns an absolute path, whether something is there or not; null for a circle of links
 */
export function followLinks(root: string, path: string): string | null {
  let left = MOST_LINKS;
  let done = "/";
  const ahead = resolve("/", path).split("/").filter(Boolean);
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    const here = join(done, name);
    const target = linkTarget(join(root, here));
    if (target === null) {
      done = here;
      continue;
    }
    if (--left < 0) return null;
    ahead.unshift(...resolve(dirname(here), target).split("/").filter(Boolean));
    done = "/";
  }
  return done;
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
