import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/accounts/throttle.ts";
import type { Role } from "../../src/host/actor.ts";
import { BETTER, GOOD, HOST_ROOT, MINUTE, openRoom, STRANGER, signedIn, type TestRoom } from "./room.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

function refusal(code: string) {
  return expect.objectContaining({ code });
}

async function make(name: string, role: Role, password: string | null = GOOD, parent: string | null = null) {
  const email = `${name}@mail.example`;
  return room.accounts.create(HOST_ROOT, { name, role, email, password, parent });
}

async function storedHash(name: string): Promise<string | null> {
  const row = await room.parts.database.db
    .selectFrom("accounts")
    .select("password_hash")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return row.password_hash;
}

describe("proving a password", () => {
  test("by name or e-mail in any letter case", async () => {
    const alice = await make("alice", "customer");
    for (const name of ["alice", "ALICE", "alice@mail.example", "Alice@Mail.Example"]) {
      expect(await room.accounts.verifyPassword(STRANGER, name, GOOD)).toMatchObject({
        accepted: true,
        reason: "ok",
        account: { id: alice.id },
      });
    }
    expect((await room.audit()).at(-1)).toMatchObject({ action: "login.accept", target: "alice" });
  });

  test("a sign-in at the gate is remembered, a look at the host is not", async () => {
    await make("alice", "customer");
    await room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD);
    expect((await room.accounts.find("alice")).lastSignInAt).toBeNull();
    await room.accounts.verifyPassword(STRANGER, "alice", GOOD);
    expect((await room.accounts.find("alice")).lastSignInAt).toBe(room.clock.now());
  });

  test("at the gate unknown, wrong, locked, suspended and without password read the same", async () => {
    await make("alice", "customer");
    await make("sally", "customer");
    await make("nora", "customer", null);
    await room.accounts.suspend(HOST_ROOT, "sally");
    const wrong = { accepted: false, reason: "wrong", account: null, retryAfterMs: 0 };
    for (const [name, password] of [
      ["nobody", GOOD],
      ["alice", "not it"],
      ["sally", GOOD],
      ["nora", GOOD],
    ] as const) {
      expect(await room.accounts.verifyPassword(STRANGER, name, password)).toEqual(wrong);
    }
    for (let tries = 0; tries < 5; tries += 1) {
      await room.accounts.verifyPassword(STRANGER, "alice", "not it");
    }
    expect(await room.accounts.verifyPassword(STRANGER, "alice", GOOD)).toEqual(wrong);
  });

  test("root on the host is told plainly, with the time left", async () => {
    await make("alice", "customer");
    for (let tries = 0; tries < 5; tries += 1) {
      await room.accounts.verifyPassword(STRANGER, "alice", "not it");
    }
    room.clock.advance(5 * MINUTE);
    expect(await room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD)).toMatchObject({
      accepted: false,
      reason: "locked",
      retryAfterMs: 10 * MINUTE,
      account: { name: "alice" },
    });
    await room.accounts.suspend(HOST_ROOT, "alice");
    await room.accounts.unlock(HOST_ROOT, "alice");
    expect(await room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD)).toMatchObject({
      reason: "suspended",
    });
  });

  test("unknown names are counted, locked and held back as known ones are", async () => {
    await make("alice", "customer");
    for (let tries = 0; tries < 7; tries += 1) {
      await room.accounts.verifyPassword(STRANGER, "alice", "not it");
    }
    const known = room.pauses.splice(0);
    for (let tries = 0; tries < 7; tries += 1) {
      await room.accounts.verifyPassword(STRANGER, "nobody", "not it");
    }
    expect(room.pauses).toEqual(known);
    expect(known).toEqual([125, 250, 500, 1000, 2000, 2000, 2000]);
    const keys = await room.parts.database.db.selectFrom("throttles").selectAll().execute();
    expect(keys.map(({ failures }) => failures)).toEqual([5, 5]);
    expect(keys.map(({ key }) => key).join()).not.toContain("nobody");
  });

  test("failures are audited with what was the trouble, never with what was typed", async () => {
    await make("alice", "customer");
    await room.accounts.verifyPassword(STRANGER, "alice", "Secret guess 1");
    await room.accounts.verifyPassword(STRANGER, "Secret typed as name!", "x");
    const rows = (await room.audit()).slice(-2);
    expect(rows).toMatchObject([
      { action: "login.fail", target: "alice", outcome: "failed", details: { reason: "wrong" } },
      { action: "login.fail", target: "(no account name)", outcome: "failed" },
    ]);
    expect(JSON.stringify(rows)).not.toContain("Secret");
  });

  test("10 MB are refused at once, before anything is counted or hashed", async () => {
    await make("alice", "customer");
    const start = performance.now();
    const giant = "x".repeat(10 * 1024 * 1024);
    await expect(room.accounts.verifyPassword(STRANGER, "alice", giant)).rejects.toEqual(
      refusal("password_rejected"),
    );
    expect(performance.now() - start).toBeLessThan(100);
    expect(await room.accounts.attemptStates()).toEqual(new Map());
  });

  test("1,024 bytes are taken whole, the last one counts; NUL and 1,025 bytes are refused", async () => {
    const long = `${"Ab1!".repeat(255)}xyz9`;
    await make("alice", "customer", long);
    expect((await room.accounts.verifyPassword(STRANGER, "alice", long)).accepted).toBe(true);
    const other = `${long.slice(0, -1)}8`;
    expect((await room.accounts.verifyPassword(STRANGER, "alice", other)).accepted).toBe(false);
    for (const bad of [`${long}x`, "é".repeat(513), "a\0b", "\ufdfa".repeat(300)]) {
      await expect(room.accounts.verifyPassword(STRANGER, "alice", bad)).rejects.toEqual(
        refusal("password_rejected"),
      );
    }
  });

  test("NFC and NFD, full width and half width are one password; a trailing blank is not", async () => {
    await make("alice", "customer", "Tür-Öffner ﬁnd 42");
    for (const form of ["Tür-Öffner ﬁnd 42".normalize("NFD"), "Tür-Öffner find ４２"]) {
      expect((await room.accounts.verifyPassword(STRANGER, "alice", form)).accepted).toBe(true);
    }
    expect((await room.accounts.verifyPassword(STRANGER, "alice", "Tür-Öffner ﬁnd 42 ")).accepted).toBe(
      false,
    );
  });

  test("an old hash is taken in once and made anew", async () => {
    const passwordHash = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
    await room.accounts.create(HOST_ROOT, { name: "alice", role: "customer", passwordHash });
    expect((await room.accounts.verifyPassword(STRANGER, "alice", "wrong")).accepted).toBe(false);
    expect(await storedHash("alice")).toBe(passwordHash);
    expect((await room.accounts.verifyPassword(STRANGER, "alice", "secret")).accepted).toBe(true);
    expect(await storedHash("alice")).toMatch(/^\$argon2id\$/);
    expect((await room.audit()).at(-1)?.details).toMatchObject({ rehashed: true });
    expect((await room.accounts.verifyPassword(STRANGER, "alice", "secret")).accepted).toBe(true);
  });

  test("a damaged hash fails closed", async () => {
    await make("alice", "customer");
    const { db } = room.parts.database;
    await db.updateTable("accounts").set({ password_hash: "$argon2id$v=19$m=4194304,t=9" }).execute();
    expect((await room.accounts.verifyPassword(STRANGER, "alice", GOOD)).accepted).toBe(false);
  });

  test("a password that is replaced while it is being computed proves nothing", async () => {
    await make("alice", "customer");
    const { db } = room.parts.database;
    const other = await room.accounts.create(HOST_ROOT, {
      name: "other",
      role: "customer",
      password: BETTER,
    });
    const hash = await storedHash(other.name);
    const check = room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD);
    while ((await db.selectFrom("throttles").select("key").execute()).length === 0);
    await db.updateTable("accounts").set({ password_hash: hash }).where("name", "=", "alice").execute();
    expect(await check).toMatchObject({ accepted: false, reason: "wrong" });
  });

  test("the limit follows what it is told, and off still ends at 100 in a row", async () => {
    await room.close();
    let limits = { ...DEFAULT_LIMITS, attempts: 2 };
    room = await openRoom({ extra: { limits: async () => limits } });
    await make("alice", "customer");
    await room.accounts.verifyPassword(HOST_ROOT, "alice", "1");
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", "2")).retryAfterMs).toBe(15 * MINUTE);
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD)).reason).toBe("locked");
    limits = { ...limits, enabled: false };
    await room.accounts.unlock(HOST_ROOT, "alice");
    const { db } = room.parts.database;
    await room.accounts.verifyPassword(HOST_ROOT, "alice", "1");
    await db.updateTable("throttles").set({ failures: 98 }).execute();
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", "99")).retryAfterMs).toBe(0);
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", "100")).retryAfterMs).toBe(15 * MINUTE);
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", GOOD)).reason).toBe("locked");
  });
});

