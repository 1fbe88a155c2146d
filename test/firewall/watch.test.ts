import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CastellanError } from "../../src/errors.ts";
import { openFirewall } from "../../src/firewall/firewall.ts";
import { createForeignChangeReader } from "../../src/firewall/watch.ts";
import { systemClock } from "../../src/host/clock.ts";
import type { RunCommand } from "../../src/host/command.ts";
import { until } from "./network-namespace.ts";

/** What nft 1.0.6 writes. */
const OWN = [
  "add chain inet castellan change_of_castellan",
  "delete chain inet castellan change_of_castellan",
  "add element inet castellan locked4 { 203.0.113.9 timeout 15m expires 15m }",
  "# new generation 3 by process 11305 (nft)",
];
const FLUSH = [
  "delete set inet castellan locked4",
  "delete set inet castellan locked6",
  "delete chain inet castellan input",
  "delete table inet castellan",
  "# new generation 9 by process 11312 (nft)",
];
const OTHERS = [
  "add table inet castellan2",
  "add element inet fail2ban addr-set-sshd { 203.0.113.9 }",
  "# new generation 4 by process 11306 (nft)",
];

describe("lines of nft monitor", () => {
  test("tell a foreign change at the end of its transaction", () => {
    const read = createForeignChangeReader();
    expect(FLUSH.map(read)).toEqual([false, false, false, false, true]);
    expect(
      ["add rule inet castellan input counter accept", "# new generation 5 by process 1 (nft)"].map(read),
    ).toEqual([false, true]);
  });

  test("of our own transactions and of other tables tell nothing", () => {
    const read = createForeignChangeReader();
    expect([...OWN, ...OTHERS, ...OWN].some(read)).toBe(false);
  });

  test("of a foreign change between two of ours are told from them", () => {
    const read = createForeignChangeReader();
    expect([...OWN, ...FLUSH, ...OWN].filter(read)).toEqual([FLUSH.at(-1)]);
  });
});

describe("without nft monitor", () => {
  const listing = (handle: number, packets: number): string =>
    JSON.stringify({
      nftables: [
        { table: { family: "inet", name: "castellan", handle } },
        { rule: { expr: [{ counter: { packets, bytes: packets * 60 } }] } },
      ],
    });

  test("the table is looked at every two seconds; counters are no change", async () => {
    let stdout = listing(1, 0);
    const run: RunCommand = async () => ({ exitCode: 0, stdout, stderr: "" });
    const firewall = openFirewall({
      run,
      clock: systemClock,
      isRoot: true,
      startMonitor: (_onLine, onEnd) => {
        setImmediate(onEnd);
        return { end: () => undefined };
      },
    });
    let told = 0;
    const watcher = firewall.watch(() => {
      told += 1;
    });
    // Three monitors that end at once, a second apart: each might have missed something.
    await sleep(4_500);
    const before = told;
    stdout = listing(1, 99);
    await sleep(2_500);
    expect(told).toBe(before);
    stdout = listing(2, 99);
    await until(() => told > before, 30_000);
    watcher.stop();
  });
});

describe("a firewall that cannot be had", () => {
  const elements = { add: [{ cidr: "203.0.113.9/32", timeoutMs: 1000 }], remove: [] };

  test.each([
    ["needs root", false, async () => ({ exitCode: 0, stdout: "", stderr: "" })],
    [
      "nft is not installed",
      true,
      async () => {
        throw new CastellanError("command_missing", "nft is not installed");
      },
    ],
    [
      "permission denied in this namespace",
      true,
      async () => ({
        exitCode: 1,
        stdout: "",
        stderr: "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed\n",
      }),
    ],
    [
      "JSON support not compiled-in",
      true,
      async () => ({ exitCode: 1, stdout: "", stderr: "JSON support not compiled-in\n" }),
    ],
  ] as const)("says why: %s", async (reason, isRoot, run) => {
    const firewall = openFirewall({ run, clock: systemClock, isRoot });
    expect(await firewall.state()).toMatchObject({ available: false, reason, present: false });
    const refused = { code: "firewall_unavailable", message: reason };
    await expect(firewall.apply(elements)).rejects.toMatchObject(refused);
    await expect(firewall.reconcile(elements.add)).rejects.toMatchObject(refused);
    await expect(firewall.list()).rejects.toMatchObject(refused);
  });
});
