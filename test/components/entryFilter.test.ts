import fc from "fast-check";
import { expect, test } from "vitest";
import { type EntrySpec, filterEntries } from "../../components/entryFilter.ts";

const ENTRIES: readonly EntrySpec[] = [
  { id: "unlock", title: "Unlock the address", aliases: ["unban"], group: "Live" },
  { id: "lock", title: "Lock an address", aliases: ["ban"], group: "Live" },
  { id: "users", title: "Go to users", aliases: ["accounts"], group: "Everywhere" },
  { id: "audit", title: "Go to the audit log", aliases: ["history"], group: "Everywhere" },
  { id: "reset", title: "Reset the second factor", description: "removes 2FA from the account" },
];
const found = (query: string): string[] => filterEntries(ENTRIES, query).map((entry) => entry.id);

test.each([
  ["", ["unlock", "lock", "users", "audit", "reset"]],
  ["ban", ["lock", "unlock"]],
  ["lock", ["lock", "unlock"]],
  ["ADDR", ["unlock", "lock"]],
  ["audit log", ["audit"]],
  ["log audit", ["audit"]],
  ["2fa", ["reset"]],
  ["gtu", ["users", "audit"]],
  ["zzz", []],
])("%j finds %j", (query, ids) => {
  expect(found(query)).toEqual(ids);
});

test("no query breaks it, and what is found was there", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (query) =>
      found(query).every((id) => ENTRIES.some((entry) => entry.id === id)),
    ),
  );
});
