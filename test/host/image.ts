import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runFolder } from "../support/run-folder.ts";
import { runProgram } from "./program.ts";

const SCRIPT = join(import.meta.dirname, "image.sh");
const TOOLS = ["qemu-system-x86_64", "debootstrap", "mke2fs", "ssh", "ssh-keygen", "setpriv", "tar"];
const BUILD_MS = 900_000;

/** Why no machine can be had here, in one line; null: one can. */
export function machineMissing(): string | null {
  if (process.arch !== "x64") return "the emulated Debian is an x86-64 one";
  if (process.geteuid?.() !== 0) return "a Debian in an emulator needs root to be built";
  const folders = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin`.split(delimiter);
  const missing = TOOLS.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  return missing.length > 0 ? `these programs are missing: ${missing.join(", ")}` : null;
}

/**
 * A folder with host.img, vmlinuz, initrd and key, as image.sh makes them; built once for each version of that script
 * and kept in the OS's folder for temporary files.
 */
export async function diskImage(): Promise<string> {
  const version = createHash("sha256").update(readFileSync(SCRIPT)).digest("hex").slice(0, 16);
  const image = join(tmpdir(), `castellan-debian-${version}`);
  if (isOurs(image)) return image;
  const fresh = runFolder("image");
  try {
    const { exitCode, stdout, stderr } = await runProgram(SCRIPT, [fresh], { timeoutMs: BUILD_MS });
    if (exitCode !== 0)
      throw new Error(`image.sh ended with ${exitCode}: ${stdout}${stderr}${lastOfLog(fresh)}`);
    renameSync(fresh, image);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another run was done first: its image is as good.
    if (!isOurs(image)) throw error;
  }
  return image;
}

/** Anybody may make a folder of that name: what root boots must be root's alone. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0) return true;
  throw new Error(`${folder} is not ours alone: remove it`);
}

function lastOfLog(folder: string): string {
  const log = join(folder, "debootstrap.log");
  return existsSync(log) ? readFileSync(log, "utf8").slice(-2_000) : "";
}
