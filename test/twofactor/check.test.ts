import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GOOD, HOST_ROOT, MINUTE, openRoom, STRANGER, type TestRoom } from "../accounts/room.ts";
import { enrolled, wrongCode } from "./device.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

function check(code: string, name = "alice", actor = HOST_ROOT) {
  return room.twoFactor.check(actor, name, code);
}

describe("codes", () => {
  test("count once, also of a step before the last accepted one", async () => {
    const { device } = await enrolled(room);
    room.clock.advance(MINUTE);
    expect(await check(device.code())).toEqual({
      accepted: true,
      reason: "totp",
      driftSeconds: 0,
      backupCodesLeft: 10,
      retryAfterMs: 0,
    });
    expect(await check(device.code())).toMatchObject({ accepted: false, reason: "already_used" });
    expect(await check(device.code(-30))).toMatchObject({ accepted: false, reason: "already_used" });
    expect(await check(device.code(30))).toMatchObject({ accepted: true, driftSeconds: 30 });
    expect((await room.twoFactor.status("alice")).lastDriftSeconds).toBe(30);
  });

  test("off by two steps are refused, with the drift told and the failure counted", async () => {
    const { device, account } = await enrolled(room);
    room.clock.advance(10 * MINUTE);
    expect(await check(device.code(-60))).toMatchObject({
      accepted: false,
      reason: "skewed",
      driftSeconds: -60,
    });
    expect(await check(device.code(60))).toMatchObject({ reason: "skewed", driftSeconds: 60 });
    expect((await room.accounts.attemptStates()).get(account.id)?.failures).toBe(2);
  });

  test("may be typed with blanks", async () => {
    const { device } = await enrolled(room);
    const code = device.code();
    expect(await check(` ${code.slice(0, 3)} ${code.slice(3)} `)).toMatchObject({ accepted: true });
  });

  test("at the gate an early code is not told to be early: it would become right", async () => {
    const { device } = await enrolled(room);
    room.clock.advance(10 * MINUTE);
    expect(await check(device.code(120), "alice", STRANGER)).toEqual({
      accepted: false,
      reason: "wrong_code",
      driftSeconds: null,
      backupCodesLeft: 0,
      retryAfterMs: 0,
    });
    expect((await room.audit()).at(-1)?.details).toMatchObject({ reason: "skewed", driftSeconds: 120 });
    expect(await check(device.code(-120), "alice", STRANGER)).toMatchObject({
      reason: "skewed",
      driftSeconds: -120,
    });
  });

  test("of a suspended account are not looked at", async () => {
    const { device } = await enrolled(room);
    await room.accounts.suspend(HOST_ROOT, "alice");
    expect(await check(device.code())).toMatchObject({ accepted: false, reason: "suspended" });
    await room.accounts.resume(HOST_ROOT, "alice");
    expect(await check(device.code())).toMatchObject({ accepted: true });
  });

  test("work in 2038 and after", async () => {
    room.clock.set(Date.UTC(2099, 5, 1));
    const { device } = await enrolled(room);
    expect(await check(device.code())).toMatchObject({ accepted: true });
  });
});

describe("backup codes", () => {
  test("each works once, however it is typed, and the count goes down", async () => {
    const { backupCodes } = await enrolled(room);
    expect(new Set(backupCodes).size).toBe(10);
    const spellings = [
      (code: string) => code,
      (code: string) => code.replace("-", ""),
      (code: string) => ` ${code.toUpperCase()} `,
      (code: string) => [...code.replace("-", "")].join(" "),
      (code: string) => code.replaceAll("1", "l").replaceAll("0", "O"),
    ];
    for (const [index, code] of backupCodes.entries()) {
      expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}$/);
      const typed = spellings[index % spellings.length]?.(code) ?? code;
      expect(await check(typed)).toMatchObject({
        accepted: true,
        reason: "backup_code",
        backupCodesLeft: 9 - index,
      });
      expect(await check(code)).toMatchObject({ accepted: false, reason: "already_used" });
    }
    expect((await room.twoFactor.status("alice")).backupCodesLeft).toBe(0);
  });

  test("of another account do not work", async () => {
    const alice = await enrolled(room, "alice");
    await enrolled(room, "bob");
    expect(await check(alice.backupCodes[0] ?? "", "bob")).toMatchObject({ reason: "wrong_code" });
    expect(await check(alice.backupCodes[0] ?? "", "alice")).toMatchObject({ accepted: true });
  });

  test("copied into the rows of another account do not work there", async () => {
    const alice = await enrolled(room, "alice");
    const bob = await enrolled(room, "bob");
    const { db } = room.parts.database;
    await db.deleteFrom("backup_codes").where("account_id", "=", bob.account.id).execute();
    await db
      .updateTable("backup_codes")
      .set({ account_id: bob.account.id })
      .where("account_id", "=", alice.account.id)
      .execute();
    expect(await check(alice.backupCodes[0] ?? "", "bob")).toMatchObject({ reason: "wrong_code" });
  });

  test("are stored as keyed hashes only", async () => {
    const { backupCodes } = await enrolled(room);
    const rows = await room.parts.database.db.selectFrom("backup_codes").selectAll().execute();
    const { createHash } = await import("node:crypto");
    for (const code of backupCodes) {
      const plain = code.replace("-", "");
      const bare = createHash("sha256").update(plain).digest();
      expect(rows.some(({ code_hash }) => code_hash.equals(bare) || code_hash.includes(plain))).toBe(false);
    }
    expect(JSON.stringify(await room.audit())).not.toContain(backupCodes[0]);
  });

  test("renewed: the old ones are void at once", async () => {
    const { backupCodes, account } = await enrolled(room);
    const actor = { ...HOST_ROOT, accountId: account.id, role: "customer", via: "gate" } as const;
    const renewed = await room.twoFactor.renewBackupCodes(actor, "alice");
    expect(renewed.backupCodes).toHaveLength(10);
    expect(await check(backupCodes[0] ?? "")).toMatchObject({ accepted: false });
    expect(await check(renewed.backupCodes[0] ?? "")).toMatchObject({ accepted: true });
  });
});

