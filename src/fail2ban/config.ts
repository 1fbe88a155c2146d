import { type ConfigFiles, configFiles } from "../changes/services/sshd-files.ts";
import type { IdleJail, JailOrigin } from "./fail2ban.ts";

const HOME = "/etc/fail2ban";
const GENERAL = "DEFAULT";
/** A section that names other files, and is no jail. */
const INCLUDES = "INCLUDES";
const YES = /^(true|yes|on|1)$/i;

/** What the jail files say, the line that counts for each key: jail.conf(5). */
export interface JailFiles {
  /** Jails that have a section, in the order of the files. */
  readonly names: readonly string[];
  /** The line that counts for a jail: its own, else that of `[DEFAULT]`; null: none. */
  originOf(jail: string, key: string): JailOrigin | null;
}

/**
 * Reads jail.conf, jail.d/*.conf, jail.local, jail.d/*.local: of lines for the same key the last one counts.
 * @throws CastellanError `source_unreadable`
 */
export function readJailFiles(root: string): JailFiles {
  const files = configFiles(root);
  const lines = new Map<string, Map<string, JailOrigin>>();
  for (const path of jailPaths(files)) readInto(lines, path, files.read(path) ?? "");
  return {
    names: [...lines.keys()].filter((name) => name !== GENERAL && name !== INCLUDES),
    originOf: (jail, key) => lines.get(jail)?.get(key) ?? lines.get(GENERAL)?.get(key) ?? null,
  };
}

/** The jails that do not run, those that should first. */
export function idleJails({ names, originOf }: JailFiles, running: readonly string[]): IdleJail[] {
  return names
    .filter((name) => !running.includes(name))
    .map((name) => ({ name, wanted: YES.test(originOf(name, "enabled")?.value ?? "") }))
    .sort((a, b) => Number(b.wanted) - Number(a.wanted));
}

function jailPaths(files: ConfigFiles): string[] {
  const folder = `${HOME}/jail.d`;
  const dropIns = files.list(folder).map((name) => `${folder}/${name}`);
  const ending = (suffix: string): string[] => dropIns.filter((path) => path.endsWith(suffix));
  return [`${HOME}/jail.conf`, ...ending(".conf"), `${HOME}/jail.local`, ...ending(".local")];
}

function readInto(lines: Map<string, Map<string, JailOrigin>>, file: string, text: string): void {
  let section = "";
  for (const [index, raw] of text.split("\n").entries()) {
    const head = /^\[([^\]]+)\]/.exec(raw)?.[1];
    if (head !== undefined) section = head.trim();
    const known = lines.get(section) ?? new Map<string, JailOrigin>();
    if (section !== "") lines.set(section, known);
    // A line that begins with a blank goes on with the value before it.
    const [, key = "", value = ""] = /^([A-Za-z][\w.]*)\s*[=:]\s*(.*?)\s*$/.exec(raw) ?? [];
    if (key === "" || head !== undefined) continue;
    known.set(key.toLowerCase(), { file, line: index + 1, value, general: section === GENERAL });
  }
}
