import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";

/** A file that sudo(8) takes rules from. */
export interface SudoersFile {
  readonly path: string;
  readonly facts: FileFacts;
  /** Rules and settings: comments gone, continued lines joined. */
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

/** All that sudo reads; null: neither sudo nor a sudoers file is here. */
export interface Sudoers {
  readonly files: readonly SudoersFile[];
  /** Folders of `@includedir` that are there. */
  readonly folders: readonly { readonly path: string; readonly facts: FileFacts }[];
}

const MAIN = "/etc/sudoers";
/** sudo gives up at 128 as well (sudoers(5)). */
const MOST_FILES = 128;

/** sudoers(5) and what it includes, in the order in which it counts. */
export const sudoersFact = defineFact("/etc/sudoers", async (host): Promise<Sudoers | null> => {
  const files: SudoersFile[] = [];
  const folders: { path: string; facts: FileFacts }[] = [];
  await readInto(host, MAIN, files, folders);
  if (files.length > 0) return { files, folders };
  if (await host.has("sudo"))
    throw new CastellanError("not_found", `sudo is installed but ${MAIN} is not there`);
  return null;
});

/** `visudo -c`: whether sudo would take its files; null: there is nothing to check. */
export const visudoFact = defineFact("visudo -c", async (host) => {
  if ((await host.fact(sudoersFact)) === null) return null;
  const { exitCode, stdout, stderr } = await host.run({ file: "/usr/sbin/visudo", args: ["-c"] });
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  if (exitCode === 0 && !lines.some((line) => line.endsWith(": parsed OK"))) {
    throw new CastellanError("command_failed", "visudo -c said nothing that is understood");
  }
  return { ok: exitCode === 0, lines };
});

async function readInto(
  host: AdvisedHost,
  path: string,
  files: SudoersFile[],
  folders: { path: string; facts: FileFacts }[],
): Promise<void> {
  if (files.some((file) => file.path === path)) return;
  if (files.length >= MOST_FILES)
    throw new CastellanError("command_failed", "sudoers includes too many files");
  const [text, facts] = await Promise.all([host.text(path), host.stat(path)]);
  if (text === null || facts === null) return;
  const lines = sudoersLines(text);
  files.push({ path, facts, lines });
  for (const { text: row } of lines) {
    const include = /^[@#](include|includedir)\s+"?([^"]+?)"?\s*$/.exec(row);
    const target = include?.[2]?.replaceAll("\\ ", " ");
    if (target === undefined) continue;
    const at = target.startsWith("/") ? target : `/etc/${target}`;
    if (include?.[1] === "include") await readInto(host, at, files, folders);
    else await readFolder(host, at, files, folders);
  }
}

async function readFolder(
  host: AdvisedHost,
  path: string,
  files: SudoersFile[],
  folders: { path: string; facts: FileFacts }[],
): Promise<void> {
  const [names, facts] = await Promise.all([host.list(path), host.stat(path)]);
  if (names === null || facts === null) return;
  folders.push({ path, facts });
  // sudo passes over names with a dot in them and ends of editors' copies (sudoers(5), @includedir).
  for (const name of names.filter((entry) => !entry.includes(".") && !entry.endsWith("~"))) {
    await readInto(host, `${path}/${name}`.replace("//", "/"), files, folders);
  }
}

/** Lines as sudoers(5) has them: `#include` is no comment, a backslash at the end joins. */
export function sudoersLines(text: string): { line: number; text: string }[] {
  const lines: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | null = null;
  for (const [index, raw] of text.split("\n").entries()) {
    const at: { line: number; text: string } = open ?? { line: index + 1, text: "" };
    const goesOn = raw.endsWith("\\");
    at.text = `${at.text}${goesOn ? raw.slice(0, -1) : raw}`;
    open = goesOn ? at : null;
    if (goesOn) continue;
    // `#1000` at the start of a word is a uid, `#include` an order; any other `#` begins a comment.
    const row = at.text.replace(/(^|[^\\])#(?!include(dir)?\s|-?\d).*$/, "$1").trim();
    if (row !== "") lines.push({ line: at.line, text: row });
  }
  return lines;
}
