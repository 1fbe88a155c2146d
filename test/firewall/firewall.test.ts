import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Firewall, type FirewallElement, openFirewall } from "../../src/firewall/firewall.ts";
import { systemClock } from "../../src/host/clock.ts";
import { type NetworkNamespace, openNamespace, titled, until, whyNoNamespace } from "./network-namespace.ts";

const MINUTE = 60_000;
const lock = (cidr: string, timeoutMs: number | null = 15 * MINUTE): FirewallElement => ({ cidr, timeoutMs });

describe.skipIf(whyNoNamespace !== null)(titled("castellan's table, in a real kernel"), () => {
  let namespace: NetworkNamespace;
  let firewall: Firewall;

  beforeEach(async () => {
    namespace = await openNamespace();
    const { run, startMonitor } = namespace;
    firewall = openFirewall({ run, clock: systemClock, isRoot: true, startMonitor });
  });
  afterEach(async () => {
    await namespace.close();
  });

  async function held(): Promise<Record<string, number | null>> {
    const elements = await firewall.list();
    return Object.fromEntries(elements.map(({ cidr, timeoutMs }) => [cidr, timeoutMs]));
  }

  test("is made with the first element, and holds IPv4, IPv6 /64 and what never ends", async () => {
    expect(await firewall.state()).toMatchObject({ available: true, present: false, elements: 0 });
    await firewall.apply({
      add: [lock("203.0.113.9/32"), lock("2001:db8:0:1::/64", MINUTE), lock("198.51.100.0/24", null)],
      remove: [],
    });
    expect(await firewall.state()).toMatchObject({ available: true, present: true, elements: 3 });
    const now = await held();
    expect(Object.keys(now).sort()).toEqual(["198.51.100.0/24", "2001:db8:0:1::/64", "203.0.113.9/32"]);
    expect(now["198.51.100.0/24"]).toBeNull();
    expect(now["203.0.113.9/32"]).toBeGreaterThan(14.9 * MINUTE - 5_000);
    expect(now["203.0.113.9/32"]).toBeLessThanOrEqual(15 * MINUTE);
    const text = await namespace.nft("list", "set", "inet", "castellan", "locked6");
    expect(text).toContain("2001:db8:0:1::/64 timeout 1m");
  });

  test("leaves everything else as it is, also when it is removed", async () => {
    await namespace.nft("add", "table", "inet", "castellan2");
    await namespace.nft("add", "table", "ip", "filter");
    await firewall.apply({ add: [lock("203.0.113.9/32")], remove: [] });
    await firewall.remove();
    await firewall.remove();
    expect(await namespace.nft("list", "tables")).toBe("table inet castellan2\ntable ip filter\n");
  });

  test("the same change twice is one; a new time takes the place of the old one, longer or shorter", async () => {
    const change = { add: [lock("203.0.113.9/32", 20 * MINUTE)], remove: ["198.51.100.7/32"] };
    await firewall.apply(change);
    await firewall.apply(change);
    expect(Object.keys(await held())).toEqual(["203.0.113.9/32"]);
    await firewall.apply({ add: [lock("203.0.113.9/32", 5 * MINUTE)], remove: [] });
    expect((await held())["203.0.113.9/32"]).toBeLessThanOrEqual(5 * MINUTE);
    await firewall.apply({ add: [lock("203.0.113.9/32", 60 * MINUTE)], remove: [] });
    expect((await held())["203.0.113.9/32"]).toBeGreaterThan(50 * MINUTE);
    await firewall.apply({ add: [], remove: ["203.0.113.9/32"] });
    expect(await held()).toEqual({});
  });

  test("an element is gone from the kernel when its time is over, with nobody there", async () => {
    await firewall.apply({ add: [lock("203.0.113.9/32", 1_200), lock("203.0.113.10/32")], remove: [] });
    await until(async () => (await held())["203.0.113.9/32"] === undefined, 4_000);
    expect(Object.keys(await held())).toEqual(["203.0.113.10/32"]);
  });

  test("a /24 and a /32 in it keep a time each, whichever comes first, and leave each other alone", async () => {
    for (const order of [
      [lock("203.0.113.0/24", 2 * MINUTE), lock("203.0.113.9/32")],
      [lock("203.0.113.9/32"), lock("203.0.113.0/24", 2 * MINUTE)],
    ]) {
      for (const element of order) await firewall.apply({ add: [element], remove: [] });
      const now = await held();
      expect(now["203.0.113.9/32"]).toBeGreaterThan(14 * MINUTE);
      expect(now["203.0.113.128/25"]).toBeLessThanOrEqual(2 * MINUTE);
      expect(await firewall.reconcile(order)).toEqual({ mended: false, what: null });
      // The /24 is lifted: whoever lifts it says what stays.
      await firewall.apply({ add: [lock("203.0.113.9/32")], remove: ["203.0.113.0/24"] });
      expect(Object.keys(await held())).toEqual(["203.0.113.9/32"]);
      await firewall.apply({ add: [lock("203.0.113.0/24")], remove: [] });
      await firewall.apply({ add: [], remove: ["203.0.113.9/32"] });
      expect((await held())["203.0.113.9/32"]).toBeUndefined();
      expect((await held())["203.0.113.8/32"]).toBeGreaterThan(14 * MINUTE);
      await firewall.apply({ add: [], remove: ["203.0.113.0/24"] });
      expect(await held()).toEqual({});
    }
  });

  test("a shorter lock under a longer, wider one is no element of its own", async () => {
    await firewall.apply({ add: [lock("203.0.113.9/32")], remove: [] });
    await firewall.apply({ add: [lock("203.0.113.0/24", null)], remove: [] });
    expect(await held()).toEqual({ "203.0.113.0/24": null });
  });

  test("what is no canonical network never reaches nft", async () => {
    for (const cidr of [
      "203.0.113.9/24",
      "203.0.113.9 } ; flush ruleset ; #",
      "203.0.113.9\nflush ruleset",
    ]) {
      await expect(firewall.apply({ add: [lock(cidr)], remove: [] })).rejects.toMatchObject({
        code: "invalid_input",
      });
      await expect(firewall.apply({ add: [], remove: [cidr] })).rejects.toMatchObject({
        code: "invalid_input",
      });
      await expect(firewall.reconcile([lock(cidr)])).rejects.toMatchObject({ code: "invalid_input" });
    }
    expect((await firewall.state()).present).toBe(false);
  });

  test("10,000 elements go in and out in one transaction each", async () => {
    const many = Array.from({ length: 10_000 }, (_, n) =>
      n % 5 === 0
        ? lock(`2001:db8:${(n + 1).toString(16)}::/64`)
        : lock(`198.${18 + (n & 1)}.${n >> 8}.${n & 255}/32`),
    );
    const began = performance.now();
    await firewall.apply({ add: many, remove: [] });
    const added = performance.now();
    expect((await firewall.state()).elements).toBe(10_000);
    expect(await firewall.reconcile(many)).toEqual({ mended: false, what: null });
    await firewall.apply({ add: [lock("203.0.113.9/32")], remove: [] });
    const removing = performance.now();
    await firewall.apply({ add: [], remove: many.slice(0, 9_000).map(({ cidr }) => cidr) });
    const removed = performance.now();
    expect((await firewall.state()).elements).toBe(1_001);
    // One process for each element would take minutes, and nft's own deletion of 9,000 takes 17 s.
    expect(added - began).toBeLessThan(8_000);
    expect(removed - removing).toBeLessThan(8_000);
  });

  describe("reconciled", () => {
    const wanted = [lock("203.0.113.9/32"), lock("2001:db8::/64")];

    test("makes what is missing and says so once", async () => {
      expect(await firewall.reconcile(wanted)).toEqual({ mended: true, what: "the table was missing" });
      expect(await firewall.reconcile(wanted)).toEqual({ mended: false, what: null });
      expect((await firewall.state()).lastMendedAt).toBeGreaterThan(Date.now() - 60_000);
    });

    test.each([
      ["the table was missing", [["flush", "ruleset"]]],
      [
        "2 elements missing",
        [
          ["flush", "set", "inet", "castellan", "locked4"],
          ["flush", "set", "inet", "castellan", "locked6"],
        ],
      ],
      ["the rules of the table were changed", [["flush", "table", "inet", "castellan"]]],
      ["the rules of the table were changed", [["insert", "rule", "inet", "castellan", "input", "accept"]]],
      ["the rules of the table were changed", [["add", "chain", "inet", "castellan", "other"]]],
      [
        "the rules of the table were changed",
        [["add", "set", "inet", "castellan", "other", "{ type ipv4_addr; }"]],
      ],
      ["the rules of the table were changed", [["add", "table", "inet", "castellan", "{ flags dormant; }"]]],
      ["the rules of the table were changed", [["chain", "inet", "castellan", "input", "{ policy drop; }"]]],
      ["1 foreign element", [["add", "element", "inet", "castellan", "locked4", "{ 192.0.2.1 }"]]],
      ["1 foreign element", [["add", "element", "inet", "castellan", "locked6", "{ ::ffff:192.0.2.0/120 }"]]],
      [
        "1 element with another time",
        [
          ["delete", "element", "inet", "castellan", "locked4", "{ 203.0.113.9 }"],
          ["add", "element", "inet", "castellan", "locked4", "{ 203.0.113.9 timeout 1d }"],
        ],
      ],
    ])("mends: %s", async (what, changes) => {
      await firewall.reconcile(wanted);
      for (const words of changes) await namespace.nft(...words);
      expect(await firewall.reconcile(wanted)).toEqual({ mended: true, what });
      expect(await firewall.reconcile(wanted)).toEqual({ mended: false, what: null });
      expect(Object.keys(await held()).sort()).toEqual(["2001:db8::/64", "203.0.113.9/32"]);
    });
  });

  describe("watched", () => {
    test("a foreign flush, a flushed set and a new rule are noticed within a second or two; our own work is not", async () => {
      let told = 0;
      const watcher = firewall.watch(() => {
        told += 1;
      });
      await sleep(1_000);
      await firewall.reconcile([lock("203.0.113.9/32")]);
      await firewall.apply({ add: [lock("203.0.113.0/24", MINUTE), lock("2001:db8::/64")], remove: [] });
      await firewall.apply({ add: [], remove: ["203.0.113.0/24"] });
      await namespace.nft("add", "table", "ip", "filter");
      await sleep(1_500);
      expect(told).toBe(0);
      for (const words of [
        ["flush", "set", "inet", "castellan", "locked6"],
        ["add", "rule", "inet", "castellan", "input", "accept"],
        ["flush", "ruleset"],
      ]) {
        const before = told;
        await namespace.nft(...words);
        await until(() => told > before, 5_000);
      }
      watcher.stop();
      await namespace.nft("flush", "ruleset");
      const stopped = told;
      await sleep(500);
      expect(told).toBe(stopped);
    });
  });

  test("packets of a locked address are dropped, on connections that stand, too", async () => {
    await namespace.run({ file: "ip", args: ["address", "add", "203.0.113.9/32", "dev", "lo"] });
    const peer = namespace.start(process.execPath, ["--input-type=module", "-e", PEER]);
    const said: string[] = [];
    createInterface({ input: peer.stdout as NodeJS.ReadableStream }).on("line", (line) => said.push(line));
    try {
      await until(() => said.includes("first echo"));
      await firewall.apply({ add: [lock("203.0.113.9/32")], remove: [] });
      peer.stdin?.write("go\n");
      await until(() => said.length >= 3);
      expect(said).toEqual(["first echo", "standing: silence", "new: silence"]);
      expect((await firewall.state()).droppedPackets).toBeGreaterThan(0);
    } finally {
      peer.kill("SIGKILL");
    }
  });
});

/** A client at 203.0.113.9 and a server on one host: one connection before the lock, one after it. */
const PEER = `
import { connect, createServer } from "node:net";
const server = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1", () => {
  const to = { host: "127.0.0.1", port: server.address().port, localAddress: "203.0.113.9" };
  const ask = (socket, text) => new Promise((resolve) => {
    const timer = setTimeout(() => resolve("silence"), 1500);
    socket.once("data", () => { clearTimeout(timer); resolve("echo"); });
    socket.write(text);
  });
  const standing = connect(to, async () => {
    console.log("first " + (await ask(standing, "a")));
    process.stdin.once("data", async () => {
      console.log("standing: " + (await ask(standing, "b")));
      const fresh = connect(to);
      console.log("new: " + (await ask(fresh, "c")));
    });
  });
});
`;
