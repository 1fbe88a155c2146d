import { existsSync } from "node:fs";
import { CastellanError } from "../errors.ts";
import type { Engine } from "./engine.ts";

/** sd_booted(3), for this machine's own files only. */
export function isSystemd({ parts }: Engine): boolean {
  return parts.root === "/" && existsSync("/run/systemd/system");
}

/**
 * Whether systemd is still before basic.target (systemctl(1), `is-system-running`): the services will start with what
 * then lies on disk, and a job for one of them would wait for the very unit that recovers.
 */
export async function isEarlyBoot(engine: Engine): Promise<boolean> {
  if (!isSystemd(engine)) return false;
  try {
    const { stdout } = await engine.parts.run({ file: "systemctl", args: ["is-system-running"] });
    return stdout.trim() === "initializing";
  } catch (error) {
    if (error instanceof CastellanError) return false;
    throw error;
  }
}