describe("one limit for everything that can be guessed", () => {
  test("passwords, codes and backup codes add up; then even the right ones are not looked at", async () => {
    const { device, backupCodes, account } = await enrolled(room);
    await room.accounts.verifyPassword(STRANGER, "alice", "wrong");
    await check(wrongCode(device));
    await check("zzzz-zzzz");
    await room.accounts.verifyPassword(STRANGER, "alice", "wrong");
    expect((await room.accounts.attemptStates()).get(account.id)).toEqual({ failures: 4, lockedUntil: null });
    expect(await check("nonsense")).toMatchObject({ reason: "wrong_code", retryAfterMs: 15 * MINUTE });
    for (const code of [device.code(), backupCodes[0] ?? ""]) {
      expect(await check(code)).toMatchObject({ accepted: false, reason: "throttled" });
    }
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD)).reason).toBe("locked");
    room.clock.advance(15 * MINUTE);
    expect(await check(backupCodes[0] ?? "")).toMatchObject({ accepted: true });
  });

  test("the right password does not wipe away wrong codes: it is only half of the proof", async () => {
    const { device, account } = await enrolled(room);
    for (let tries = 0; tries < 4; tries += 1) {
      expect((await room.accounts.verifyPassword(STRANGER, "alice", GOOD)).accepted).toBe(true);
      await check(wrongCode(device));
    }
    expect((await room.accounts.attemptStates()).get(account.id)?.failures).toBe(4);
    await room.accounts.verifyPassword(STRANGER, "alice", GOOD);
    expect(await check(wrongCode(device))).toMatchObject({ retryAfterMs: 15 * MINUTE });
    expect((await room.accounts.verifyPassword(STRANGER, "alice", GOOD)).accepted).toBe(false);
  });

  test("a right code ends the streak; a code used already is no guess", async () => {
    const { device, account } = await enrolled(room);
    for (let tries = 0; tries < 4; tries += 1) await check(wrongCode(device));
    expect(await check(device.code())).toMatchObject({ accepted: true });
    expect((await room.accounts.attemptStates()).has(account.id)).toBe(false);
    for (let tries = 0; tries < 8; tries += 1) {
      expect(await check(device.code())).toMatchObject({ reason: "already_used", retryAfterMs: 0 });
    }
  });

  test("answers are held back towards the limit", async () => {
    const { device } = await enrolled(room);
    for (let tries = 0; tries < 6; tries += 1) await check(wrongCode(device));
    expect(room.pauses).toEqual([125, 250, 500, 1000, 2000, 2000]);
  });
});

test("every check is audited with its reason and no code", async () => {
  const { device, backupCodes } = await enrolled(room);
  const code = device.code();
  await check(code);
  await check(code);
  await check(backupCodes[3] ?? "");
  await check("zzzz-zzzz");
  const rows = (await room.audit()).slice(-4);
  expect(rows.map(({ action, outcome, details }) => [action, outcome, details["reason"]])).toEqual([
    ["2fa.accept", "done", "totp"],
    ["2fa.refuse", "failed", "already_used"],
    ["2fa.accept", "done", "backup_code"],
    ["2fa.refuse", "failed", "wrong_code"],
  ]);
  expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${code}|${backupCodes[3]}|zzzz`));
});

test("a sign-in at the gate is remembered when the second factor is through, not before", async () => {
  const { device } = await enrolled(room);
  await room.accounts.verifyPassword(STRANGER, "alice", GOOD);
  expect((await room.accounts.find("alice")).lastSignInAt).toBeNull();
  await check(device.code(), "alice", STRANGER);
  expect((await room.accounts.find("alice")).lastSignInAt).toBe(room.clock.now());
});
