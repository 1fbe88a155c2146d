import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GOOD, HOST_ROOT, MINUTE, openRoom, STRANGER, signedIn, type TestRoom } from "../accounts/room.ts";
import { Device, enrolled, wrongCode } from "./device.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

function refusal(code: string) {
  return expect.objectContaining({ code });
}

function make(name: string, role: "root" | "admin" | "reseller" | "customer", parent: string | null = null) {
  return room.accounts.create(HOST_ROOT, { name, role, parent });
}

describe("giving an enrolment up", () => {
  test("voids its secret at once, and leaves an active factor alone", async () => {
    await enrolled(room, "alice");
    const { secret } = await room.twoFactor.enrol(HOST_ROOT, "alice");
    await room.twoFactor.cancel(HOST_ROOT, "alice");
    await expect(room.twoFactor.confirm(HOST_ROOT, "alice", new Device(secret, room).code())).rejects.toEqual(
      refusal("not_enrolled"),
    );
    expect(await room.twoFactor.status("alice")).toMatchObject({ state: "active", pendingExpiresAt: null });
  });

  test("does nothing, and audits nothing, where none is pending", async () => {
    await make("alice", "customer");
    await room.twoFactor.cancel(HOST_ROOT, "alice");
    expect(await room.twoFactor.status("alice")).toMatchObject({ state: "off" });
  });
});

describe("enrolling", () => {
  test("is not active until a live code was accepted", async () => {
    await make("alice", "customer");
    const { secret, uri, expiresAt, account } = await room.twoFactor.enrol(HOST_ROOT, "alice");
    const device = new Device(secret, room);
    expect(account).toBe("alice");
    expect(uri).toContain(secret);
    expect(expiresAt).toBe(room.clock.now() + 10 * MINUTE);
    expect(await room.twoFactor.status("alice")).toMatchObject({
      state: "pending",
      pendingExpiresAt: expiresAt,
      confirmedAt: null,
      backupCodesLeft: 0,
    });
    expect(await room.twoFactor.check(HOST_ROOT, "alice", device.code())).toMatchObject({
      accepted: false,
      reason: "not_enrolled",
    });
    const { backupCodes, driftSeconds } = await room.twoFactor.confirm(HOST_ROOT, "alice", device.code(-30));
    expect(backupCodes).toHaveLength(10);
    expect(driftSeconds).toBe(-30);
    expect(await room.twoFactor.status("alice")).toMatchObject({
      state: "active",
      pendingExpiresAt: null,
      confirmedAt: room.clock.now(),
      backupCodesLeft: 10,
      lastDriftSeconds: -30,
    });
  });

  test("the code that confirmed is used up", async () => {
    await make("alice", "customer");
    const device = new Device((await room.twoFactor.enrol(HOST_ROOT, "alice")).secret, room);
    await room.twoFactor.confirm(HOST_ROOT, "alice", device.code());
    expect(await room.twoFactor.check(HOST_ROOT, "alice", device.code())).toMatchObject({
      reason: "already_used",
    });
  });

  test("makes a new secret each time; only the newest pending one can be confirmed", async () => {
    await make("alice", "customer");
    const first = new Device((await room.twoFactor.enrol(HOST_ROOT, "alice")).secret, room);
    const second = new Device((await room.twoFactor.enrol(HOST_ROOT, "alice")).secret, room);
    await expect(room.twoFactor.confirm(HOST_ROOT, "alice", first.code())).rejects.toEqual(
      refusal("wrong_code"),
    );
    await room.twoFactor.confirm(HOST_ROOT, "alice", second.code());
  });

  test("expires after 10 minutes", async () => {
    await make("alice", "customer");
    const device = new Device((await room.twoFactor.enrol(HOST_ROOT, "alice")).secret, room);
    room.clock.advance(10 * MINUTE);
    expect((await room.twoFactor.status("alice")).state).toBe("off");
    await expect(room.twoFactor.confirm(HOST_ROOT, "alice", device.code())).rejects.toEqual(
      refusal("enrolment_expired"),
    );
    await expect(room.twoFactor.confirm(HOST_ROOT, "alice", device.code())).rejects.toEqual(
      refusal("not_enrolled"),
    );
  });

  test("again leaves the active factor working until the new one is confirmed", async () => {
    const { device: old, backupCodes } = await enrolled(room);
    const next = new Device((await room.twoFactor.enrol(HOST_ROOT, "alice")).secret, room);
    expect(await room.twoFactor.check(HOST_ROOT, "alice", old.code())).toMatchObject({ accepted: true });
    expect(await room.twoFactor.status("alice")).toMatchObject({ state: "active" });
    room.clock.advance(30_000);
    await room.twoFactor.confirm(HOST_ROOT, "alice", next.code());
    room.clock.advance(30_000);
    for (const void_ of [old.code(), backupCodes[0] ?? ""]) {
      expect(await room.twoFactor.check(HOST_ROOT, "alice", void_)).toMatchObject({ accepted: false });
    }
    expect(await room.twoFactor.check(HOST_ROOT, "alice", next.code())).toMatchObject({ accepted: true });
  });

  test("a wrong code tells the skew, never a right code, and counts", async () => {
    await make("alice", "customer");
    const device = new Device((await room.twoFactor.enrol(HOST_ROOT, "alice")).secret, room);
    const right = [-30, 0, 30].map((drift) => device.code(drift));
    const errors: Error[] = [];
    for (const code of [device.code(-90), device.code(120), wrongCode(device), "", "x".repeat(10_000)]) {
      await room.twoFactor.confirm(HOST_ROOT, "alice", code).catch((error: Error) => errors.push(error));
    }
    expect(errors.map(({ message }) => message)).toEqual([
      "this code is from 90 seconds ago: the device's clock is behind",
      "this code is 120 seconds early: the device's clock is ahead",
      "this code is not right",
      "this code is not right",
      "this code is not right",
    ]);
    const said = JSON.stringify([
      errors.map((error) => ({ ...error, m: error.message })),
      await room.audit(),
    ]);
    for (const code of right) expect(said).not.toContain(code);
    await expect(room.twoFactor.confirm(HOST_ROOT, "alice", device.code())).rejects.toEqual(
      refusal("throttled"),
    );
    expect((await room.audit()).filter(({ outcome }) => outcome === "failed")).toHaveLength(6);
  });

  test("the secret is in no audit row and not readable in the database file", async () => {
    await make("alice", "customer");
    const { secret } = await room.twoFactor.enrol(HOST_ROOT, "alice");
    expect(JSON.stringify(await room.audit())).not.toContain(secret);
    const { ScureBase32Plugin } = await import("otplib");
    const bytes = Buffer.from(new ScureBase32Plugin().decode(secret));
    const row = await room.parts.database.db
      .selectFrom("second_factors")
      .select("secret")
      .executeTakeFirstOrThrow();
    expect(row.secret.includes(bytes)).toBe(false);
    expect(row.secret).toHaveLength(12 + 20 + 16);
  });
});

