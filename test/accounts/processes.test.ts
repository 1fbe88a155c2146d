import { afterEach, beforeEach, expect, test } from "vitest";
import { contest, tally } from "./contest.ts";
import { GOOD, HOST_ROOT, openRoom, type TestRoom } from "./room.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
  await room.accounts.create(HOST_ROOT, { name: "alice", role: "customer", password: GOOD });
});
afterEach(() => room.close());

test("200 wrong passwords in 4 processes at once: exactly 5 are evaluated, the rest refused", async () => {
  const reasons = await contest(room, {
    processes: 4,
    kind: "password",
    name: "alice",
    tries: 50,
    proof: "not it",
  });
  expect(tally(reasons)).toEqual({ wrong: 5, locked: 195 });
  expect((await room.audit()).filter(({ action }) => action === "login.fail")).toHaveLength(200);
}, 120_000);
