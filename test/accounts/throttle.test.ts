import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Attempt,
  accountKey,
  clearAttempts,
  DEFAULT_LIMITS,
  giveBackAttempt,
  pauseAfter,
  takeAttempt,
  unknownKey,
} from "../../src/accounts/throttle.ts";
import type { AttemptLimits } from "../../src/accounts/types.ts";
import { MINUTE, NOON, openRoom, type TestRoom } from "./room.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

const KEY = accountKey(1);

function take(now: number, limits: AttemptLimits = DEFAULT_LIMITS, key = KEY): Promise<Attempt> {
  return room.parts.database.db.transaction().execute((trx) => takeAttempt(trx, key, limits, now));
}

async function fail(times: number, now: number): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (let count = 0; count < times; count += 1) attempts.push(await take(now));
  return attempts;
}

test("locks exactly at the limit, and to the millisecond for the lock's time", async () => {
  const attempts = await fail(5, NOON);
  expect(attempts.map((attempt) => attempt.lockedUntil)).toEqual([
    null,
    null,
    null,
    null,
    NOON + 15 * MINUTE,
  ]);
  expect(attempts.every(({ open }) => open)).toBe(true);
  expect(await take(NOON + 15 * MINUTE - 1)).toMatchObject({ open: false, retryAfterMs: 1 });
  expect(await take(NOON + 15 * MINUTE)).toMatchObject({ open: true, failures: 1, lockedUntil: null });
});

test("a refused try is not evaluated, not counted, and does not extend the lock", async () => {
  await fail(5, NOON);
  for (let minute = 1; minute < 15; minute += 1) await take(NOON + minute * MINUTE);
  expect(await take(NOON + 15 * MINUTE)).toMatchObject({ open: true });
});

test("a streak is forgotten after a window without a failure, not a millisecond earlier", async () => {
  await fail(4, NOON);
  expect(await take(NOON + 15 * MINUTE)).toMatchObject({ open: true, failures: 1 });
  await clearAttempts(room.parts.database.db, KEY);
  await fail(4, NOON);
  expect(await take(NOON + 15 * MINUTE - 1)).toMatchObject({ lockedUntil: expect.any(Number) });
});

test("a success ends the streak of its own account only", async () => {
  await fail(4, NOON);
  await take(NOON, DEFAULT_LIMITS, accountKey(2));
  await clearAttempts(room.parts.database.db, KEY);
  expect((await fail(4, NOON)).at(-1)).toMatchObject({ failures: 4, lockedUntil: null });
  expect(await take(NOON, DEFAULT_LIMITS, accountKey(2))).toMatchObject({ failures: 2 });
});

test("a try that was no guess is given back, the lock that it made with it", async () => {
  await fail(5, NOON);
  await giveBackAttempt(room.parts.database.db, KEY);
  expect(await take(NOON)).toMatchObject({ open: true, failures: 5 });
  expect(await take(NOON)).toMatchObject({ open: false });
});

test("a clock put back, or a policy made milder, never leaves a lock longer than the policy says", async () => {
  await fail(5, NOON);
  const back = NOON - 60 * MINUTE;
  expect(await take(back)).toMatchObject({ open: false, retryAfterMs: 15 * MINUTE });
  expect(await take(back + 15 * MINUTE)).toMatchObject({ open: true });
  await fail(5, NOON);
  const milder = { ...DEFAULT_LIMITS, lockMs: MINUTE };
  expect(await take(NOON, milder)).toMatchObject({ open: false, retryAfterMs: MINUTE });
  expect(await take(NOON + MINUTE, milder)).toMatchObject({ open: true });
});

test("whatever the times, never more than the limit within a window", async () => {
  const { db } = room.parts.database;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { minLength: 5, maxLength: 40 }),
      async (gaps) => {
        await clearAttempts(db, KEY);
        let now = NOON;
        const evaluated: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if ((await take(now)).open) evaluated.push(now);
        }
        for (const start of evaluated) {
          const within = evaluated.filter((time) => time >= start && time < start + 15 * MINUTE);
          expect(within.length).toBeLessThanOrEqual(5);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe("answers are held back", () => {
  const attempt = (failures: number): Attempt => ({ open: true, failures, lockedUntil: null });

  test("doubling towards the limit, whatever the limit is", () => {
    const five = [1, 2, 3, 4, 5].map((failures) => pauseAfter(attempt(failures), DEFAULT_LIMITS));
    expect(five).toEqual([125, 250, 500, 1000, 2000]);
    const twenty = { ...DEFAULT_LIMITS, attempts: 20 };
    expect([1, 10, 19, 20].map((failures) => pauseAfter(attempt(failures), twenty))).toEqual([
      0, 1, 1000, 2000,
    ]);
    expect(pauseAfter({ open: false, retryAfterMs: 1, lockedUntil: 1 }, DEFAULT_LIMITS)).toBe(2000);
  });
});

test("unknown names: one counter for all spellings, and no more counters than fit", () => {
  const keyOf = (name: string) => unknownKey(room.parts.keys, name);
  expect(new Set(["Admin", "admin", " admin", "ａｄｍｉｎ", "ADMIN\t"].map(keyOf)).size).toBe(1);
  expect(keyOf("admin")).not.toBe(keyOf("admin2"));
  expect(keyOf("admin")).toMatch(/^unknown:[0-9a-f]{4}$/);
});
