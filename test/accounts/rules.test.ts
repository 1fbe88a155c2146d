import { describe, expect, test } from "vitest";
import { fitsAsParent, isRootOnHost, manages, type Standing } from "../../src/accounts/rules.ts";
import { GUARD_ACTOR, ROLES, type Role } from "../../src/host/actor.ts";
import { HOST_ROOT, STRANGER } from "./room.ts";

function standing(role: Role, accountId = 1): Standing {
  return { accountId, name: role, role, rootOnHost: false };
}

function subject(role: Role, parentId: number | null = 99) {
  return { id: 2, name: "target", role, parentId };
}

describe("who manages whom", () => {
  test.each<[Role, Role[]]>([
    ["root", ["root", "admin", "reseller", "customer"]],
    ["admin", ["reseller", "customer"]],
    ["reseller", []],
    ["customer", []],
  ])("%s manages foreign accounts of the roles %j", (role, managed) => {
    expect(ROLES.filter((other) => manages(standing(role), subject(other)))).toEqual(managed);
  });

  test("a reseller manages its own customers only, and no other role below itself as a parent", () => {
    expect(manages(standing("reseller", 7), subject("customer", 7))).toBe(true);
    expect(manages(standing("reseller", 7), subject("customer", 8))).toBe(false);
    expect(manages(standing("reseller", 7), subject("reseller", 7))).toBe(false);
    expect(manages(standing("customer", 7), subject("customer", 7))).toBe(false);
  });
});

test("a parent stands above its child; root has none and an admin only root", () => {
  const pairs = ROLES.flatMap((parent) =>
    ROLES.filter((child) => fitsAsParent(parent, child)).map((child) => `${parent}>${child}`),
  );
  expect(pairs).toEqual([
    "root>admin",
    "root>reseller",
    "root>customer",
    "admin>reseller",
    "admin>customer",
    "reseller>customer",
  ]);
});

test("root on the host is root at the machine, not at the gate, and not while acting for another", () => {
  expect(isRootOnHost(HOST_ROOT)).toBe(true);
  expect(isRootOnHost(GUARD_ACTOR)).toBe(true);
  expect(isRootOnHost({ ...STRANGER, role: "root" })).toBe(false);
  expect(isRootOnHost({ ...HOST_ROOT, role: "admin" })).toBe(false);
  expect(isRootOnHost({ ...HOST_ROOT, onBehalfOf: "bob" })).toBe(false);
});
