import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OWN_FILES } from "../own/paths.ts";
import { sysctlValue } from "../own/sysctl.ts";
import { followLinks } from "./host-path.ts";

/** By precedence: a name in an earlier folder hides the same name in a later one (sysctl.d(5)). */
const FOLDERS = [
  "/etc/sysctl.d",
  "/run/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
  "/lib/sysctl.d",
];
const MAIN = "/etc/sysctl.conf";
const OWN_NAME = OWN_FILES.sysctl.slice(OWN_FILES.sysctl.lastIndexOf("/") + 1);
const BOOT_PROGRAMS = ["usr/lib/systemd/systemd-sysctl", "lib/systemd/systemd-sysctl"];

/**
 * Files that set `key` to something else after ours at boot, one line each. systemd-sysctl(8) goes by name and knows no
 * /etc/sysctl.conf (Debian links it as 99-sysctl.conf, before ours); `sysctl --system` of other inits ends with it.
 */
export function overridesAtBoot(root: string, key: string, value: string): string[] {
  const later = laterFiles(root);
  const bySystemd = BOOT_PROGRAMS.some((path) => existsSync(join(root, path)));
  return [...later, ...(bySystemd ? [] : [MAIN])].flatMap((path) => {
    const set = valueIn(readText(root, path), key);
    return set === null || set === sysctlValue(value) ? [] : [`${path} comes later and sets ${key} = ${set}`];
  });
}

function laterFiles(root: string): string[] {
  const files = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of namesIn(join(root, folder))) {
      if (name.endsWith(".conf") && name > OWN_NAME && !files.has(name)) files.set(name, `${folder}/${name}`);
    }
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** The last value that a file gives a key. A pattern does not count against a key that another file names. */
function valueIn(text: string, key: string): string | null {
  let value: string | null = null;
  for (const line of text.split("\n")) {
    const [, name = "", set = ""] = /^\s*-?\s*([^#;=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (dotted(name) === key) value = sysctlValue(set);
  }
  return value;
}

/** `net/ipv4/ip_forward` and `net.ipv4.ip_forward` are one; the first separator decides. */
function dotted(name: string): string {
  const slash = name.indexOf("/");
  const dot = name.indexOf(".");
  if (slash < 0 || (dot >= 0 && dot < slash)) return name;
  return name.replace(/[./]/g, (sign) => (sign === "/" ? "." : "/"));
}

function readText(root: string, path: string): string {
  const real = followLinks(root, path);
  try {
    return real === null ? "" : readFileSync(join(root, real), "latin1");
  } catch {
    return "";
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
