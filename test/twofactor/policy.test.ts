import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changedPolicy, DEFAULT_TWO_FACTOR_POLICY } from "../../src/twofactor/policy.ts";
import { HOST_ROOT, openRoom, signedIn, type TestRoom } from "../accounts/room.ts";
import { Device, enrolled } from "./device.ts";

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
  for (const role of ["root", "admin", "reseller", "customer"] as const) {
    await room.accounts.create(HOST_ROOT, { name: `${role}-x`, role });
  }
});
afterEach(() => room.close());

async function lacking(): Promise<string[]> {
  return (await room.twoFactor.lacking()).map(({ name }) => name);
}

describe("whom the policy wants", () => {
  test.each([
    ["disabled", []],
    ["admins", ["admin-x", "root-x"]],
    ["admins_resellers", ["admin-x", "reseller-x", "root-x"]],
    ["all", ["admin-x", "customer-x", "reseller-x", "root-x"]],
  ] as const)("%s: %j", async (enforce, names) => {
    await room.twoFactor.setPolicy(HOST_ROOT, { enforce });
    expect(await lacking()).toEqual(names);
  });

  test("not those who have one, nor the suspended; a pending one is none", async () => {
    await room.twoFactor.setPolicy(HOST_ROOT, { enforce: "admins_resellers" });
    const { secret } = await room.twoFactor.enrol(HOST_ROOT, "admin-x");
    expect(await lacking()).toContain("admin-x");
    await room.twoFactor.confirm(HOST_ROOT, "admin-x", new Device(secret, room).code());
    await room.accounts.suspend(HOST_ROOT, "reseller-x");
    expect(await lacking()).toEqual(["root-x"]);
  });
});

describe("the date", () => {
  test("until it comes nobody is required; from then on those without are", async () => {
    const requiredFrom = room.clock.now() + 1_000;
    await enrolled(room, "alice");
    await room.twoFactor.setPolicy(HOST_ROOT, { enforce: "all", requiredFrom });
    room.clock.set(requiredFrom - 1);
    expect(await room.twoFactor.status("admin-x")).toMatchObject({ required: false, requiredSince: null });
    room.clock.set(requiredFrom);
    expect(await room.twoFactor.status("admin-x")).toMatchObject({
      required: true,
      requiredSince: requiredFrom,
    });
    const statuses = await room.twoFactor.statuses();
    const accounts = await room.accounts.list();
    expect(accounts.filter(({ id }) => statuses.get(id)?.required).map(({ name }) => name)).toEqual([
      "admin-x",
      "customer-x",
      "reseller-x",
      "root-x",
    ]);
    for (const { id, name } of accounts) {
      expect(statuses.get(id)).toEqual(await room.twoFactor.status(name));
    }
  });

  test("without one the banner is all there is", async () => {
    await room.twoFactor.setPolicy(HOST_ROOT, { enforce: "all" });
    expect((await room.twoFactor.status("root-x")).required).toBe(false);
    expect(await lacking()).toHaveLength(4);
  });
});

describe("setting it", () => {
  test("who is not enrolled does not require it of their own role; root on the host may", async () => {
    const admin = signedIn(await room.accounts.find("admin-x"));
    await expect(room.twoFactor.setPolicy(admin, { enforce: "admins" })).rejects.toEqual(
      expect.objectContaining({ code: "not_enrolled" }),
    );
    expect((await room.twoFactor.policy()).enforce).toBe("disabled");
    const { secret } = await room.twoFactor.enrol(admin, "admin-x");
    await room.twoFactor.confirm(admin, "admin-x", new Device(secret, room).code());
    expect(await room.twoFactor.setPolicy(admin, { enforce: "admins" })).toMatchObject({ enforce: "admins" });
    const root = await room.accounts.find("root-x");
    await room.twoFactor.setPolicy({ ...HOST_ROOT, accountId: root.id, name: root.name }, { enforce: "all" });
  });

  test("is for root and admin, audited with old and new", async () => {
    const reseller = signedIn(await room.accounts.find("reseller-x"));
    await expect(room.twoFactor.setPolicy(reseller, { enforce: "disabled" })).rejects.toEqual(
      expect.objectContaining({ code: "not_permitted" }),
    );
    await room.twoFactor.setPolicy(HOST_ROOT, { enforce: "all", requiredFrom: 5 });
    expect((await room.audit()).at(-1)).toMatchObject({
      action: "2fa.policy",
      details: { enforce: { old: "disabled", new: "all" }, requiredFrom: { old: null, new: 5 } },
    });
  });

  test.each<object>([
    { enforce: "everybody" },
    { enforce: "toString" },
    { requiredFrom: -1 },
    { requiredFrom: 1.5 },
    { requiredFrom: Number.NaN },
    { requiredFrom: "tomorrow" },
  ])("%j is refused", (change) => {
    expect(() => changedPolicy(DEFAULT_TWO_FACTOR_POLICY, change)).toThrowError(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });
});
