import type { ChangeDraft } from "../change.ts";
import { OWN_FILES } from "./paths.ts";
import { type About, buildFile, type Dialect, plain, readFile } from "./settings.ts";

/** Dotted names as below /proc/sys; each part is a name, so that none leads elsewhere. */
const KEY = /^[a-z0-9_][a-z0-9_-]*(\.[a-z0-9_][a-z0-9_-]*)+$/;
/** Whole numbers, one word (`fq`, `bbr`), or the core pattern that writes no core. */
const VALUE = /^(-?\d{1,20}( -?\d{1,20}){0,15}|[A-Za-z][A-Za-z0-9_-]{0,62}|\|\/bin\/false)$/;

/** sysctl.d(5). */
export const SYSCTL: Dialect = {
  what: "kernel setting",
  comment: "#",
  allows: (key, value) => isSysctlKey(key) && VALUE.test(value),
  write: (key, value) => `${key} = ${value}`,
  read: (line) => {
    const [, key, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? null : [key, sysctlValue(value)];
  },
};

/** Whether a dotted name can be a kernel setting: every part is below /proc/sys. */
export function isSysctlKey(key: string): boolean {
  return KEY.test(key) && key.length <= 200;
}

/** A value as the kernel compares it: one space between numbers, where /proc writes tabs. */
export function sysctlValue(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** What castellan's own sysctl file sets. */
export function readSysctlFile(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readFile(SYSCTL, text).get("") ?? []);
}

/**
 * Sets kernel settings now and at every boot.
 * @param present castellan's own file as it is, or null
 * @throws CastellanError `invalid_input`
 */
export function sysctlDraft(
  present: string | null,
  values: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  const wanted = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, value.replace(/[ \t]+/g, " ")]),
  );
  const content = buildFile(SYSCTL, present, plain(wanted));
  return {
    kind: "sysctl.settings",
    ...about,
    files: [{ path: OWN_FILES.sysctl, content }],
    sysctls: wanted,
    services: ["sysctl"],
    expect: Object.fromEntries(Object.entries(wanted).map(([key, value]) => [`sysctl:${key}`, value])),
  };
}
