import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ALICE, decisionOn, MINUTE, openRoom, type Room, START } from "./room.ts";

let room: Room;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(async () => {
  await room.close();
});

const targets = (lockouts: readonly { target: string }[]) => lockouts.map(({ target }) => target);

describe("a decision of the judge", () => {
  test("becomes a row with its end, evidence and audit row", async () => {
    const [lockout] = await room.decide("203.0.113.9");
    expect(lockout).toEqual({
      id: 1,
      scope: "address",
      target: "203.0.113.9/32",
      origin: "automatic",
      reason: "5 failed sign-ins within 15 minutes",
      repeat: 0,
      lockedAt: START,
      expiresAt: START + 15 * MINUTE,
      liftedAt: null,
      liftedBy: null,
      evidence: [1, 2, 3, 4, 5],
      enforced: null,
    });
    expect(await room.audit()).toEqual(["lockout.lock 203.0.113.9/32 done"]);
    expect(await room.lockouts.enforceNew([lockout as never])).toEqual({ enforced: true, fault: null });
    expect(room.firewall.told).toEqual([
      { add: [{ cidr: "203.0.113.9", timeoutMs: 15 * MINUTE }], remove: [] },
    ]);
  });

  test("on what is locked already changes nothing: not the time, not the audit log", async () => {
    await room.decide("203.0.113.9", "203.0.113.9");
    room.clock.pass(MINUTE);
    expect(await room.decide("203.0.113.9")).toEqual([]);
    expect(await room.lockouts.active()).toMatchObject([{ id: 1, expiresAt: START + 15 * MINUTE }]);
    expect(await room.audit()).toHaveLength(1);
  });

  test("on what a wider lockout holds changes nothing", async () => {
    await room.lockouts.lock(ALICE, { target: "203.0.113.0/24" });
    expect(await room.decide("203.0.113.9", "203.0.114.9")).toMatchObject([{ target: "203.0.114.9/32" }]);
  });

  test("counts for nothing while protection is off", async () => {
    await room.lockouts.setPolicy(ALICE, { enabled: false });
    expect(await room.decide("203.0.113.9")).toEqual([]);
  });

  test("on an account is an alarm, and nothing in the firewall", async () => {
    const alarm = { scope: "account" as const, target: "admin", reason: "under attack", evidence: [] };
    const recorded = await room.record(alarm);
    expect(recorded).toMatchObject([{ scope: "account", target: "admin" }]);
    await room.lockouts.enforceNew(recorded);
    expect(room.firewall.told).toEqual([]);
    expect(await room.lockouts.active()).toMatchObject([{ scope: "account", enforced: null }]);
    expect(targets(await room.lockouts.unlock(ALICE, "Admin"))).toEqual(["admin"]);
  });

  test("grows with each repeat up to the cap; what a person lifted is forgiven; old ones are forgotten", async () => {
    await room.lockouts.setPolicy(ALICE, { maxLockMinutes: 100 });
    const minutes: number[] = [];
    const lockAgain = async () => {
      const [lockout] = await room.decide("203.0.113.9");
      minutes.push(((lockout?.expiresAt ?? 0) - room.clock.now()) / MINUTE);
    };
    for (let n = 0; n < 5; n += 1) {
      await lockAgain();
      room.clock.pass(100 * MINUTE);
      await room.lockouts.expire();
    }
    expect(minutes).toEqual([15, 30, 60, 100, 100]);
    await lockAgain();
    await room.lockouts.unlock(ALICE, "203.0.113.9");
    await lockAgain();
    expect((await room.lockouts.active())[0]?.repeat).toBe(5);
    room.clock.pass(31 * 24 * 60 * MINUTE);
    await room.lockouts.expire();
    await lockAgain();
    expect(minutes.at(-1)).toBe(15);
  });

  test("finds the place free when the one before is past its time, though nobody has lifted it yet", async () => {
    await room.decide("203.0.113.9");
    room.clock.pass(15 * MINUTE);
    expect(await room.decide("203.0.113.9")).toMatchObject([{ id: 2, repeat: 1 }]);
    expect(await room.audit()).toEqual([
      "lockout.lock 203.0.113.9/32 done",
      "lockout.expire 203.0.113.9/32 done",
      "lockout.lock 203.0.113.9/32 done",
    ]);
  });
});

