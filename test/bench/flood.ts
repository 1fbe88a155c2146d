import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process that appends attempts to a log. */
export interface Flood {
  stop(): Promise<void>;
}

/** Starts to append `rate` attempts a second. */
export function startFlood(log: string, rate: number): Flood {
  const script = join(import.meta.dirname, "log-flood.ts");
  const child = spawn(process.execPath, [script, log, String(rate)], { stdio: "ignore" });
  const gone = once(child, "exit");
  return {
    async stop() {
      child.kill();
      await gone;
    },
  };
}
