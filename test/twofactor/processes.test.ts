import { afterEach, beforeEach, expect, test } from "vitest";
import { contest, tally } from "../accounts/contest.ts";
import { MINUTE, openRoom, type TestRoom } from "../accounts/room.ts";
import { enrolled, wrongCode } from "./device.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

function eight(proof: string) {
  return contest(room, { processes: 8, kind: "code", name: "alice", tries: 1, proof });
}

test("eight processes with the same backup code at once: exactly one success", async () => {
  const { backupCodes, account } = await enrolled(room);
  expect(tally(await eight(backupCodes[0] ?? ""))).toEqual({ backup_code: 1, already_used: 7 });
  expect((await room.twoFactor.status("alice")).backupCodesLeft).toBe(9);
  expect((await room.accounts.attemptStates()).has(account.id)).toBe(false);
}, 120_000);

test("eight processes with the same TOTP code at once: exactly one success", async () => {
  const { device } = await enrolled(room);
  room.clock.advance(MINUTE);
  expect(tally(await eight(device.code()))).toEqual({ totp: 1, already_used: 7 });
  expect((await room.audit()).filter(({ action }) => action === "2fa.accept")).toHaveLength(1);
}, 120_000);

test("200 wrong codes in 4 processes at once: exactly 5 are evaluated, the rest refused", async () => {
  const { device } = await enrolled(room);
  const proof = wrongCode(device);
  const reasons = await contest(room, { processes: 4, kind: "code", name: "alice", tries: 50, proof });
  expect(tally(reasons)).toEqual({ wrong_code: 5, throttled: 195 });
}, 120_000);
