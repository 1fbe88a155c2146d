import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const CASTELLAN = join(import.meta.dirname, "..", "..", "bin", "castellan");

/** A real `castellan guard` process. */
export interface GuardProcess {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Ends it as a crash would. */
  readonly crash: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Starts the built guard and waits until it watches. */
export async function startGuard(
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<GuardProcess> {
  const [file = CASTELLAN, ...rest] = [...prefix, CASTELLAN, "guard", ...args];
  const child = spawn(file, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout?.on("data", (data: Buffer) => (said += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (said += data.toString()));
  const gone = once(child, "exit");
  await until(
    () => said.includes("watching") || child.exitCode !== null,
    60_000,
    () => `the guard never watched: ${said}`,
  );
  return {
    child,
    said: () => said,
    crash: async () => {
      child.kill("SIGKILL");
      await gone;
    },
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Waits until something holds; fails with what `why` says when it does not in time. Returns how long it took, ms. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  why: () => string = () => "it never held",
): Promise<number> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > timeoutMs) throw new Error(why());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - begun;
}
