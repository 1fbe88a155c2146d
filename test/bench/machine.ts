import { availableParallelism, cpus, loadavg, release } from "node:os";
import { timeProgram } from "./programs.ts";
import { median } from "./report.ts";

/** A line about what the figures were measured on. */
export async function machineLine(): Promise<string> {
  const runs: number[] = [];
  for (let run = 0; run < 10; run += 1)
    runs.push((await timeProgram([process.execPath, "-e", "0"])).milliseconds);
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"})`;
  return `machine: ${cores}, Linux ${release()}, load ${loadLine()}, \`node -e 0\` ${median(runs).toFixed(0)} ms, Node ${process.version}`;
}

/** The load averages of 1, 5 and 15 minutes. */
export function loadLine(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(" ");
}
