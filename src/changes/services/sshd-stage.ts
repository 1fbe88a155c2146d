import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { RunCommand } from "../../host/command.ts";
import { includedFiles, SSHD_CONFIG } from "./sshd-config.ts";
import type { AskedConfig } from "./sshd-effective.ts";
import type { ConfigFiles } from "./sshd-files.ts";
import { splitArguments, splitKeyword } from "./sshd-lines.ts";

/**
 * Copies the main file and everything that it includes into a folder of our own, with Include lines that name the
 * copies, lets `work` ask sshd about them, and removes them again. Files stay apart and lines keep their numbers, so
 * that the scope of Match is the same and sshd's messages lead to the right place.
 *
 * @param root where the host's files are; elsewhere than `/` its host keys may be missing, and one is made
 */
export async function withStaged<T>(
  { files, run, root }: { files: ConfigFiles; run: RunCommand; root: string },
  work: (config: AskedConfig) => Promise<T>,
  main = SSHD_CONFIG,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "castellan-sshd-"));
  try {
    const copies = copiesOf(files, main, folder);
    for (const { copy, text } of copies.values()) await writeFile(copy, text, { mode: 0o600 });
    const names = new Map([...copies].map(([path, { copy }]) => [copy, path]));
    return await work({
      main: copies.get(main)?.copy ?? join(folder, "missing"),
      hostKey: root === "/" ? null : await makeHostKey(run, folder),
      named: (text) => text.replaceAll(copyPattern(folder), (copy) => names.get(copy) ?? copy),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Copy {
  readonly copy: string;
  readonly text: string;
}

function copiesOf(files: ConfigFiles, main: string, folder: string): Map<string, Copy> {
  const copies = new Map<string, string>();
  const texts = new Map<string, Copy>();
  const waiting: string[] = [];
  const copyOf = (path: string): string => {
    const known = copies.get(path);
    if (known !== undefined) return known;
    const copy = join(folder, `${copies.size}.conf`);
    copies.set(path, copy);
    waiting.push(path);
    return copy;
  };
  copyOf(main);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const text = files.read(path);
    if (text === null) {
      throw new CastellanError("not_found", `there is no ${path}`, "is openssh-server installed?");
    }
    const lines = text.split("\n").map((line) => staged(line, files, copyOf));
    texts.set(path, { copy: copyOf(path), text: lines.join("\n") });
  }
  return texts;
}

/** An Include line that names the copies; every other line, also one that sshd will refuse, stays as it is. */
function staged(line: string, files: ConfigFiles, copyOf: (path: string) => string): string {
  const split = splitKeyword(line);
  if (split?.keyword.toLowerCase() !== "include") return line;
  const patterns = splitArguments(split.rest);
  if (patterns === null || patterns.length === 0 || patterns.includes("")) return line;
  const copies = patterns.flatMap((pattern) => includedFiles(files, pattern)).map(copyOf);
  return copies.length === 0 ? "#" : `Include ${copies.map((copy) => `"${copy}"`).join(" ")}`;
}

function copyPattern(folder: string): RegExp {
  return new RegExp(`${folder.replace(/[^\w/-]/g, "\\$&")}/\\d+\\.conf`, "g");
}

async function makeHostKey(run: RunCommand, folder: string): Promise<string> {
  const path = join(folder, "host_key");
  const { exitCode, stderr } = await run({
    file: "ssh-keygen",
    args: ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path],
  });
  if (exitCode === 0) return path;
  throw new CastellanError("command_failed", `ssh-keygen: ${stderr.trim() || `exit code ${exitCode}`}`);
}
