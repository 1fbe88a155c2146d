import { existsSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../errors.ts";
import type { Command, CommandResult, RunCommand } from "../../host/command.ts";
import { activationFailed, outputLines } from "./result.ts";
import type { ServiceParts } from "./service.ts";

/** Where system programs are; `su` without `-` leaves a PATH without these folders. */
const FOLDERS = ["", "/usr/sbin/", "/sbin/"];

/**
 * Runs a system program by its bare name, from PATH or the folders of system programs.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed`
 */
export async function runProgram(
  run: RunCommand,
  name: string,
  args: readonly string[],
  more: Pick<Command, "input" | "timeoutMs" | "maxBytes"> = {},
): Promise<CommandResult> {
  let missing: unknown;
  for (const folder of FOLDERS) {
    try {
      return await run({ file: `${folder}${name}`, args, ...more });
    } catch (error) {
      if (codeOf(error) !== "command_missing") throw error;
      missing ??= error;
    }
  }
  throw missing;
}

/** Whether the host's own daemons may be touched: only where its files are this machine's. */
export function isThisMachine({ root }: Pick<ServiceParts, "root">): boolean {
  return root === "/";
}

/** Whether systemd runs this machine: sd_booted(3). */
export function isSystemdBooted(parts: Pick<ServiceParts, "root">): boolean {
  return isThisMachine(parts) && existsSync(join(parts.root, "run/systemd/system"));
}

/**
 * Runs a program that has to succeed for an activation.
 * @throws CastellanError `change_failed`
 */
export async function mustRun(
  run: RunCommand,
  name: string,
  args: readonly string[],
): Promise<CommandResult> {
  const what = [name, ...args].join(" ");
  let result: CommandResult;
  try {
    result = await runProgram(run, name, args, { timeoutMs: 60_000 });
  } catch (error) {
    throw activationFailed(what, [(error as Error).message], error);
  }
  if (result.exitCode !== 0) throw activationFailed(what, outputLines(result));
  return result;
}
