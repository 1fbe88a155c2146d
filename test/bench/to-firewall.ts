import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { startGuard } from "../support/guard.ts";
import { isInstalled, timeProgram, wait } from "./programs.ts";
import { type Figure, quantile, spread } from "./report.ts";
import type { Home, Setting } from "./setting.ts";

const LATEST_MS = 5_000;

/**
 * From the line that is one too many to the address in the kernel's set, in a network namespace of its own.
 * `nft monitor` tells of each element as the kernel commits it.
 */
export async function toFirewall(setting: Setting): Promise<Figure[]> {
  if (process.geteuid?.() !== 0) throw new Error("a network namespace and its firewall need root");
  for (const program of ["ip", "nft"])
    if (!isInstalled(program)) throw new Error(`${program} is not installed`);
  const namespace = `castellan-bench-${process.pid}`;
  const inside = ["ip", "netns", "exec", namespace];
  await timeProgram(["ip", "netns", "add", namespace]);
  try {
    const home = await setting.newHome("to-firewall");
    const guard = await startGuard(["--state", home.state, "--root", home.root], inside);
    const monitor = watchSet(inside);
    try {
      await wait(1_500);
      const values: number[] = [];
      for (let number = 1; number <= (setting.quick ? 20 : 100); number += 1) {
        values.push(await lockOne(home, `203.0.113.${number}`, monitor.seen));
      }
      return [
        {
          what: "line written -> address in the set, p99",
          unit: "ms",
          limit: { atMost: 100 },
          value: quantile(values, 0.99),
          detail: spread(values),
        },
      ];
    } finally {
      monitor.end();
      await guard.end();
    }
  } finally {
    await timeProgram(["ip", "netns", "del", namespace]);
  }
}

/** Four tries, and after a while the fifth; milliseconds from the writing of that to the kernel's word. */
async function lockOne(home: Home, address: string, seen: Seen): Promise<number> {
  const line = (port: number): string =>
    `${new Date().toISOString().replace("Z", "+00:00")} web1 sshd[${port}]: Failed password for root from ${address} port ${port} ssh2\n`;
  const port = 20_000 + Number(address.split(".")[3]) * 10;
  for (let attempt = 0; attempt < 4; attempt += 1) appendFileSync(home.log, line(port + attempt));
  await wait(60 + Math.random() * 100);
  const locked = seen(address);
  const begun = performance.now();
  appendFileSync(home.log, line(port + 4));
  return (await locked) - begun;
}

/** Resolves with the moment at which the kernel told of the address. */
type Seen = (address: string) => Promise<number>;

function watchSet(inside: readonly string[]): { readonly seen: Seen; readonly end: () => void } {
  const [file = "", ...args] = [...inside, "nft", "monitor", "new", "elements"];
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"] });
  const waiting = new Map<string, (at: number) => void>();
  child.stdout.on("data", (data: Buffer) => {
    const at = performance.now();
    for (const [, address = ""] of data.toString().matchAll(/\{ (\d+\.\d+\.\d+\.\d+)/g)) {
      waiting.get(address)?.(at);
      waiting.delete(address);
    }
  });
  const seen: Seen = (address) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${address} never came into the set`)), LATEST_MS);
      waiting.set(address, (at) => {
        clearTimeout(late);
        resolve(at);
      });
    });
  return { seen, end: () => void child.kill() };
}
