import { readFileSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { leftFolders } from "../support/run-folder.ts";
import { controlGroup } from "./control-group.ts";
import { runProgram } from "./program.ts";

const UMOUNT_MS = 60_000;

/** Clears away what runs that were killed have left of their hosts: mounts, disks, control groups. */
export async function clearLeftovers(): Promise<void> {
  for (const folder of ["container", "machine", "image"].flatMap(leftFolders)) await clearHost(folder);
}

/** Clears away the folder of a host that has ended: all that is mounted in it, its control group, its files. */
export async function clearHost(folder: string): Promise<void> {
  for (const path of mountsBelow(folder)) {
    const { exitCode, stderr } = await runProgram("umount", ["-l", path], { timeoutMs: UMOUNT_MS });
    if (exitCode !== 0) throw new Error(`umount ${path}: ${stderr}`);
  }
  await controlGroup(basename(folder)).remove();
  rmSync(folder, { recursive: true, force: true });
}

/** The last one first. */
function mountsBelow(folder: string): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n");
  const paths = mounts.map((line) => line.split(" ")[4] ?? "");
  return paths.filter((path) => path.startsWith(`${folder}/`)).reverse();
}
