import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangesParts } from "./parts.ts";

/** A place in the life of the running kernel. */
export interface BootTime {
  /** /proc/sys/kernel/random/boot_id: another one after each boot; empty where /proc hides it. */
  readonly bootId: string;
  /** Clock ticks since boot, on the scale of `starttime` in /proc/PID/stat (proc(5)). */
  readonly ticks: number;
}

/** USER_HZ, the same on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;
/** Where `starttime` stands behind the closing parenthesis of the name: field 22, the state being field 3. */
const START_TIME = 22 - 3;

/**
 * /proc/uptime, unless it lags behind this process's own start plus age: in a container lxcfs counts it from the
 * container's start, while `starttime` still counts from the machine's. Every old connection would then look new.
 */
export function bootTime({ proc = "/proc" }: Pick<ChangesParts, "proc">): BootTime {
  const uptime = Number.parseFloat(readText(join(proc, "uptime")));
  const ownStart = startTicks(proc, "self");
  const candidates = [
    Number.isFinite(uptime) ? uptime * TICKS_PER_SECOND : 0,
    ownStart === null ? 0 : ownStart + process.uptime() * TICKS_PER_SECOND,
  ];
  return {
    bootId: readText(join(proc, "sys/kernel/random/boot_id")).trim(),
    ticks: Math.ceil(Math.max(...candidates)),
  };
}

/** When a process began; null: it is gone. */
export function startTicks(proc: string, pid: number | "self"): number | null {
  const stat = readText(join(proc, String(pid), "stat"));
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[START_TIME]);
  return stat !== "" && Number.isSafeInteger(ticks) ? ticks : null;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
