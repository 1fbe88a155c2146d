import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Firewall, openFirewall } from "../../src/firewall/firewall.ts";
import { systemClock } from "../../src/host/clock.ts";
import {
  type NetworkNamespace,
  openNamespace,
  titled,
  until,
  whyNoNamespace,
} from "../firewall/network-namespace.ts";
import { ALICE, MINUTE, openRoom, type Room } from "./room.ts";

describe.skipIf(whyNoNamespace !== null)(titled("lockouts in a real kernel"), () => {
  let namespace: NetworkNamespace;
  let firewall: Firewall;
  let room: Room<Firewall>;

  beforeEach(async () => {
    namespace = await openNamespace();
    const { run, startMonitor } = namespace;
    firewall = openFirewall({ run, clock: systemClock, isRoot: true, startMonitor });
    room = await openRoom({ firewall });
  });
  afterEach(async () => {
    await room.close();
    await namespace.close();
  });

  const held = async () => (await firewall.list()).map(({ cidr }) => cidr);

  test("are there once decided, and gone once unlocked", async () => {
    const locked = await room.decide("203.0.113.9", "2001:db8:0:1::77");
    await room.lockouts.enforceNew(locked);
    expect(await held()).toEqual(["203.0.113.9/32", "2001:db8:0:1::/64"]);
    expect(await room.lockouts.active()).toMatchObject([{ enforced: true }, { enforced: true }]);
    const text = await namespace.nft("list", "set", "inet", "castellan", "locked4");
    expect(text).toMatch(/203\.0\.113\.9 timeout 15m expires (15m|14m5\ds)/);
    await room.lockouts.unlock(ALICE, "2001:db8:0:1::1");
    expect(await held()).toEqual(["203.0.113.9/32"]);
    await room.lockouts.allow(ALICE, { cidr: "203.0.113.0/24" });
    expect(await held()).toEqual([]);
  });

  test("leave a hole for who is allowed, and close it when that ends", async () => {
    await room.lockouts.allow(ALICE, { cidr: "203.0.113.9", forMs: MINUTE });
    await room.lockouts.lock(ALICE, { target: "203.0.113.8/31", forMs: null });
    expect(await held()).toEqual(["203.0.113.8/32"]);
    expect(await room.lockouts.active()).toMatchObject([{ enforced: true }]);
    room.clock.pass(MINUTE);
    await room.lockouts.expire();
    expect(await held()).toEqual(["203.0.113.8/32", "203.0.113.9/32"]);
    room.clock.pass(10_000);
    expect(await room.lockouts.enforce()).toEqual({ mended: false, what: null });
  });

  test("come back after a foreign flush, which is told once", async () => {
    await room.lockouts.enforceNew(await room.decide("203.0.113.9"));
    room.clock.pass(10_000);
    expect(await room.lockouts.enforce()).toMatchObject({
      mended: true,
      what: "1 element with another time",
    });
    let mended: Promise<unknown> = Promise.resolve();
    const watcher = firewall.watch(() => {
      mended = room.lockouts.enforce();
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const began = performance.now();
    await namespace.nft("flush", "ruleset");
    await until(async () => (await held()).length === 1, 5_000);
    expect(performance.now() - began).toBeLessThan(5_000);
    await mended;
    watcher.stop();
    expect((await room.details("firewall.mend")).at(-1)).toEqual({ what: "the table was missing" });
    expect(await room.lockouts.enforce()).toEqual({ mended: false, what: null });
  });

  test("come back after a flush in the moment of a lock, and that is told too", async () => {
    await room.lockouts.enforce();
    await room.lockouts.lock(ALICE, { target: "203.0.113.9", forMs: MINUTE });
    await namespace.nft("flush", "ruleset");
    expect(await room.lockouts.enforce()).toEqual({ mended: true, what: "the table was missing" });
    expect(await held()).toEqual(["203.0.113.9/32"]);
  });

  test("are put in place at a start without a word of damage: nobody took away what was never there", async () => {
    await room.decide("203.0.113.9");
    expect(await room.lockouts.enforce({ setsUp: true })).toEqual({ mended: false, what: null });
    expect(await held()).toEqual(["203.0.113.9/32"]);
    expect(await room.details("firewall.mend")).toEqual([]);
    await namespace.nft("delete", "element", "inet", "castellan", "locked4", "{", "203.0.113.9", "}");
    room.clock.pass(10_000);
    expect(await room.lockouts.enforce({ setsUp: true })).toMatchObject({ mended: true });
  });

  test("a lockout on its way into the kernel is no damage", async () => {
    await room.lockouts.enforce();
    const locked = await room.decide("203.0.113.9");
    expect(await room.lockouts.enforce()).toEqual({ mended: false, what: null });
    await room.lockouts.enforceNew(locked);
    expect(await held()).toEqual(["203.0.113.9/32"]);
  });

  test("a lockout on its way out of the kernel is no foreign element", async () => {
    await room.lockouts.enforceNew(await room.decide("203.0.113.9"));
    room.clock.pass(10_000);
    await room.lockouts.enforce();
    // As another process does it that has committed, and not told the kernel yet.
    const lifted = { lifted_at: room.clock.now(), lifted_by: ALICE.name };
    await room.database.db.updateTable("lockouts").set(lifted).execute();
    expect(await room.lockouts.enforce()).toEqual({ mended: false, what: null });
    expect(await held()).toEqual([]);
  });

  test("say when the kernel does not hold them", async () => {
    await room.lockouts.enforceNew(await room.decide("203.0.113.9"));
    await namespace.nft("flush", "ruleset");
    room.clock.pass(3_000);
    expect(await room.lockouts.active()).toMatchObject([{ enforced: false }]);
  });

  test("ten thousand are enforced in seconds after a restart", async () => {
    const addresses = Array.from(
      { length: 10_000 },
      (_, n) => `198.${18 + (n >> 14)}.${(n >> 6) & 255}.${(n & 63) * 4}`,
    );
    await room.decide(...addresses);
    room.clock.pass(10_000);
    const began = performance.now();
    await room.lockouts.enforce();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await firewall.state()).elements).toBe(10_000);
  });
});