describe("what is never locked", () => {
  beforeEach(async () => {
    room.hosts = {
      own: ["192.0.2.10", "2001:db8:a::10", "127.0.0.1"],
      gateways: ["192.0.2.1", "fe80::1"],
      resolvers: ["192.0.2.53"],
      operators: ["198.51.100.200", "2001:db8:b::5"],
    };
    await room.lockouts.setPolicy(ALICE, { trustedProxies: ["203.0.113.128/25"] });
    await room.lockouts.allow(ALICE, { cidr: "198.18.0.0/24", note: "office" });
  });

  test.each([
    ["127.0.0.1", "loopback"],
    ["127.9.9.9", "loopback"],
    ["::1", "loopback"],
    ["192.0.2.10", "an address of this host"],
    ["::ffff:192.0.2.10", "an address of this host"],
    ["2001:db8:a::10", "an address of this host"],
    ["192.0.2.1", "the default gateway"],
    ["fe80::1", "the default gateway"],
    ["192.0.2.53", "a resolver"],
    ["203.0.113.200", "a trusted proxy"],
    ["198.51.100.200", "an operator's own connection"],
    ["2001:db8:b::abcd", "an operator's own connection"],
    ["198.18.0.77", "on the allow-list (office)"],
    ["0.0.0.0", "not an address that anybody signs in from"],
  ])("%s: %s", async (address, why) => {
    expect(await room.lockouts.protection(address)).toBe(why);
    expect(await room.decide(address)).toEqual([]);
    await expect(room.lockouts.lock(ALICE, { target: address })).rejects.toMatchObject({
      code: "protected_address",
      message: expect.stringContaining(why),
    });
    expect((await room.audit()).at(-1)).toMatch(/^lockout\.lock .* refused$/);
  });

  test.each(["203.0.113.9", "192.0.2.11", "2001:db8:c::1", "198.18.1.1"])("%s is", async (address) => {
    expect(await room.lockouts.protection(address)).toBeNull();
    expect(await room.decide(address)).toHaveLength(1);
  });

  test.each([
    ["192.0.2.0/24", /192\.0\.2\.0\/24 holds 192\.0\.2\.10, an address of this host/],
    ["198.51.100.0/24", /holds 198\.51\.100\.7, your own connection/],
    ["198.51.100.7", /never locked: your own connection/],
    ["203.0.113.0/24", /holds 203\.0\.113\.128\/25, a trusted proxy/],
  ])("a network is refused when the host needs something in it: %s", async (target, message) => {
    await expect(room.lockouts.lock(ALICE, { target })).rejects.toMatchObject({
      code: "protected_address",
      message: expect.stringMatching(message),
    });
  });

  test("does not protect its IPv6 neighbours, and is left out of their lockout", async () => {
    const decision = { ...decisionOn("2001:db8:a::/64"), addresses: ["2001:db8:a::10", "2001:db8:a::bad"] };
    const locked = await room.record(decision);
    expect(targets(locked)).toEqual(["2001:db8:a::/64"]);
    await room.lockouts.enforceNew(locked);
    const cidrs = room.firewall.told.at(-1)?.add.map(({ cidr }) => cidr);
    expect(cidrs).toEqual(["2001:db8:a::/124", "2001:db8:a::11-2001:db8:a:0:ffff:ffff:ffff:ffff"]);
  });

  test("is left out of a wider lockout in the firewall", async () => {
    await room.lockouts.allow(ALICE, { cidr: "203.0.113.9" });
    const lockout = await room.lockouts.lock(ALICE, { target: "203.0.113.8/30", forMs: null });
    expect(lockout).toMatchObject({ target: "203.0.113.8/30", expiresAt: null, enforced: true });
    expect(room.firewall.told.at(-1)).toEqual({
      remove: ["203.0.113.8/30"],
      add: [
        { cidr: "203.0.113.8", timeoutMs: null },
        { cidr: "203.0.113.10/31", timeoutMs: null },
      ],
    });
    expect(await room.lockouts.coverOf("203.0.113.9")).toBeNull();
    expect(await room.lockouts.coverOf("203.0.113.10")).toMatchObject({ id: lockout.id });
    await room.lockouts.disallow(ALICE, "203.0.113.9");
    expect(await room.lockouts.coverOf("203.0.113.9")).toMatchObject({ id: lockout.id });
    expect(room.firewall.told.at(-1)).toEqual({
      remove: ["203.0.113.9/32"],
      add: [{ cidr: "203.0.113.9", timeoutMs: null }],
    });
  });
});

