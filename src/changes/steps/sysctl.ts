import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { CastellanError } from "../../errors.ts";
import type { Step } from "../change.ts";
import type { Disk } from "../disk.ts";
import { type HostRoot, inFolderOf } from "../safe-folder.ts";

export type SysctlStep = Extract<Step, { do: "sysctl" }>;

/**
 * The file of a kernel setting. Dots part the key, a slash within it stands for a dot (sysctl(8)):
 * `net.ipv4.conf.eth0/100.rp_filter`. null: it is no key.
 */
export function sysctlPath(key: string): string | null {
  if (!/^[a-z0-9_]+(\.[A-Za-z0-9_:@/-]+)+$/.test(key)) return null;
  const parts = key.split(".").map((part) => part.replaceAll("/", "."));
  return parts.some((part) => /^\.*$/.test(part)) ? null : `/proc/sys/${parts.join("/")}`;
}

/** Values of several numbers are written with blanks and read with tabs. */
export function sysctlValue(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/** The step that sets a kernel setting; null: it is so. @throws CastellanError `not_found`, `invalid_input` */
export function planSysctl(host: HostRoot, key: string, value: string): SysctlStep | null {
  const old = present(host, key);
  if (old === null) throw new CastellanError("not_found", `this kernel has no setting ${key}`);
  const wanted = sysctlValue(value);
  return old === wanted ? null : { do: "sysctl", key, old, new: wanted };
}

/** @throws CastellanError `change_failed`; what the kernel says */
export function setSysctl(disk: Disk, host: HostRoot, key: string, value: string): void {
  const done = throughFile(host, key, constants.O_WRONLY, (file) => {
    disk.announce(`sysctl ${key}=${value}`);
    writeSync(file, `${value}\n`);
    return true;
  });
  if (done === null) throw new CastellanError("change_failed", `this kernel has no setting ${key} any more`);
}

/** @throws CastellanError `change_failed`; what the kernel says */
export function undoSysctl(disk: Disk, host: HostRoot, step: SysctlStep): void {
  const value = present(host, step.key);
  // Settings of an interface go with it.
  if (value !== null && value !== step.old) setSysctl(disk, host, step.key, step.old);
}

function present(host: HostRoot, key: string): string | null {
  return throughFile(host, key, constants.O_RDONLY, (file) => sysctlValue(readFileSync(file, "utf8")));
}

function throughFile<T>(host: HostRoot, key: string, how: number, work: (file: number) => T): T | null {
  const path = sysctlPath(key);
  if (path === null) throw new CastellanError("invalid_input", `${key} is not the name of a kernel setting`);
  return inFolderOf(host, path, "own", (folder, name) => {
    const file = openSetting(folder.at(name).reach, how);
    if (file === null) return null;
    try {
      return work(file);
    } finally {
      closeSync(file);
    }
  });
}

function openSetting(reach: string, how: number): number | null {
  const truncate = how === constants.O_WRONLY ? constants.O_TRUNC : 0;
  try {
    return openSync(reach, how | truncate | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
