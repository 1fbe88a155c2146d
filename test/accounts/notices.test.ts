import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { headerText, type NoticeParty, toldAbout } from "../../src/accounts/notices.ts";
import type { Actor, Role } from "../../src/host/actor.ts";
import { BETTER, GOOD, HOST_ROOT, openRoom, signedIn, type TestRoom } from "./room.ts";

function party(name: string, role: Role, id: number): NoticeParty {
  return { id, name, role, email: `${name}@mail.example` };
}

const RESELLER = party("resa", "reseller", 1);
const CUSTOMER = party("carl", "customer", 2);
const ADMIN = party("adam", "admin", 3);
const OF_ADMIN = party("cleo", "customer", 4);

function first(actor: Actor, account: NoticeParty, parent: NoticeParty | null): string | undefined {
  return toldAbout(actor, { kind: "password.change", account, parent })[0]?.name;
}

describe("who is told (ApisCP's matrix: Appliance = root, admin; Site = reseller; User = their customer)", () => {
  test.each<[string, Actor, NoticeParty, NoticeParty | null, string]>([
    ["Appliance changes Self", signedIn(ADMIN), ADMIN, null, "adam"],
    ["Appliance changes Site", signedIn(ADMIN), RESELLER, null, "resa"],
    ["Appliance changes Site that has no reseller", signedIn(ADMIN), OF_ADMIN, ADMIN, "cleo"],
    ["Appliance changes User", signedIn(ADMIN), CUSTOMER, RESELLER, "resa"],
    ["root on the host changes User", HOST_ROOT, CUSTOMER, RESELLER, "resa"],
    ["Site changes Self", signedIn(RESELLER), RESELLER, ADMIN, "resa"],
    ["Site changes User", signedIn(RESELLER), CUSTOMER, RESELLER, "carl"],
    ["User changes Self", signedIn(CUSTOMER), CUSTOMER, RESELLER, "carl"],
  ])("%s", (_case, actor, account, parent, told) => {
    expect(first(actor, account, parent)).toBe(told);
  });
});

describe("the outbox", () => {
  let room: TestRoom;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  test("a password set by root for a reseller's customer is told to the reseller", async () => {
    const make = (name: string, role: Role, email: string | null, parent: string | null = null) =>
      room.accounts.create(HOST_ROOT, { name, role, email, parent });
    await make("resa", "reseller", "resa@mail.example");
    await make("carl", "customer", "carl@mail.example", "resa");
    await make("mute", "reseller", null);
    await make("cleo", "customer", "cleo@mail.example", "mute");
    await make("nora", "customer", null);
    for (const name of ["carl", "cleo", "nora"]) await room.accounts.resetPassword(HOST_ROOT, name);
    expect((await room.notices()).map(({ recipient }) => recipient)).toEqual([
      "resa@mail.example",
      "cleo@mail.example",
    ]);
    const told = (await room.audit())
      .filter(({ action }) => action === "password.reset")
      .map(({ details }) => details["told"]);
    expect(told).toEqual([["resa"], ["cleo"], []]);
  });

  test("says what, where, when, by whom and from where", async () => {
    const carl = signedIn(
      await room.accounts.create(HOST_ROOT, {
        name: "carl",
        role: "customer",
        email: "carl@mail.example",
        password: GOOD,
      }),
    );
    await room.accounts.setPassword(carl, "carl", { current: GOOD, next: BETTER });
    const [notice] = await room.notices();
    expect(notice?.subject).toBe("Password changed: carl on srv01.example.com");
    expect(notice?.body).toMatch(/2026-01-15T12:00:00\.000Z/);
    expect(notice?.body).toMatch(/By: +carl\nFrom: +203\.0\.113\.9\n/);
  });

  test("is written with the change or not at all", async () => {
    await room.close();
    const notifier = {
      post: async () => {
        throw new Error("outbox broken");
      },
    };
    room = await openRoom({ extra: { notifier } });
    await room.accounts.create(HOST_ROOT, { name: "carl", role: "customer", password: GOOD });
    await expect(room.accounts.setPassword(HOST_ROOT, "carl", { next: BETTER })).rejects.toThrow("outbox");
    expect((await room.accounts.verifyPassword(HOST_ROOT, "carl", GOOD)).accepted).toBe(true);
  });

  test("a hostile actor name begins no header and no line", async () => {
    await room.accounts.create(HOST_ROOT, { name: "carl", role: "customer", email: "c@mail.example" });
    const hostile = { ...HOST_ROOT, name: "x\r\nBcc: eve@evil.example\r\n\r\n\u001b[2J\u202e" };
    await room.accounts.resetPassword(hostile, "carl");
    const [notice] = await room.notices();
    expect(notice?.body).toContain("By:       x??Bcc: eve@evil.example?????[2J?");
    expect(notice?.subject).not.toMatch(/[\r\n]/);
  });
});

test("a line of a header holds nothing that ends it", () => {
  expect(headerText("a\r\nb\u2028c\u0085d\0e\u200bf")).toBe("a??b?c?d?e?f");
  expect(headerText("x".repeat(1_000))).toHaveLength(200);
});
