import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { CheckResult } from "../change.ts";
import { isSystemdBooted, isThisMachine, mustRun } from "./programs.ts";
import { activationFailed, asked, judged } from "./result.ts";
import type { ServiceParts } from "./service.ts";

const PID_FOLDER = "/run/php";
/** FPM puts itself in its own place at a reload: a moment without a name. */
const PATIENCE_MS = 5_000;

interface Master {
  readonly version: string;
  readonly pid: number;
}

/**
 * Reloads every FPM that runs; one that does not reads the files when it starts.
 * @throws CastellanError `change_failed`
 */
export async function activateFpm(parts: ServiceParts): Promise<void> {
  if (!isThisMachine(parts)) return;
  for (const { version, pid } of masters()) {
    // A master that cannot use its configuration at a reload ends: ask before.
    await mustRun(parts.run, `php-fpm${version}`, ["-t"]);
    if (isSystemdBooted(parts))
      await mustRun(parts.run, "systemctl", ["reload", `php${version}-fpm.service`]);
    else signal(version, pid);
  }
}

function signal(version: string, pid: number): void {
  try {
    process.kill(pid, "SIGUSR2");
  } catch (error) {
    throw activationFailed(`reloading php-fpm${version}`, [(error as Error).message], error);
  }
}

/** Whether each FPM that has a pid file still runs; those that were never started are nobody's fault. */
export function probeRunningFpm(parts: ServiceParts): Promise<readonly CheckResult[]> {
  return asked("php-fpm", "php-fpm runs", async () => {
    if (!isThisMachine(parts)) return [];
    return Promise.all(versions().map((version) => judgeMaster(parts, version)));
  });
}

async function judgeMaster({ clock }: ServiceParts, version: string): Promise<CheckResult> {
  const until = clock.monotonic() + PATIENCE_MS;
  while (masterOf(version) === null && clock.monotonic() < until) await setTimeout(100);
  const runs = masterOf(version) !== null;
  const lines = runs ? [] : [`${PID_FOLDER}/php${version}-fpm.pid names no process of FPM`];
  return judged("php-fpm", `php-fpm${version} runs`, runs, lines);
}

function masters(): Master[] {
  return versions().flatMap((version) => masterOf(version) ?? []);
}

function versions(): string[] {
  try {
    return readdirSync(PID_FOLDER).flatMap(
      (name) => /^php(\d{1,2}\.\d{1,2})-fpm\.pid$/.exec(name)?.[1] ?? [],
    );
  } catch {
    return [];
  }
}

function masterOf(version: string): Master | null {
  try {
    const pid = Number(readFileSync(`${PID_FOLDER}/php${version}-fpm.pid`, "latin1"));
    if (!Number.isSafeInteger(pid) || pid <= 1) return null;
    return readFileSync(`/proc/${pid}/comm`, "latin1").startsWith("php-fpm") ? { version, pid } : null;
  } catch {
    return null;
  }
}
