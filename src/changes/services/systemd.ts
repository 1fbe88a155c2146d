import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ChangeDraft, CheckResult } from "../change.ts";
import { expectedOf, judgeExpected } from "./expected.ts";
import { isSystemdBooted, isThisMachine, mustRun, runProgram } from "./programs.ts";
import { asked, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { effectiveConfig, isConfigName } from "./systemd-config.ts";
import { restartJournaldIfChanged } from "./systemd-journald.ts";
import { verifyUnits } from "./systemd-units.ts";

/** Where castellan writes units of its own. */
const OWN_UNITS = ["castellan-firewall.service", "ssh.socket"];
const UNIT_FOLDER = "/etc/systemd/system";

/** systemd(1): units, and the configuration of its journal and core dumps. */
export function openSystemdService(parts: ServiceParts): Service {
  return {
    name: "systemd",
    async check(draft) {
      const files = draft.files ?? [];
      const units = await verifyUnits(parts, files, unitsIn(draft));
      return [...units, ...(await judgeConfigs(parts, draft, true))];
    },
    verify: () =>
      verifyUnits(
        parts,
        [],
        OWN_UNITS.filter((unit) => isOurs(parts.root, unit)),
      ),
    async activate() {
      if (!isSystemdBooted(parts)) return;
      await mustRun(parts.run, "systemctl", ["daemon-reload"]);
      await restartJournaldIfChanged(parts);
    },
    probe: async (draft) => [
      ...(await judgeConfigs(parts, draft, false)),
      ...(await judgeUnits(parts, draft)),
    ],
  };
}

/** The units that a draft's files define or add to. */
function unitsIn({ files = [] }: ChangeDraft): string[] {
  const units = files
    .filter(({ path, content }) => path.startsWith(`${UNIT_FOLDER}/`) && content !== null)
    .flatMap(({ path }) => path.slice(UNIT_FOLDER.length + 1).split("/")[0] ?? [])
    .map((name) => name.replace(/\.d$/, ""));
  return [...new Set(units)];
}

function isOurs(root: string, unit: string): boolean {
  return [unit, `${unit}.d/castellan.conf`].some((name) => existsSync(join(root, UNIT_FOLDER, name)));
}

/** `systemd:journald.conf:Storage`: by the files, as systemd itself puts them together. */
async function judgeConfigs(
  parts: ServiceParts,
  draft: ChangeDraft,
  drafted: boolean,
): Promise<readonly CheckResult[]> {
  const expected = splitExpected(draft).filter(({ subject }) => isConfigName(subject));
  const results = await Promise.all(
    expected.map(({ subject, key, wanted }) =>
      asked("systemd", `${subject} ${key}`, async () => {
        const settings = await effectiveConfig(parts, subject, drafted ? (draft.files ?? []) : []);
        return [judgeExpected("systemd", `${subject} ${key}`, wanted, settings.get(key) ?? null)];
      }),
    ),
  );
  return results.flat();
}

/** `systemd:ssh.socket:Listen`: what the running systemd says of a unit. */
async function judgeUnits(parts: ServiceParts, draft: ChangeDraft): Promise<readonly CheckResult[]> {
  const expected = splitExpected(draft).filter(({ subject }) => !isConfigName(subject));
  if (!isThisMachine(parts)) return [];
  const results = await Promise.all(
    expected.map(({ subject, key, wanted }) =>
      asked("systemd", `${subject} ${key}`, async () => {
        if (!isSystemdBooted(parts))
          return [unasked("systemd", `${subject} ${key}`, "systemd does not run here")];
        const args = ["show", "--value", "-p", key, "--", subject];
        const { stdout } = await runProgram(parts.run, "systemctl", args);
        return [judgeExpected("systemd", `${subject} ${key}`, wanted, stdout.trim())];
      }),
    ),
  );
  return results.flat();
}

function splitExpected(draft: ChangeDraft): { subject: string; key: string; wanted: string }[] {
  return expectedOf(draft, "systemd:").map(([name, wanted]) => {
    const cut = name.lastIndexOf(":");
    return { subject: name.slice(0, cut), key: name.slice(cut + 1), wanted };
  });
}
