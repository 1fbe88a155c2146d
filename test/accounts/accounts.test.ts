import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../src/accounts/types.ts";
import type { Role } from "../../src/host/actor.ts";
import { GOOD, HOST_ROOT, openRoom, signedIn, type TestRoom } from "./room.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

function make(name: string, role: Role, parent?: string): Promise<Account> {
  return room.accounts.create(HOST_ROOT, { name, role, ...(parent === undefined ? {} : { parent }) });
}

function refusal(code: string) {
  return expect.objectContaining({ code });
}

describe("creating", () => {
  test("gives back what was stored, and audits it without a secret", async () => {
    await make("rita", "root");
    const account = await room.accounts.create(HOST_ROOT, {
      name: "alice",
      role: "customer",
      email: "Alice@Example.com",
      osLogin: "alice",
      password: GOOD,
    });
    expect(account).toMatchObject({
      name: "alice",
      email: "alice@example.com",
      role: "customer",
      parentName: null,
      status: "active",
      osLogin: "alice",
      hasPassword: true,
      mustChangePassword: true,
      lastSignInAt: null,
    });
    expect(await room.accounts.find("alice")).toEqual(account);
    expect(await room.accounts.find("ALICE@example.com")).toEqual(account);
    expect(await room.accounts.findByOsLogin("alice")).toEqual(account);
    expect(await room.accounts.findByOsLogin("nobody")).toBeNull();
    const [, row] = await room.audit();
    expect(row).toMatchObject({ action: "account.create", target: "alice", outcome: "done", actor: "root" });
    expect(row?.details).toMatchObject({ role: { old: null, new: "customer" } });
    expect(JSON.stringify(row?.details)).not.toMatch(/argon2|Fluted/);
  });

  test("the first account's password is its maker's own: it need not be changed", async () => {
    const first = await room.accounts.create(HOST_ROOT, { name: "rita", role: "root", password: GOOD });
    expect(first.mustChangePassword).toBe(false);
    expect(await room.accounts.count()).toBe(1);
  });

  test.each([
    [{ name: "bad name", role: "root" as Role }, "invalid_input"],
    [{ name: "bob", role: "boss" as Role }, "invalid_input"],
    [{ name: "bob", role: "root" as Role, email: "nope" }, "invalid_input"],
    [{ name: "bob", role: "root" as Role, osLogin: "-x" }, "invalid_input"],
    [{ name: "bob", role: "root" as Role, password: "short" }, "password_rejected"],
    [{ name: "bob", role: "root" as Role, passwordHash: "$1$old$md5" }, "password_rejected"],
    [{ name: "bob", role: "customer" as Role, parent: "nobody" }, "not_found"],
    [{ name: "alice", role: "root" as Role }, "already_exists"],
    [{ name: "bob", role: "root" as Role, email: "a@example.com" }, "already_exists"],
    [{ name: "bob", role: "root" as Role, osLogin: "alice" }, "already_exists"],
  ])("%j is refused: %s, and the refusal is audited", async (input, code) => {
    await room.accounts.create(HOST_ROOT, {
      name: "alice",
      role: "root",
      email: "a@example.com",
      osLogin: "alice",
    });
    await expect(room.accounts.create(HOST_ROOT, input)).rejects.toEqual(refusal(code));
    expect(await room.accounts.count()).toBe(1);
    const row = (await room.audit()).at(-1);
    expect(row).toMatchObject({ action: "account.create", outcome: "refused", details: { code } });
  });

  test("a name typed wrong never reaches the audit log raw", async () => {
    await expect(make("x\u001b]52;c;AAAA\u0007", "root")).rejects.toEqual(refusal("invalid_input"));
    expect((await room.audit()).at(-1)?.target).toBe("(no account name)");
  });

  test("everybody makes accounts below themselves only, placed under themselves", async () => {
    const admin = signedIn(await make("adam", "admin"));
    const reseller = signedIn(await room.accounts.create(admin, { name: "resa", role: "reseller" }));
    const customer = await room.accounts.create(reseller, { name: "carl", role: "customer" });
    expect((await room.accounts.find("resa")).parentName).toBe("adam");
    expect(customer.parentName).toBe("resa");
    for (const [actor, role] of [
      [admin, "root"],
      [admin, "admin"],
      [reseller, "reseller"],
      [signedIn(customer), "customer"],
    ] as const) {
      await expect(room.accounts.create(actor, { name: "eve", role })).rejects.toEqual(
        refusal("not_permitted"),
      );
    }
    await make("rival", "reseller");
    for (const parent of ["rival", "adam", null]) {
      await expect(room.accounts.create(reseller, { name: "eve", role: "customer", parent })).rejects.toEqual(
        refusal("not_permitted"),
      );
    }
    await expect(
      room.accounts.create(admin, { name: "eve", role: "reseller", osLogin: "eve" }),
    ).rejects.toEqual(refusal("not_permitted"));
  });

  test("a parent must stand above its child", async () => {
    await make("carl", "customer");
    await make("rita", "root");
    await expect(make("eve", "customer", "carl")).rejects.toEqual(refusal("invalid_input"));
    await expect(make("eve", "root", "rita")).rejects.toEqual(refusal("invalid_input"));
    expect((await make("eve", "admin", "rita")).parentName).toBe("rita");
  });
});

