import { CastellanError } from "../../errors.ts";
import type { DraftFile } from "../change.ts";
import { runProgram } from "./programs.ts";
import type { ServiceParts } from "./service.ts";
import { withStage } from "./stage.ts";

/** Files of systemd's own programs that castellan adds to. */
const NAMES = ["journald.conf", "coredump.conf"] as const;
/** By falling precedence; only the first has files of castellan's. */
const HOMES = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd"];

export function isConfigName(name: string): boolean {
  return NAMES.some((known) => known === name);
}

/**
 * What a configuration file and all its drop-ins set, put together by `systemd-analyze cat-config` on a copy.
 * @throws CastellanError `source_unreadable`, `command_missing`
 */
export function effectiveConfig(
  { root, run }: ServiceParts,
  name: string,
  files: readonly DraftFile[],
): Promise<ReadonlyMap<string, string>> {
  const folders = HOMES.flatMap((home) => [`${home}/${name}.d`, `${home}/${name}`]);
  return withStage({ root, folders, files }, async ({ folder }) => {
    const args = [`--root=${folder}`, "cat-config", `systemd/${name}`];
    const { exitCode, stdout, stderr } = await runProgram(run, "systemd-analyze", args);
    if (exitCode === 0) return parseConfig(stdout);
    throw new CastellanError(
      "source_unreadable",
      `systemd-analyze cat-config: ${stderr.split("\n")[0] ?? ""}`,
    );
  });
}

/** The last assignment of a key counts; an empty one takes back what was set. */
function parseConfig(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, value] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined) continue;
    if (value === undefined || value === "") settings.delete(key);
    else settings.set(key, value);
  }
  return settings;
}
