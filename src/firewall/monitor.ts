import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program that keeps writing lines until it is ended. */
export interface Monitor {
  end(): void;
}

/** Starts `nft monitor`; `onEnd` is called once when it is over, however it came to that. */
export type StartMonitor = (onLine: (line: string) => void, onEnd: () => void) => Monitor;

/** The kernel ends the child with us, also when we are killed (prctl(2) PR_SET_PDEATHSIG). */
const WITH_US = ["setpriv", "--pdeathsig", "TERM", "--"];
const MONITOR = ["nft", "monitor"];

/** {@link StartMonitor}; without setpriv(1) the child ends when we do so in order. */
export const startNftMonitor: StartMonitor = (onLine, onEnd) => {
  let running = startLines([...WITH_US, ...MONITOR], onLine, (missing) => {
    if (missing) running = startLines(MONITOR, onLine, onEnd);
    else onEnd();
  });
  return { end: () => running.end() };
};

/** Runs a command for its lines, without a time limit. */
export function startLines(
  [file = "", ...args]: readonly string[],
  onLine: (line: string) => void,
  onEnd: (missing: boolean) => void,
): Monitor {
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, LC_ALL: "C" },
  });
  createInterface({ input: child.stdout }).on("line", onLine);
  let missing = false;
  child.on("error", (error: NodeJS.ErrnoException) => {
    missing = error.code === "ENOENT";
  });
  child.once("close", () => onEnd(missing));
  const end = (): void => void child.kill();
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
  return { end };
}