describe("changing", () => {
  test("writes old and new of what differs, and nothing else", async () => {
    await make("rita", "root");
    await make("resa", "reseller");
    await room.accounts.create(HOST_ROOT, { name: "carl", role: "customer", email: "c@example.com" });
    const changed = await room.accounts.update(HOST_ROOT, "carl", {
      email: "C2@example.com",
      parent: "resa",
    });
    expect(changed).toMatchObject({ email: "c2@example.com", parentName: "resa" });
    expect((await room.audit()).at(-1)).toMatchObject({
      action: "account.update",
      details: {
        email: { old: "c@example.com", new: "c2@example.com" },
        parent: { old: null, new: "resa" },
      },
    });
    expect((await room.audit()).at(-1)?.details).not.toHaveProperty("role");
  });

  test("a changed e-mail address is told to the old one", async () => {
    await room.accounts.create(HOST_ROOT, { name: "rita", role: "root", email: "old@example.com" });
    await room.accounts.update(HOST_ROOT, "rita", { email: "new@example.com" });
    expect(await room.notices()).toMatchObject([{ recipient: "old@example.com" }]);
  });

  test("one's own e-mail may be changed, not role, parent or login", async () => {
    const carl = await make("carl", "customer");
    await make("resa", "reseller");
    const actor = signedIn(carl);
    expect((await room.accounts.update(actor, "carl", { email: "c@example.com" })).email).toBe(
      "c@example.com",
    );
    for (const change of [{ role: "root" as Role }, { parent: "resa" }, { osLogin: "root" }]) {
      await expect(room.accounts.update(actor, "carl", change)).rejects.toEqual(refusal("not_permitted"));
    }
    await expect(room.accounts.update(actor, "resa", { email: null })).rejects.toEqual(
      refusal("not_permitted"),
    );
  });

  test("a role is changed only by somebody above the old and the new one", async () => {
    const admin = signedIn(await make("adam", "admin"));
    await make("resa", "reseller");
    await make("rita", "root");
    expect((await room.accounts.update(admin, "resa", { role: "customer" })).role).toBe("customer");
    await expect(room.accounts.update(admin, "resa", { role: "admin" })).rejects.toEqual(
      refusal("not_permitted"),
    );
    await expect(room.accounts.update(admin, "rita", { role: "customer" })).rejects.toEqual(
      refusal("not_permitted"),
    );
  });

  test("a demotion that its children or parent would not fit is refused", async () => {
    await make("resa", "reseller");
    await make("carl", "customer", "resa");
    await expect(room.accounts.update(HOST_ROOT, "resa", { role: "customer" })).rejects.toEqual(
      refusal("invalid_input"),
    );
    await expect(room.accounts.update(HOST_ROOT, "carl", { role: "reseller" })).rejects.toEqual(
      refusal("invalid_input"),
    );
    const moved = await room.accounts.update(HOST_ROOT, "carl", { role: "reseller", parent: null });
    expect(moved).toMatchObject({ role: "reseller", parentName: null });
  });

  test("a role is read at the moment of deciding: a demoted admin manages nobody", async () => {
    const admin = signedIn(await make("adam", "admin"));
    await make("carl", "customer");
    await room.accounts.update(HOST_ROOT, "adam", { role: "customer" });
    await expect(room.accounts.suspend(admin, "carl")).rejects.toEqual(refusal("not_permitted"));
    await room.accounts.update(HOST_ROOT, "adam", { role: "admin" });
    await room.accounts.suspend(HOST_ROOT, "adam");
    await expect(room.accounts.suspend(admin, "carl")).rejects.toEqual(refusal("suspended"));
    await room.accounts.delete(HOST_ROOT, "adam");
    await expect(room.accounts.suspend(admin, "carl")).rejects.toEqual(refusal("not_permitted"));
  });
});

