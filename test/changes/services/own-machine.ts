import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { runCommand } from "../../../src/host/command.ts";
import { whyNot } from "./service-host.ts";

const IN_NAMESPACES = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Why these programs cannot run on a machine of their own (running.sh) here, in one line; null: they can. */
export function whyNoMachine(programs: readonly string[]): string | null {
  const missing = [...programs, "unshare"].map((program) => whyNot(program)).find((why) => why !== null);
  return missing ?? whyNoNamespaces();
}

function whyNoNamespaces(): string | null {
  try {
    execFileSync("unshare", [...IN_NAMESPACES, path("running.sh"), "true"], { stdio: "ignore" });
    return null;
  } catch {
    return "needs namespaces and an overlay file system";
  }
}

/** Runs a scene of this folder there; resolves with what it told, a JSON array a line. */
export async function onOwnMachine<T>(scene: string, timeoutMs: number): Promise<T[]> {
  const done = await runCommand({
    file: "unshare",
    args: [...IN_NAMESPACES, path("running.sh"), process.execPath, path(scene)],
    timeoutMs,
  });
  expect([done.exitCode, done.exitCode === 0 ? "" : done.stderr]).toEqual([0, ""]);
  const lines = done.stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as T);
}
