import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assertName,
  assertOsLogin,
  canonicalEmail,
  foldCase,
  loggableName,
} from "../../src/accounts/names.ts";

const GOOD_NAMES = ["a", "alice", "a.b_c-d", "x1", `a${"b".repeat(31)}`];
const BAD_NAMES = [
  "",
  " alice",
  "alice ",
  "al ice",
  "Alice",
  "1alice",
  "-ou0",
  "--gid=0",
  ".alice",
  "a;id",
  "$(id)",
  "alice\n",
  "alice\0",
  "al\u001b[2Jice",
  "alice@host",
  "rооt",
  "ａlice",
  "alice\u200b",
  `a${"b".repeat(32)}`,
  "castellan",
];

describe("names", () => {
  test.each(GOOD_NAMES)("%j is a name", (name) => {
    expect(() => assertName(name)).not.toThrow();
  });

  test.each(BAD_NAMES)("%j is refused and not mended", (name) => {
    expect(() => assertName(name)).toThrowError(expect.objectContaining({ code: "invalid_input" }));
  });

  test("one foreign character anywhere in a good name is enough to refuse it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.nat(5), (foreign, at) => {
        fc.pre(!/^[a-z0-9._-]$/.test(foreign));
        expect(() => assertName(`${"alice".slice(0, at)}${foreign}${"alice".slice(at)}`)).toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("e-mail addresses", () => {
  test("are lower case in their canonical form", () => {
    expect(canonicalEmail("Alice.B+tag@Example.COM")).toBe("alice.b+tag@example.com");
    expect(canonicalEmail("root@localhost")).toBe("root@localhost");
  });

  test.each([
    "alice",
    "@example.com",
    "alice@",
    "a@b@c",
    "-oQ/tmp@example.com",
    "alice@exam ple.com",
    "alice@example.com\r\nBcc: eve@example.com",
    "alice@example.com,eve@example.com",
    "<alice@example.com>",
    '"a b"@example.com',
    "alice@[127.0.0.1]",
    "alice@-example.com",
    "a..b@example.com",
    "älice@example.com",
    "alice@exämple.com",
    `${"a".repeat(65)}@example.com`,
    `alice@${"a".repeat(64)}.com`,
    `alice@${"abcdefgh.".repeat(31)}com`,
  ])("%j is refused", (email) => {
    expect(() => canonicalEmail(email)).toThrowError(expect.objectContaining({ code: "invalid_input" }));
  });

  test("no name is an e-mail address", () => {
    for (const name of GOOD_NAMES) expect(() => canonicalEmail(name)).toThrow();
  });
});

describe("logins of the operating system", () => {
  test("are taken as the system prints them", () => {
    for (const login of ["root", "_apt", "www-data", "J.Doe"]) {
      expect(() => assertOsLogin(login)).not.toThrow();
    }
  });

  test.each(["", "-ou0", "a b", "a:b", "../x", "a\n", "müller"])("%j is refused", (login) => {
    expect(() => assertOsLogin(login)).toThrowError(expect.objectContaining({ code: "invalid_input" }));
  });
});

test("folding touches ASCII capitals only: the Kelvin sign stays what it is", () => {
  expect(foldCase("Admin\u212a")).toBe("admin\u212a");
});

test("what looks like no account name is not logged: people type passwords there", () => {
  expect(loggableName("Alice")).toBe("alice");
  expect(loggableName("a@example.com")).toBe("a@example.com");
  expect(loggableName("Hunter2 secret!")).toBe("(no account name)");
  expect(loggableName("x\u001b[2J")).toBe("(no account name)");
});
