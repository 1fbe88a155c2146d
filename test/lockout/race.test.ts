import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/host/clock.ts";
import { openRoom, type Room, testClock } from "./room.ts";

let room: Room;
beforeEach(async () => {
  room = await openRoom({ clock: testClock(systemClock.now()) });
});
afterEach(async () => {
  await room.close();
});

test("four processes that lock the same addresses at once, by hand and by the engine, make one row of each", async () => {
  const worker = new URL("./race-worker.ts", import.meta.url).pathname;
  const startAt = String(systemClock.now() + 2_500);
  await Promise.all(
    ["hand", "engine", "hand", "engine"].map((way) =>
      execa(process.execPath, [worker, room.folder, way, startAt], { timeout: 60_000 }),
    ),
  );
  const rows = await room.database.db.selectFrom("lockouts").selectAll().execute();
  expect(rows).toHaveLength(25);
  expect(new Set(rows.map(({ target }) => target)).size).toBe(25);
  // Both hands are told of; of the engines only the one that came first.
  const locks = await room.details("lockout.lock");
  expect(locks.length).toBeGreaterThanOrEqual(50);
  expect(locks.length).toBeLessThanOrEqual(75);
  expect(locks.filter(({ repeat }) => repeat === 0).length).toBeLessThanOrEqual(25);
}, 90_000);
