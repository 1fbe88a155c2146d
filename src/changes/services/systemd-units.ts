import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommandResult } from "../../host/command.ts";
import type { CheckResult, DraftFile } from "../change.ts";
import { followLinks } from "./host-path.ts";
import { runProgram } from "./programs.ts";
import { asked, judged, outputLines, unasked } from "./result.ts";
import type { ServiceParts } from "./service.ts";
import { type Stage, withStage } from "./stage.ts";

const HOME = "/etc/systemd/system";
/** Where packages put the units that drop-ins add to. */
const PACKAGED = ["/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

/** `systemd-analyze verify` of units on a copy, the draft's files in place. */
export function verifyUnits(
  parts: ServiceParts,
  files: readonly DraftFile[],
  units: readonly string[],
): Promise<readonly CheckResult[]> {
  if (units.length === 0) return Promise.resolve([]);
  return asked("systemd", "systemd-analyze verify", () =>
    withStage({ root: parts.root, folders: [HOME], files }, (stage) =>
      Promise.all(units.map((unit) => verifyUnit(parts, stage, unit))),
    ),
  );
}

async function verifyUnit(parts: ServiceParts, stage: Stage, unit: string): Promise<CheckResult> {
  const name = `systemd-analyze verify ${unit}`;
  const path = stage.path(join(HOME, unit));
  if (!existsSync(path) && !copyPackaged(parts.root, unit, path)) {
    return unasked("systemd", name, `there is no ${unit} on this host`);
  }
  const result = await analyze(parts, path);
  const lines = outputLines(result);
  // What systemd would ignore is no error to it; in a file of ours it is.
  const ignored = lines.some((line) => line.startsWith(`${stage.folder}/`));
  const shown = lines.map((line) => line.replaceAll(stage.folder, ""));
  return judged("systemd", name, result.exitCode === 0 && !ignored, shown);
}

function copyPackaged(root: string, unit: string, target: string): boolean {
  for (const folder of PACKAGED) {
    const real = followLinks(root, join(folder, unit));
    const source = real === null ? null : join(root, real);
    if (source === null || !existsSync(source)) continue;
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(source, target);
    return true;
  }
  return false;
}

/** The faults of other units are not looked for; releases before 250 cannot leave them out. */
async function analyze({ run }: ServiceParts, path: string): Promise<CommandResult> {
  const more = { timeoutMs: 30_000 };
  const options = ["--man=no", "--recursive-errors=no"];
  const result = await runProgram(run, "systemd-analyze", ["verify", ...options, path], more);
  if (!result.stderr.includes("unrecognized option")) return result;
  return runProgram(run, "systemd-analyze", ["verify", "--man=no", path], more);
}
