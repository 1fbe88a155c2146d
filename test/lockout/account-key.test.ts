import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountKey, isAccountName } from "../../src/lockout/account-key.ts";

describe("the key of an account", () => {
  test.each([
    "admin",
    "Admin",
    "ADMIN",
    " admin",
    "admin\t",
    "adm\u0000in",
    "ad\u200bmin",
    "\u202eadmin",
    "ａｄｍｉｎ",
    "Ⓐdmin",
  ])("%j is admin", (name) => {
    expect(accountKey(name)).toBe("admin");
  });

  test("is one for the name and the e-mail address, however they are written", () => {
    const find = (name: string) => (name === "alice@example.org" ? "alice" : null);
    expect(accountKey("Alice@Example.ORG", find)).toBe("alice");
    expect(accountKey("alice", find)).toBe("alice");
    expect(accountKey("bob@example.org", find)).toBe("bob@example.org");
  });

  test("of a key is itself, and no longer than 256 characters of the name make it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(accountKey(accountKey(name))).toBe(accountKey(name));
      }),
    );
    expect(accountKey("x".repeat(1_000_000))).toHaveLength(256);
    // One character that NFKC makes eighteen of.
    expect(accountKey("\ufdfa".repeat(10_000)).length).toBeLessThanOrEqual(256);
  });
});

describe("a name of an account", () => {
  test.each([
    ["alice", true],
    ["alice@example.org", true],
    ["203.0.113.9", false],
    ["203.0.113", false],
    ["10.0.0.0/8", false],
    ["2001:db8::1", false],
    [" ", false],
  ])("%j: %s", (text, is) => {
    expect(isAccountName(text)).toBe(is);
  });
});
