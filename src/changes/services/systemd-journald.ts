import { statSync } from "node:fs";
import { mustRun, runProgram } from "./programs.ts";
import type { ServiceParts } from "./service.ts";

/** Their times change when a file of ours comes or goes. */
const FOLDERS = ["/etc/systemd/journald.conf.d", "/etc/systemd"];
const UNIT = "systemd-journald.service";

/**
 * journald reads its configuration when it starts and at no other time. systemd keeps its sockets and streams open over
 * a restart, so that no line is lost.
 * @throws CastellanError `change_failed`
 */
export async function restartJournaldIfChanged({ run }: ServiceParts): Promise<void> {
  const changedAt = Math.max(...FOLDERS.map(changeTime));
  const args = ["show", "--value", "-p", "ExecMainStartTimestamp", "--timestamp=unix", UNIT];
  const { stdout } = await runProgram(run, "systemctl", args);
  const startedAt = Number(/^@(\d+)$/.exec(stdout.trim())?.[1] ?? 0) * 1_000;
  if (changedAt > startedAt) await mustRun(run, "systemctl", ["restart", UNIT]);
}

function changeTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