describe("the last way in", () => {
  test("the last active root account is neither deleted, suspended nor demoted", async () => {
    await make("rita", "root");
    for (const shut of [
      () => room.accounts.delete(HOST_ROOT, "rita"),
      () => room.accounts.suspend(HOST_ROOT, "rita"),
      () => room.accounts.update(HOST_ROOT, "rita", { role: "customer" }),
    ]) {
      await expect(shut()).rejects.toEqual(refusal("last_administrator"));
    }
    await make("rolf", "root");
    await room.accounts.suspend(HOST_ROOT, "rolf", "left the company");
    await expect(room.accounts.delete(HOST_ROOT, "rita")).rejects.toEqual(refusal("last_administrator"));
    await room.accounts.resume(HOST_ROOT, "rolf");
    await room.accounts.delete(HOST_ROOT, "rita");
    expect((await room.accounts.list()).map(({ name }) => name)).toEqual(["rolf"]);
  });

  test("nobody shuts themselves out", async () => {
    const rita = signedIn(await make("rita", "root"));
    await make("rolf", "root");
    await expect(room.accounts.delete(rita, "rita")).rejects.toEqual(refusal("not_permitted"));
    await expect(room.accounts.suspend(rita, "rita")).rejects.toEqual(refusal("not_permitted"));
    await expect(room.accounts.update(rita, "rita", { role: "admin" })).rejects.toEqual(
      refusal("not_permitted"),
    );
  });
});

describe("deleting", () => {
  test("an account with children is refused, naming them", async () => {
    await make("resa", "reseller");
    await make("carl", "customer", "resa");
    await expect(room.accounts.delete(HOST_ROOT, "resa")).rejects.toThrow(/carl/);
  });

  test("takes factors, codes and counters along, and leaves the audit rows", async () => {
    await make("carl", "customer");
    await room.twoFactor.enrol(HOST_ROOT, "carl");
    await room.accounts.verifyPassword(HOST_ROOT, "carl", "wrong");
    await room.accounts.delete(HOST_ROOT, "carl");
    const { db } = room.parts.database;
    expect(await db.selectFrom("second_factors").selectAll().execute()).toEqual([]);
    expect(await db.selectFrom("throttles").selectAll().execute()).toEqual([]);
    expect((await room.audit()).map(({ action }) => action)).toContain("account.create");
    await expect(room.accounts.find("carl")).rejects.toEqual(refusal("not_found"));
  });
});

test("suspending tells why, ends sessions in the same transaction, and resuming lets in again", async () => {
  const ended: number[] = [];
  await room.close();
  room = await openRoom({
    extra: {
      endSessions: async (_trx, id) => {
        ended.push(id);
        return 3;
      },
    },
  });
  const carl = await make("carl", "customer");
  expect((await room.accounts.suspend(HOST_ROOT, "carl", "unpaid")).status).toBe("suspended");
  expect(ended).toEqual([carl.id]);
  expect((await room.audit()).at(-1)).toMatchObject({
    action: "account.suspend",
    details: { status: { old: "active", new: "suspended" }, reason: "unpaid" },
  });
  expect((await room.accounts.resume(HOST_ROOT, "carl")).status).toBe("active");
});
