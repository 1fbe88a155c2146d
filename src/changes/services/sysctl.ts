import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeDraft, CheckResult } from "../change.ts";
import { OWN_FILES } from "../own/paths.ts";
import { isSysctlKey, readSysctlFile, sysctlValue } from "../own/sysctl.ts";
import { expectedOf, judgeExpected } from "./expected.ts";
import { judged, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { overridesAtBoot } from "./sysctl-order.ts";

/** Kernel settings: sysctl.d(5), proc(5). What they are now is set by the change's own steps. */
export function openSysctlService({ root }: ServiceParts): Service {
  return {
    name: "sysctl",
    check: async (draft) =>
      Object.entries(wantedOf(draft)).flatMap(([key, value]) => judgeKey(root, key, value)),
    verify: async () => [],
    activate: async () => {},
    probe: async (draft) =>
      expectedOf(draft, "sysctl:").map(([key, value]) =>
        judgeExpected("sysctl", key, sysctlValue(value), isSysctlKey(key) ? readKey(root, key) : null),
      ),
  };
}

/** What the draft's file keeps over a boot, and what it sets now. */
function wantedOf({ files = [], sysctls = {} }: ChangeDraft): Readonly<Record<string, string>> {
  const content = files.find(({ path }) => path === OWN_FILES.sysctl)?.content ?? "";
  return { ...readSysctlFile(content), ...sysctls };
}

function judgeKey(root: string, key: string, value: string): CheckResult[] {
  const name = `the kernel knows ${key}`;
  if (!isSysctlKey(key)) return [judged("sysctl", name, false, ["this is no name of a kernel setting"])];
  const known = readKey(root, key);
  if (known === null) return [unreadableKey(root, name, key)];
  const overrides = overridesAtBoot(root, key, value);
  return [
    judged(
      "sysctl",
      name,
      fits(known, value),
      fits(known, value) ? [] : [`it is ${known}: ${value} does not fit`],
    ),
    judged("sysctl", `${key} stays ${value} over a boot`, overrides.length === 0, overrides),
  ];
}

/** A kernel without the setting (no IPv6, an older one) is told from one that does not let us look. */
function unreadableKey(root: string, name: string, key: string): CheckResult {
  const path = `/proc/sys/${key.replaceAll(".", "/")}`;
  if (!existsSync(join(root, "proc/sys/kernel")))
    return unasked("sysctl", name, "there is no /proc/sys here");
  const there = existsSync(join(root, path));
  return there
    ? unasked("sysctl", name, `${path} cannot be read`)
    : judged("sysctl", name, false, [`there is no ${path}`]);
}

/** As many words, and numbers where there are numbers. */
function fits(known: string, value: string): boolean {
  const now = known.split(" ");
  const wanted = value.split(" ");
  const isNumber = (word: string): boolean => /^-?\d+$/.test(word);
  if (!now.every(isNumber)) return true;
  return wanted.length === now.length && wanted.every(isNumber);
}

/** null: the kernel has no such setting, or does not tell. */
function readKey(root: string, key: string): string | null {
  try {
    return sysctlValue(readFileSync(join(root, "proc/sys", key.replaceAll(".", "/")), "latin1"));
  } catch {
    return null;
  }
}