describe("who may enrol whom", () => {
  test("oneself and those below, while there is no working factor; over one only root on the host", async () => {
    const adam = signedIn(await make("adam", "admin"));
    const rita = signedIn(await make("rita", "root"));
    const alice = signedIn((await enrolled(room)).account);
    await make("carl", "customer");
    await room.twoFactor.enrol(adam, "carl");
    await room.twoFactor.enrol(signedIn(await room.accounts.find("carl")), "carl");
    await expect(room.twoFactor.enrol(alice, "alice")).rejects.toEqual(refusal("already_enrolled"));
    await expect(room.twoFactor.confirm(alice, "alice", "000000")).rejects.toEqual(
      refusal("already_enrolled"),
    );
    await expect(room.twoFactor.enrol(alice, "carl")).rejects.toEqual(refusal("not_permitted"));
    await expect(room.twoFactor.enrol(adam, "rita")).rejects.toEqual(refusal("not_permitted"));
    for (const actor of [adam, rita]) {
      await expect(room.twoFactor.enrol(actor, "alice")).rejects.toEqual(refusal("needs_root"));
      await expect(room.twoFactor.confirm(actor, "alice", "000000")).rejects.toEqual(refusal("needs_root"));
    }
    await room.twoFactor.enrol(HOST_ROOT, "alice");
  });

  test("a suspended account is not enrolled", async () => {
    await make("carl", "customer");
    await room.accounts.suspend(HOST_ROOT, "carl");
    await expect(room.twoFactor.enrol(HOST_ROOT, "carl")).rejects.toEqual(refusal("suspended"));
  });
});

test("confirming a secret that one was just shown wipes no wrong guesses away", async () => {
  const carl = await room.accounts.create(HOST_ROOT, { name: "carl", role: "customer", password: GOOD });
  for (let tries = 0; tries < 3; tries += 1) await room.accounts.verifyPassword(STRANGER, "carl", "no");
  const device = new Device((await room.twoFactor.enrol(signedIn(carl), "carl")).secret, room);
  await room.twoFactor.confirm(signedIn(carl), "carl", device.code());
  expect((await room.accounts.attemptStates()).get(carl.id)).toMatchObject({ failures: 3 });
});

test("a ciphertext copied to another account, or put back from an old row, does not decrypt", async () => {
  const alice = await enrolled(room, "alice");
  const bob = await enrolled(room, "bob");
  const { db } = room.parts.database;
  const secretOf = (id: number) =>
    db.selectFrom("second_factors").select("secret").where("account_id", "=", id).executeTakeFirstOrThrow();
  const own = await secretOf(bob.account.id);
  await db
    .updateTable("second_factors")
    .set(await secretOf(alice.account.id))
    .where("account_id", "=", bob.account.id)
    .execute();
  await expect(room.twoFactor.check(HOST_ROOT, "bob", alice.device.code())).rejects.toEqual(
    refusal("secret_unreadable"),
  );
  await db.updateTable("second_factors").set(own).where("account_id", "=", bob.account.id).execute();
  const next = new Device((await room.twoFactor.enrol(HOST_ROOT, "bob")).secret, room);
  await room.twoFactor.confirm(HOST_ROOT, "bob", next.code());
  await db.updateTable("second_factors").set(own).where("account_id", "=", bob.account.id).execute();
  await expect(room.twoFactor.check(HOST_ROOT, "bob", bob.device.code())).rejects.toEqual(
    refusal("secret_unreadable"),
  );
});
