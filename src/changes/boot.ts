import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessMark } from "./journal-record.ts";
import type { ChangesParts } from "./parts.ts";

/** A place in the life of the running kernel. */
export interface BootTime {
  /**
   * Another one after each boot: /proc/sys/kernel/random/boot_id with the start of pid 1, because a container that
   * restarts (LXC) keeps the kernel's id.
   */
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
    bootId: `${readText(join(proc, "sys/kernel/random/boot_id")).trim()} ${startTicks(proc, 1) ?? ""}`,
    ticks: Math.ceil(Math.max(...candidates)),
  };
}

/** Whether this very process still runs; one that has ended and waits to be fetched does not. */
export function isRunning(proc: string, { pid, startTicks: begun }: ProcessMark): boolean {
  return startTicks(proc, pid) === begun && !["Z", "X"].includes(processState(proc, pid));
}

/** Whether somebody has stopped this process (Ctrl-Z, SIGSTOP): it holds what it has, and does nothing. */
export function isStopped(proc: string, pid: number): boolean {
  return processState(proc, pid) === "T";
}

/** One letter, as proc(5) has them. */
function processState(proc: string, pid: number): string {
  return statFields(proc, pid)[0] ?? "";
}

/** When a process began; null: it is gone. */
export function startTicks(proc: string, pid: number | "self"): number | null {
  const ticks = Number(statFields(proc, pid)[START_TIME]);
  return ticks > 0 ? ticks : null;
}

/** What follows the name, which may itself hold blanks and parentheses. */
function statFields(proc: string, pid: number | "self"): string[] {
  const stat = readText(join(proc, String(pid), "stat"));
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