describe("changing a password", () => {
  test("one's own needs the current one, and wrong ones count", async () => {
    const alice = signedIn(await make("alice", "customer"));
    await expect(room.accounts.setPassword(alice, "alice", { next: BETTER })).rejects.toEqual(
      refusal("wrong_password"),
    );
    await expect(
      room.accounts.setPassword(alice, "alice", { current: "nope", next: BETTER }),
    ).rejects.toEqual(refusal("wrong_password"));
    expect((await room.accounts.attemptStates()).get(alice.accountId ?? 0)?.failures).toBe(2);
    await room.accounts.setPassword(alice, "alice", { current: GOOD, next: BETTER });
    expect((await room.accounts.verifyPassword(STRANGER, "alice", BETTER)).accepted).toBe(true);
    expect((await room.accounts.verifyPassword(STRANGER, "alice", GOOD)).accepted).toBe(false);
    expect(await room.accounts.find("alice")).toMatchObject({ mustChangePassword: false });
  });

  test("to the current one again is refused", async () => {
    const alice = signedIn(await make("alice", "customer"));
    await expect(room.accounts.setPassword(alice, "alice", { current: GOOD, next: GOOD })).rejects.toEqual(
      refusal("password_rejected"),
    );
  });

  test("root on the host may leave the current one out, also for the own account; the gate may not", async () => {
    const rita = await make("rita", "root");
    await room.accounts.setPassword({ ...HOST_ROOT, accountId: rita.id, name: "rita" }, "rita", {
      next: BETTER,
    });
    expect((await room.accounts.find("rita")).mustChangePassword).toBe(false);
    await expect(room.accounts.setPassword(signedIn(rita), "rita", { next: GOOD })).rejects.toEqual(
      refusal("wrong_password"),
    );
  });

  test("somebody else's goes by rank and must be changed at the next sign-in", async () => {
    const resa = signedIn(await make("resa", "reseller"));
    await make("carl", "customer", GOOD, "resa");
    await make("cleo", "customer");
    await room.accounts.setPassword(resa, "carl", { next: BETTER });
    expect(await room.accounts.find("carl")).toMatchObject({ mustChangePassword: true });
    await expect(room.accounts.setPassword(resa, "cleo", { next: BETTER })).rejects.toEqual(
      refusal("not_permitted"),
    );
    expect((await room.audit()).at(-1)).toMatchObject({ action: "password.change", outcome: "refused" });
  });

  test("ends the sessions in the same transaction, and says how many", async () => {
    await room.close();
    room = await openRoom({ extra: { endSessions: async () => 4 } });
    await make("alice", "customer");
    expect(await room.accounts.setPassword(HOST_ROOT, "alice", { next: BETTER })).toEqual({
      endedSessions: 4,
    });
    expect((await room.audit()).at(-1)?.details).toMatchObject({ endedSessions: 4 });
  });

  test("a password that was reset while the current one was proven is not overwritten", async () => {
    const alice = signedIn(await make("alice", "customer"));
    const changing = room.accounts.setPassword(alice, "alice", { current: GOOD, next: BETTER });
    const { password } = await room.accounts.resetPassword(HOST_ROOT, "alice");
    await expect(changing).rejects.toEqual(refusal("wrong_password"));
    expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", password)).accepted).toBe(true);
  });

  test("no audit row holds a password or a hash", async () => {
    await make("alice", "customer");
    const { password } = await room.accounts.resetPassword(HOST_ROOT, "alice");
    await room.accounts.setPassword(HOST_ROOT, "alice", { next: BETTER });
    const text = JSON.stringify(await room.audit()) + JSON.stringify(await room.notices());
    for (const secret of [GOOD, BETTER, password, "$argon2"]) expect(text).not.toContain(secret);
  });
});