describe("a lock by hand", () => {
  test("lasts as long as an automatic one, or as it is told, or for good", async () => {
    const { lockouts } = room;
    expect((await lockouts.lock(ALICE, { target: "203.0.113.1" })).expiresAt).toBe(START + 15 * MINUTE);
    expect((await lockouts.lock(ALICE, { target: "203.0.113.2", forMs: MINUTE })).expiresAt).toBe(
      START + MINUTE,
    );
    expect((await lockouts.lock(ALICE, { target: "203.0.113.3", forMs: null })).expiresAt).toBeNull();
    expect(targets(await lockouts.active())).toEqual(["203.0.113.3/32", "203.0.113.2/32", "203.0.113.1/32"]);
  });

  test("of a bare IPv6 address locks its /64", async () => {
    expect((await room.lockouts.lock(ALICE, { target: "2001:db8::1" })).target).toBe("2001:db8::/64");
    expect(await room.lockouts.coverOf("2001:db8::ffff")).toMatchObject({ target: "2001:db8::/64" });
  });

  test("of what is locked gives it the new time and reason: one row, old and new in the audit log", async () => {
    await room.decide("203.0.113.9");
    const lockout = await room.lockouts.lock(ALICE, { target: "203.0.113.9", forMs: null, because: "noise" });
    expect(lockout).toMatchObject({
      id: 1,
      origin: "manual",
      reason: "noise",
      expiresAt: null,
      evidence: [1, 2, 3, 4, 5],
    });
    expect((await room.details("lockout.lock")).at(-1)).toMatchObject({
      origin: { old: "automatic", new: "manual" },
      reason: { old: "5 failed sign-ins within 15 minutes", new: "noise" },
      expiresAt: { old: START + 15 * MINUTE, new: null },
    });
  });

  test.each([
    [{ target: "10.0.0.1/8" }, "invalid_input"],
    [{ target: "example.org" }, "invalid_input"],
    [{ target: "203.0.113.9", forMs: 0 }, "invalid_input"],
    [{ target: "203.0.113.9", forMs: -5 }, "invalid_input"],
    [{ target: "203.0.113.9", forMs: Number.NaN }, "invalid_input"],
    [{ target: "203.0.113.9", forMs: 1e15 }, "invalid_input"],
    [{ target: "203.0.113.9", because: "x".repeat(201) }, "invalid_input"],
    [{ target: "203.0.113.9", because: "\u001b[31mred" }, "invalid_input"],
    [{ target: "203.0.113.9", because: "\u202egnp" }, "invalid_input"],
    [{ target: "64.0.0.0/3" }, "confirmation_needed"],
    [{ target: "::/0" }, "confirmation_needed"],
  ])("%j is refused, and nothing is changed", async (input, code) => {
    await expect(room.lockouts.lock(ALICE, input)).rejects.toMatchObject({ code });
    expect(await room.lockouts.active()).toEqual([]);
    expect(room.firewall.told).toEqual([]);
    const rows = await room.audit();
    expect(rows).toHaveLength(code === "confirmation_needed" ? 0 : 1);
  });

  test("of a very wide network works with the typed word", async () => {
    const lockout = await room.lockouts.lock(ALICE, { target: "64.0.0.0/3", confirmed: true });
    expect(lockout.target).toBe("64.0.0.0/3");
  });

  test("is kept when the firewall cannot be told, with the reason", async () => {
    room.firewall.fault = "needs root";
    const lockout = await room.lockouts.lock(ALICE, { target: "203.0.113.9" });
    expect(lockout).toMatchObject({ enforced: false, fault: "needs root" });
    expect(await room.lockouts.active()).toMatchObject([{ id: 1, enforced: false, fault: "needs root" }]);
    await expect(room.lockouts.enforce()).rejects.toMatchObject({ code: "firewall_unavailable" });
    expect(await room.lockouts.enforceNew([lockout])).toEqual({ enforced: false, fault: "needs root" });
  });
});

