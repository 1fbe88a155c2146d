import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ALICE, MINUTE, openRoom, type Room, START } from "./room.ts";

const HOUR = 60 * MINUTE;

let room: Room;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(async () => {
  await room.close();
});

const left = async () => {
  const [lockout] = await room.lockouts.active();
  return lockout === undefined ? null : (lockout.expiresAt ?? 0) - room.clock.now();
};

describe("the end of a lockout", () => {
  test("comes to the millisecond, with an audit row by castellan", async () => {
    await room.decide("203.0.113.9");
    room.clock.pass(15 * MINUTE - 1);
    expect(await room.lockouts.expire()).toEqual([]);
    expect(await left()).toBe(1);
    room.clock.pass(1);
    expect(await left()).toBeNull();
    const ended = await room.lockouts.expire();
    expect(ended).toMatchObject([
      { target: "203.0.113.9/32", liftedAt: START + 15 * MINUTE, liftedBy: "castellan" },
    ]);
    expect(await room.lockouts.expire()).toEqual([]);
    expect(await room.audit()).toEqual([
      "lockout.lock 203.0.113.9/32 done",
      "lockout.expire 203.0.113.9/32 done",
    ]);
    expect(room.firewall.told.at(-1)).toEqual({ remove: ["203.0.113.9/32"], add: [] });
  });

  test("never comes for one without an end", async () => {
    await room.lockouts.lock(ALICE, { target: "203.0.113.9", forMs: null });
    room.clock.pass(10 * 365 * 24 * HOUR);
    expect(await room.lockouts.expire()).toEqual([]);
  });

  test("of two thousand at once is written in full", async () => {
    const addresses = Array.from({ length: 2_000 }, (_, n) => `198.18.${n >> 8}.${n & 255}`);
    await room.decide(...addresses);
    room.clock.pass(15 * MINUTE);
    expect(await room.lockouts.expire()).toHaveLength(2_000);
    expect(await room.audit()).toHaveLength(4_000);
    expect(await room.lockouts.active()).toEqual([]);
  });

  test("comes also when the database was closed over it", async () => {
    await room.decide("203.0.113.9");
    room.clock.pass(8 * HOUR);
    expect(await room.lockouts.expire()).toHaveLength(1);
  });
});

describe("a clock that is set while castellan runs", () => {
  beforeEach(async () => {
    await room.lockouts.lock(ALICE, { target: "203.0.113.9", forMs: 30 * MINUTE });
    await room.lockouts.allow(ALICE, { cidr: "198.18.0.1", forMs: 30 * MINUTE });
    await room.lockouts.expire();
    room.clock.pass(10 * MINUTE);
    await room.lockouts.expire();
  });

  test.each([HOUR, -HOUR, 365 * 24 * HOUR, -365 * 24 * HOUR])(
    "by %i ms leaves every lockout its time",
    async (step) => {
      room.clock.set(step);
      expect(await room.lockouts.expire()).toEqual([]);
      expect(await left()).toBe(20 * MINUTE);
      expect(((await room.lockouts.allowList())[0]?.expiresAt ?? 0) - room.clock.now()).toBe(20 * MINUTE);
      expect(await room.details("lockout.clock_step")).toEqual([
        { stepMs: step, lockouts: 1, allowEntries: 1 },
      ]);
      room.clock.pass(20 * MINUTE - 1);
      expect(await room.lockouts.expire()).toEqual([]);
      room.clock.pass(1);
      expect(await room.lockouts.expire()).toHaveLength(1);
      expect(await room.lockouts.allowList()).toEqual([]);
    },
  );

  test("leaves alone what was locked under the new clock", async () => {
    room.clock.set(HOUR);
    await room.lockouts.lock(ALICE, { target: "203.0.113.10", forMs: 5 * MINUTE });
    await room.lockouts.expire();
    const ends = (await room.lockouts.active()).map(({ expiresAt }) => (expiresAt ?? 0) - room.clock.now());
    expect(ends).toEqual([5 * MINUTE, 20 * MINUTE]);
  });

  test("slowly (NTP) is no step", async () => {
    for (let second = 0; second < 60; second += 1) {
      room.clock.pass(1_000);
      room.clock.set(1);
      await room.lockouts.expire();
    }
    expect(await room.details("lockout.clock_step")).toEqual([]);
    expect(await left()).toBe(19 * MINUTE - 60);
  });
});

describe("a clock that is set while castellan is down", () => {
  test("back: a lockout lasts its own time at the most", async () => {
    await room.decide("203.0.113.9");
    room.clock.set(-365 * 24 * HOUR);
    expect(await room.lockouts.expire()).toEqual([]);
    expect(await left()).toBe(15 * MINUTE);
    expect(await room.details("lockout.clock_step")).toEqual([
      { because: "locked in the future", lockouts: 1 },
    ]);
    room.clock.pass(15 * MINUTE);
    expect(await room.lockouts.expire()).toHaveLength(1);
  });

  test("back, with one that has no end: it stays so", async () => {
    await room.lockouts.lock(ALICE, { target: "203.0.113.9", forMs: null });
    room.clock.set(-HOUR);
    await room.lockouts.expire();
    expect(await room.lockouts.active()).toMatchObject([{ expiresAt: null, lockedAt: START - HOUR }]);
  });

  test("forward: a lockout is shorter by the step at the most", async () => {
    await room.lockouts.lock(ALICE, { target: "203.0.113.9", forMs: HOUR });
    room.clock.set(20 * MINUTE);
    expect(await room.lockouts.expire()).toEqual([]);
    expect(await left()).toBe(40 * MINUTE);
  });
});

describe("read-only", () => {
  test("nothing is lifted and nothing enforced", async () => {
    await room.decide("203.0.113.9");
    room.clock.pass(HOUR);
    Object.assign(room.database, { readOnly: true });
    expect(await room.lockouts.expire()).toEqual([]);
    expect(await room.lockouts.enforce()).toEqual({ mended: false, what: null });
    expect(room.firewall.wanted).toEqual([]);
    await expect(room.lockouts.lock(ALICE, { target: "203.0.113.10" })).rejects.toMatchObject({
      code: "read_only",
    });
    await expect(room.lockouts.unlock(ALICE, "203.0.113.9")).rejects.toMatchObject({ code: "read_only" });
  });
});