describe("resetting a password", () => {
  test("makes one that fits every policy, to be changed at the next sign-in", async () => {
    await make("alice", "customer");
    for (const change of [{ preset: "classic" } as const, { preset: "nist" } as const, { minLength: 64 }]) {
      await room.accounts.setPasswordPolicy(HOST_ROOT, change);
      const { password } = await room.accounts.resetPassword(HOST_ROOT, "alice");
      expect(password).toMatch(/^[A-Za-z2-9]{4}(-[A-Za-z2-9]{4}){4,}$/);
      expect((await room.accounts.judge(password, { name: "alice" })).problems).toEqual([]);
      expect((await room.accounts.verifyPassword(HOST_ROOT, "alice", password)).accepted).toBe(true);
    }
    expect(await room.accounts.find("alice")).toMatchObject({ mustChangePassword: true });
  });

  test("is no way around one's own current password", async () => {
    const rita = signedIn(await make("rita", "root"));
    await expect(room.accounts.resetPassword(rita, "rita")).rejects.toEqual(refusal("not_permitted"));
    const carl = signedIn(await make("carl", "customer"));
    await expect(room.accounts.resetPassword(carl, "carl")).rejects.toEqual(refusal("not_permitted"));
    await expect(room.accounts.resetPassword(carl, "rita")).rejects.toEqual(refusal("not_permitted"));
  });
});

test("unlocking is for those above, never for oneself", async () => {
  const carl = signedIn(await make("carl", "customer"));
  const rita = signedIn(await make("rita", "root"));
  for (let tries = 0; tries < 5; tries += 1) await room.accounts.verifyPassword(STRANGER, "carl", "no");
  await expect(room.accounts.unlock(carl, "carl")).rejects.toEqual(refusal("not_permitted"));
  await expect(room.accounts.unlock(rita, "rita")).rejects.toEqual(refusal("not_permitted"));
  await room.accounts.unlock(rita, "carl");
  expect((await room.accounts.verifyPassword(STRANGER, "carl", GOOD)).accepted).toBe(true);
  expect((await room.audit()).filter(({ action }) => action === "account.unlock")).toHaveLength(3);
});

test("with --read-only nothing is proven, because nothing could be counted", async () => {
  await make("alice", "customer");
  const { openDatabase } = await import("../../src/database/open.ts");
  const { openAccounts } = await import("../../src/accounts/accounts.ts");
  const database = await openDatabase(room.folder, { readOnly: true });
  const readOnly = openAccounts({ ...room.parts, database });
  await expect(readOnly.verifyPassword(STRANGER, "alice", GOOD)).rejects.toEqual(refusal("read_only"));
  await database.close();
});
