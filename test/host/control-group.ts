import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "../support/guard.ts";

const PATIENCE_MS = 30_000;

/** A control group below this process's own, in each hierarchy by which a systemd inside counts its services. */
export interface ControlGroup {
  /** A process joins by writing its pid into `cgroup.procs` of each of these. */
  readonly folders: readonly string[];
  readonly make: () => void;
  /** Removes it with all below it, once its processes are gone. */
  readonly remove: () => Promise<void>;
}

/** Two containers in one group take each other's services for their own: each needs one of its own. */
export function controlGroup(name: string): ControlGroup {
  const folders = ownGroups().map((own) => join(own, name));
  return {
    folders,
    make: () => {
      for (const folder of folders) mkdirSync(folder, { recursive: true });
    },
    remove: async () => {
      await until(
        () => folders.map(removeTree).every(Boolean),
        PATIENCE_MS,
        () => `there are still processes in ${folders.join(" or ")}`,
      );
    },
  };
}

/** The folders of this process's groups in cgroup 2 and in version 1's `name=systemd`. See cgroups(7). */
function ownGroups(): string[] {
  const groups = lines("/proc/self/cgroup").map((line) => /^\d+:([^:]*):(.*)$/.exec(line) ?? []);
  return lines("/proc/self/mountinfo").flatMap((line) => {
    const [mount = "", kind = ""] = line.split(" - ");
    const hierarchy = /^cgroup2 /.test(kind) ? "" : /\bname=systemd\b/.test(kind) ? "name=systemd" : null;
    const [, , path] = groups.find(([, controllers]) => controllers === hierarchy) ?? [];
    return path === undefined ? [] : [join(mount.split(" ")[4] ?? "", path)];
  });
}

/** Whether it is gone now; a group with processes stays. */
function removeTree(folder: string): boolean {
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of below) removeTree(join(folder, name));
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

function lines(path: string): string[] {
  return readFileSync(path, "utf8").trimEnd().split("\n");
}