describe("an unlock", () => {
  test("of an address frees every lockout that holds it, and only those", async () => {
    const { lockouts } = room;
    await room.decide("203.0.113.9", "203.0.113.10");
    await lockouts.lock(ALICE, { target: "203.0.113.0/24", forMs: null });
    await lockouts.lock(ALICE, { target: "203.0.0.0/16", forMs: null });
    expect(targets(await lockouts.unlock(ALICE, "203.0.113.9")).sort()).toEqual([
      "203.0.0.0/16",
      "203.0.113.0/24",
      "203.0.113.9/32",
    ]);
    expect(targets(await lockouts.active())).toEqual(["203.0.113.10/32"]);
    // The kernel is told what stays locked in the networks that were freed.
    expect(room.firewall.told.at(-1)?.add).toEqual([{ cidr: "203.0.113.10", timeoutMs: 15 * MINUTE }]);
    expect((await room.audit()).filter((row) => row.startsWith("lockout.unlock")).sort()).toEqual([
      "lockout.unlock 203.0.0.0/16 done",
      "lockout.unlock 203.0.113.0/24 done",
      "lockout.unlock 203.0.113.9/32 done",
    ]);
    expect((await room.details("lockout.unlock"))[0]).toMatchObject({
      freed: 3,
      expiresAt: { old: START + 15 * MINUTE, new: null },
    });
  });

  test("of an IPv6 address frees its /64, not a neighbour's own /128", async () => {
    await room.decide("2001:db8::1");
    await room.lockouts.lock(ALICE, { target: "2001:db8::2/128" });
    expect(targets(await room.lockouts.unlock(ALICE, "2001:db8::1"))).toEqual(["2001:db8::/64"]);
    expect(targets(await room.lockouts.active())).toEqual(["2001:db8::2/128"]);
  });

  test("of a network frees what is in it and around it", async () => {
    await room.decide("203.0.113.9", "203.0.114.9");
    await room.lockouts.lock(ALICE, { target: "203.0.0.0/16" });
    expect(targets(await room.lockouts.unlock(ALICE, "203.0.113.0/24")).sort()).toEqual([
      "203.0.0.0/16",
      "203.0.113.9/32",
    ]);
  });

  test("of what is not locked forgets its counters: engines see it, lists do not show it", async () => {
    expect(await room.lockouts.unlock(ALICE, "203.0.113.9")).toEqual([]);
    const rows = await room.database.db.selectFrom("lockouts").selectAll().execute();
    expect(rows).toMatchObject([
      { target: "203.0.113.9/32", locked_at: START, lifted_at: START, lifted_by: "alice" },
    ]);
    expect(await room.lockouts.recent(10)).toEqual([]);
    expect(await room.lockouts.historyOf("203.0.113.9")).toEqual([]);
    expect(await room.audit()).toEqual(["lockout.unlock 203.0.113.9/32 done"]);
  });

  test("of all frees all, with a row for each", async () => {
    await room.decide("203.0.113.9", "2001:db8::1");
    expect(await room.lockouts.unlockAll(ALICE)).toHaveLength(2);
    expect(await room.lockouts.active()).toEqual([]);
    expect(await room.audit()).toHaveLength(5);
    expect(await room.lockouts.unlockAll(ALICE)).toEqual([]);
  });

  test.each(["10.0.0.1/8", "1.2.3", "fe80::%", ""])("of %j is refused", async (target) => {
    await expect(room.lockouts.unlock(ALICE, target)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("that comes between commit and enforcement wins", async () => {
    const locked = await room.decide("203.0.113.9");
    await room.lockouts.unlock(ALICE, "203.0.113.9");
    await room.lockouts.enforceNew(locked);
    expect(room.firewall.told.at(-1)).toEqual({ add: [], remove: ["203.0.113.9/32"] });
  });
});

describe("the allow-list", () => {
  test("lifts what is locked in it, at once and in the firewall", async () => {
    await room.decide("203.0.113.9", "203.0.114.9");
    const entry = await room.lockouts.allow(ALICE, {
      cidr: "203.0.113.0/24",
      note: "office",
      forMs: 2 * 60 * MINUTE,
    });
    expect(entry).toEqual({
      id: 1,
      cidr: "203.0.113.0/24",
      note: "office",
      createdBy: "alice",
      createdAt: START,
      expiresAt: START + 120 * MINUTE,
    });
    expect(targets(await room.lockouts.active())).toEqual(["203.0.114.9/32"]);
    expect(room.firewall.told.at(-1)).toEqual({ remove: ["203.0.113.0/24"], add: [] });
    expect(await room.audit()).toContain("lockout.unlock 203.0.113.9/32 done");
  });

  test("holds a network once; again gives it a new note and end", async () => {
    await room.lockouts.allow(ALICE, { cidr: "203.0.113.9", note: "one" });
    await room.lockouts.allow(ALICE, { cidr: "203.0.113.9/32", note: "two", forMs: MINUTE });
    expect(await room.lockouts.allowList()).toMatchObject([
      { id: 1, note: "two", expiresAt: START + MINUTE },
    ]);
    expect((await room.details("allow.add")).at(-1)).toEqual({
      note: { old: "one", new: "two" },
      expiresAt: { old: null, new: START + MINUTE },
    });
  });

  test("means a bare IPv6 address alone", async () => {
    expect((await room.lockouts.allow(ALICE, { cidr: "2001:db8::1" })).cidr).toBe("2001:db8::1/128");
    expect(await room.lockouts.protection("2001:db8::2")).toBeNull();
  });

  test("ends by itself, and is locked again from then on", async () => {
    await room.lockouts.allow(ALICE, { cidr: "203.0.113.9", note: "guest", forMs: MINUTE });
    expect(await room.decide("203.0.113.9")).toEqual([]);
    room.clock.pass(MINUTE);
    expect(await room.lockouts.protection("203.0.113.9")).toBeNull();
    await room.lockouts.expire();
    expect(await room.audit()).toEqual(["allow.add 203.0.113.9/32 done", "allow.expire 203.0.113.9/32 done"]);
    expect(await room.decide("203.0.113.9")).toHaveLength(1);
  });

  test.each([
    [{ cidr: "0.0.0.0/0" }, "confirmation_needed"],
    [{ cidr: "::/0" }, "confirmation_needed"],
    [{ cidr: "10.0.0.1/8" }, "invalid_input"],
    [{ cidr: "010.0.0.1" }, "invalid_input"],
    [{ cidr: "" }, "invalid_input"],
    [{ cidr: "203.0.113.9", note: "a\nb" }, "invalid_input"],
  ])("refuses %j", async (input, code) => {
    await expect(room.lockouts.allow(ALICE, input)).rejects.toMatchObject({ code });
    expect(await room.lockouts.allowList()).toEqual([]);
  });

  test("says what is not on it", async () => {
    await expect(room.lockouts.disallow(ALICE, "203.0.113.9")).rejects.toMatchObject({ code: "not_found" });
    expect(await room.audit()).toEqual(["allow.remove 203.0.113.9/32 refused"]);
  });
});

describe("the policy", () => {
  test("is changed with old and new in the audit log; a refused change is told too", async () => {
    expect(await room.lockouts.policy()).toMatchObject({
      enabled: true,
      attempts: 5,
      windowMinutes: 15,
      lockMinutes: 15,
    });
    await room.lockouts.setPolicy(ALICE, { attempts: 3, lockMinutes: 30 });
    expect(await room.lockouts.policy()).toMatchObject({ attempts: 3, lockMinutes: 30 });
    await expect(room.lockouts.setPolicy(ALICE, { attempts: -1 })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await room.audit()).toEqual(["lockout.policy lockout done", "lockout.policy lockout refused"]);
    expect((await room.details("lockout.policy"))[0]).toEqual({
      attempts: { old: 5, new: 3 },
      lockMinutes: { old: 15, new: 30 },
    });
  });
});

describe("histories", () => {
  test("of an address hold its networks, of an account its alarms, the newest first", async () => {
    await room.decide("203.0.113.9");
    await room.lockouts.lock(ALICE, { target: "203.0.113.0/24" });
    await room.decide("198.18.0.1");
    await room.record({ scope: "account", target: "admin", reason: "under attack", evidence: [] });
    expect(targets(await room.lockouts.historyOf("203.0.113.9"))).toEqual([
      "203.0.113.0/24",
      "203.0.113.9/32",
    ]);
    expect(targets(await room.lockouts.historyOf("203.0.113.0/24"))).toEqual(["203.0.113.0/24"]);
    expect(targets(await room.lockouts.historyOf("ADMIN"))).toEqual(["admin"]);
    expect(targets(await room.lockouts.recent(2))).toEqual(["admin", "198.18.0.1/32"]);
  });
});

describe("enforcing", () => {
  test("wants what is locked now, with the time left, and nothing that is over", async () => {
    await room.decide("203.0.113.9");
    room.clock.pass(5 * MINUTE);
    await room.record(decisionOn("2001:db8::/64"));
    room.clock.pass(10 * MINUTE - 1_000);
    await room.lockouts.enforce();
    expect(room.firewall.wanted).toEqual([
      { cidr: "2001:db8::/64", timeoutMs: 5 * MINUTE + 1_000 },
      { cidr: "203.0.113.9", timeoutMs: 1_000 },
    ]);
    room.clock.pass(1_000);
    await room.lockouts.enforce();
    expect(room.firewall.wanted).toEqual([{ cidr: "2001:db8::/64", timeoutMs: 5 * MINUTE }]);
  });

  test("looks again when somebody unlocked meanwhile", async () => {
    await room.decide("203.0.113.9");
    room.clock.pass(MINUTE);
    const { reconcile } = room.firewall;
    const seen: number[] = [];
    room.firewall.reconcile = async (wanted) => {
      seen.push(wanted.length);
      if (seen.length === 1) await room.lockouts.unlock(ALICE, "203.0.113.9");
      return await reconcile(wanted);
    };
    await room.lockouts.enforce();
    expect(seen).toEqual([1, 0]);
  });

  test("is told in the audit log when something had to be mended", async () => {
    room.firewall.reconcile = async () => ({ mended: true, what: "the table was missing" });
    expect(await room.lockouts.enforce()).toEqual({ mended: true, what: "the table was missing" });
    expect(await room.details("firewall.mend")).toEqual([{ what: "the table was missing" }]);
  });
});
