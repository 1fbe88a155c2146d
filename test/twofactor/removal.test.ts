import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GOOD, HOST_ROOT, openRoom, signedIn, type TestRoom } from "../accounts/room.ts";
import { enrolled, wrongCode } from "./device.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

function refusal(code: string) {
  return expect.objectContaining({ code });
}

describe("switching off", () => {
  test("needs the password and a current code", async () => {
    const { account, device } = await enrolled(room);
    const alice = signedIn(account);
    const tries = [
      [{ password: "wrong", code: device.code() }, "wrong_password"],
      [{ password: GOOD, code: wrongCode(device) }, "wrong_code"],
      [{ password: GOOD, code: device.code(-90) }, "wrong_code"],
    ] as const;
    for (const [proof, code] of tries) {
      await expect(room.twoFactor.disable(alice, "alice", proof)).rejects.toEqual(refusal(code));
    }
    expect((await room.twoFactor.status("alice")).state).toBe("active");
    expect((await room.accounts.attemptStates()).get(account.id)?.failures).toBe(3);
    await room.twoFactor.disable(alice, "alice", { password: GOOD, code: device.code() });
    expect(await room.twoFactor.status("alice")).toMatchObject({ state: "off", backupCodesLeft: 0 });
    expect((await room.audit()).at(-1)).toMatchObject({
      action: "2fa.disable",
      outcome: "done",
      details: {
        state: { old: "active", new: "off" },
        backupCodesLeft: { old: 10, new: 0 },
        told: ["alice"],
      },
    });
    expect((await room.notices()).at(-1)?.subject).toBe(
      "Second factor switched off: alice on srv01.example.com",
    );
    const left = await room.parts.database.db.selectFrom("backup_codes").selectAll().execute();
    expect(left).toEqual([]);
  });

  test("a wrong code with the right password is written down as a failure of it", async () => {
    const { account, device } = await enrolled(room);
    const proof = { password: GOOD, code: wrongCode(device) };
    await expect(room.twoFactor.disable(signedIn(account), "alice", proof)).rejects.toThrow();
    expect((await room.audit()).slice(-2)).toMatchObject([
      { action: "password.prove", outcome: "done" },
      { action: "2fa.disable", outcome: "failed", details: { reason: "wrong_code" } },
    ]);
  });

  test("a used code, the limit, and the lack of a factor are told apart", async () => {
    const { account, device } = await enrolled(room);
    const alice = signedIn(account);
    await room.twoFactor.check(HOST_ROOT, "alice", device.code());
    const proof = { password: GOOD, code: device.code() };
    await expect(room.twoFactor.disable(alice, "alice", proof)).rejects.toEqual(refusal("code_already_used"));
    for (let tries = 0; tries < 5; tries += 1) {
      await room.twoFactor.check(HOST_ROOT, "alice", wrongCode(device));
    }
    await expect(room.twoFactor.disable(HOST_ROOT, "alice", proof)).rejects.toEqual(refusal("throttled"));
    await room.twoFactor.reset(HOST_ROOT, "alice");
    await expect(room.twoFactor.disable(alice, "alice", proof)).rejects.toEqual(refusal("not_enrolled"));
  });

  test("is for oneself and root on the host, with the proofs", async () => {
    const { device } = await enrolled(room);
    const admin = signedIn(await room.accounts.create(HOST_ROOT, { name: "adam", role: "admin" }));
    const proof = { password: GOOD, code: device.code() };
    await expect(room.twoFactor.disable(admin, "alice", proof)).rejects.toEqual(refusal("needs_root"));
    await room.twoFactor.disable(HOST_ROOT, "alice", proof);
  });
});

describe("resetting", () => {
  test("is for root on the host alone; recorded and told", async () => {
    const { account } = await enrolled(room);
    const rita = signedIn(await room.accounts.create(HOST_ROOT, { name: "rita", role: "root" }));
    for (const actor of [signedIn(account), rita]) {
      await expect(room.twoFactor.reset(actor, "alice")).rejects.toEqual(refusal("needs_root"));
      expect((await room.audit()).at(-1)).toMatchObject({ action: "2fa.reset", outcome: "refused" });
    }
    await room.twoFactor.reset(HOST_ROOT, "alice");
    expect((await room.twoFactor.status("alice")).state).toBe("off");
    expect((await room.audit()).at(-1)).toMatchObject({ action: "2fa.reset", outcome: "done" });
    expect((await room.notices()).at(-1)?.subject).toContain("Second factor removed by root");
    await expect(room.twoFactor.reset(HOST_ROOT, "alice")).rejects.toEqual(refusal("not_enrolled"));
  });

  test("ends the sessions of the account", async () => {
    await room.close();
    room = await openRoom();
    const ended: number[] = [];
    const { openTwoFactor } = await import("../../src/twofactor/two-factor.ts");
    const twoFactor = openTwoFactor({
      ...room.parts,
      accounts: room.accounts,
      issuer: "h",
      endSessions: async (_trx, id) => ended.push(id),
    });
    const { account } = await enrolled(room);
    await twoFactor.reset(HOST_ROOT, "alice");
    expect(ended).toEqual([account.id]);
  });
});

test("backup codes are renewed by oneself or root on the host, with a factor", async () => {
  await enrolled(room);
  await room.accounts.create(HOST_ROOT, { name: "carl", role: "customer" });
  const admin = signedIn(await room.accounts.create(HOST_ROOT, { name: "adam", role: "admin" }));
  await expect(room.twoFactor.renewBackupCodes(admin, "alice")).rejects.toEqual(refusal("needs_root"));
  await expect(room.twoFactor.renewBackupCodes(HOST_ROOT, "carl")).rejects.toEqual(refusal("not_enrolled"));
  await room.twoFactor.renewBackupCodes(HOST_ROOT, "alice");
  expect((await room.audit()).at(-1)).toMatchObject({
    action: "2fa.backup_codes.renew",
    details: { backupCodesLeft: { old: 10, new: 10 } },
  });
});
