import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { type StartMonitor, startLines } from "../../src/firewall/monitor.ts";
import { type RunCommand, runCommand } from "../../src/host/command.ts";

/** A network of its own, with nothing but a loopback, for real nftables. */
export interface NetworkNamespace {
  /** Runs a program inside. */
  readonly run: RunCommand;
  readonly startMonitor: StartMonitor;
  /** Starts a program inside, with pipes. */
  start(file: string, args: readonly string[]): ChildProcess;
  /** Runs `nft` with words, as somebody else would. */
  nft(...words: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Why real nftables cannot be tried here; null when it can. */
export const whyNoNamespace: string | null = probe();

function probe(): string | null {
  if (process.geteuid?.() !== 0) return "needs root";
  try {
    execFileSync("unshare", ["-n", "nft", "list", "ruleset"], { stdio: "ignore" });
    return null;
  } catch {
    return "needs unshare(1) and nft(8) that may make a network namespace";
  }
}

/** The title of a group of tests that is skipped, with the reason. */
export function titled(title: string): string {
  return whyNoNamespace === null ? title : `${title} [skipped: ${whyNoNamespace}]`;
}

export async function openNamespace(): Promise<NetworkNamespace> {
  const holder = spawn("unshare", ["-n", "sh", "-c", "ip link set lo up && echo ready && exec sleep 600"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(holder.stdout, "data");
  const enter = ["nsenter", `--net=/proc/${holder.pid}/ns/net`, "--"];
  const run: RunCommand = (command) =>
    runCommand({ ...command, file: "nsenter", args: [...enter.slice(1), command.file, ...command.args] });
  return {
    run,
    startMonitor: (onLine, onEnd) => startLines([...enter, "nft", "monitor"], onLine, onEnd),
    start: (file, args) =>
      spawn("nsenter", [...enter.slice(1), file, ...args], { stdio: ["pipe", "pipe", "inherit"] }),
    async nft(...words) {
      const result = await run({ file: "nft", args: words });
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return result.stdout;
    },
    async close() {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    },
  };
}

/** Waits until something holds; fails after `forMs`. */
export async function until(holds: () => boolean | Promise<boolean>, forMs = 30_000): Promise<void> {
  const end = performance.now() + forMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`did not happen within ${forMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
