import { existsSync } from "node:fs";
import type { RunCommand } from "./command.ts";

/** Whether somebody keeps this machine's clock right; codes of authenticators depend on it. */
export type ClockSync = "synchronised" | "not_synchronised" | "unknown";

const TIMEOUT_MS = 2_000;
/** systemd-timesyncd touches it after the first synchronisation since boot. */
const TIMESYNC_MARK = "/run/systemd/timesync/synchronized";

/** Asks timedatectl(1), then chronyc(1); what neither can tell is unknown, never well. */
export async function readClockSync(run: RunCommand): Promise<ClockSync> {
  return (
    (await fromTimedatectl(run)) ??
    (await fromChrony(run)) ??
    (existsSync(TIMESYNC_MARK) ? "synchronised" : "unknown")
  );
}

async function fromTimedatectl(run: RunCommand): Promise<ClockSync | null> {
  const said = await ask(run, "timedatectl", ["show", "--property=NTPSynchronized", "--value"]);
  if (said === "yes") return "synchronised";
  return said === "no" ? "not_synchronised" : null;
}

async function fromChrony(run: RunCommand): Promise<ClockSync | null> {
  const said = await ask(run, "chronyc", ["-c", "tracking"]);
  const leap = said?.split(",").at(-1);
  if (leap === undefined || leap === "") return null;
  return leap === "Not synchronised" ? "not_synchronised" : "synchronised";
}

async function ask(run: RunCommand, file: string, args: readonly string[]): Promise<string | null> {
  try {
    const { exitCode, stdout } = await run({ file, args, timeoutMs: TIMEOUT_MS, maxBytes: 4_096 });
    return exitCode === 0 ? stdout.trim() : null;
  } catch {
    return null;
  }
}
