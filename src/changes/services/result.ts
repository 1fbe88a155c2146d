import { CastellanError, codeOf } from "../../errors.ts";
import type { CommandResult } from "../../host/command.ts";
import type { CheckResult, ServiceName } from "../change.ts";

/** Longest report of one program that is kept, in lines. */
const MOST_LINES = 40;

/** It was asked, and it is so. */
export function passed(service: ServiceName, name: string, lines: readonly string[] = []): CheckResult {
  return { service, name, passed: true, lines };
}

/** It was asked, and it is not so; `lines` say what is wrong. */
export function failed(service: ServiceName, name: string, lines: readonly string[]): CheckResult {
  return { service, name, passed: false, lines };
}

/** It could not be asked; `why` says what stood in the way. */
export function unasked(service: ServiceName, name: string, ...why: readonly string[]): CheckResult {
  return { service, name, passed: null, lines: why };
}

/** A verdict by condition: the lines are told either way. */
export function judged(
  service: ServiceName,
  name: string,
  holds: boolean,
  lines: readonly string[],
): CheckResult {
  return { service, name, passed: holds, lines };
}

/** What a program wrote, as lines without blanks at their ends; standard error first, where complaints are. */
export function outputLines({ stdout, stderr }: Pick<CommandResult, "stdout" | "stderr">): string[] {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trimEnd());
  return lines.filter((line) => line !== "").slice(0, MOST_LINES);
}

/**
 * Asks, and tells what stands in the way of asking (no such program, no answer in time, no right) as a result with
 * `passed: null`; anything else that is thrown goes on.
 */
export async function asked(
  service: ServiceName,
  name: string,
  ask: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  try {
    return await ask();
  } catch (error) {
    const why = obstacle(error);
    if (why === null) throw error;
    return [unasked(service, name, why)];
  }
}

const OBSTACLES = new Set([
  "command_missing",
  "command_timeout",
  "command_failed",
  "not_permitted",
  "source_unreadable",
  "storage_full",
]);

/** Why something could not be asked; null for what is a defect or an attack and must be seen. */
export function obstacle(error: unknown): string | null {
  const code = codeOf(error);
  return code !== undefined && OBSTACLES.has(code) ? (error as CastellanError).message : null;
}

/** The error of an activation that did not work. */
export function activationFailed(what: string, lines: readonly string[], cause?: unknown): CastellanError {
  return new CastellanError(
    "change_failed",
    `${what} failed: ${lines.slice(0, 3).join("; ") || "it said nothing"}`,
    "see what the service itself logged: journalctl -xe",
    { cause },
  );
}
