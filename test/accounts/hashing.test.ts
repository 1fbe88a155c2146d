import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ARGON2_COST, openHasher } from "../../src/accounts/hashing.ts";
import { verifySha512Crypt } from "../../src/accounts/sha512-crypt.ts";
import { readStoredHash } from "../../src/accounts/stored-hash.ts";
import { workQueue } from "../../src/accounts/work-queue.ts";
import { deriveKeys } from "../../src/database/keys.ts";

const hasher = openHasher(deriveKeys(Buffer.alloc(32, 7)));

function verify(stored: string | null, password: string) {
  return hasher.verify(stored, password, password);
}

describe("argon2id", () => {
  test("is at the floor of ASVS 5.0 appendix C, salted anew each time", async () => {
    const [first, second] = [await hasher.hash("pass"), await hasher.hash("pass")];
    expect(first).not.toBe(second);
    expect(readStoredHash(first)).toEqual({ kind: "argon2id", memoryKib: 19_456, time: 2, lanes: 1 });
    expect(await verify(first, "pass")).toEqual({ matches: true, outdated: false });
    expect((await verify(first, "Pass")).matches).toBe(false);
  });

  test("cannot be guessed at without the key file: another pepper does not match", async () => {
    const other = openHasher(deriveKeys(Buffer.alloc(32, 8)));
    expect((await other.verify(await hasher.hash("pass"), "pass", "pass")).matches).toBe(false);
  });

  test("with another cost matches and is outdated", async () => {
    const { default: argon2 } = await import("argon2");
    const secret = deriveKeys(Buffer.alloc(32, 7)).key("pepper");
    const old = await argon2.hash("pass", { ...ARGON2_COST, timeCost: 3, type: argon2.argon2id, secret });
    expect(await verify(old, "pass")).toEqual({ matches: true, outdated: true });
  });
});

const SALT = "$++ydXJLYv/+0JuF2wk31vw$9NPSFGTt4gUgu2SjprRzlld9jkzAWdEh0zjr8GsfS9M";

describe("a stored hash out of bounds is refused before anything is allocated", () => {
  test.each([
    ["4 GiB", `$argon2id$v=19$m=4194304,t=2,p=1${SALT}`],
    ["a thousand passes", `$argon2id$v=19$m=19456,t=1000,p=1${SALT}`],
    ["many lanes", `$argon2id$v=19$m=19456,t=2,p=64${SALT}`],
    ["too little memory for its lanes", `$argon2id$v=19$m=7,t=2,p=1${SALT}`],
    ["a parameter missing", `$argon2id$v=19$m=19456,t=2${SALT}`],
    ["a parameter twice", `$argon2id$v=19$m=19456,t=2,p=1,m=8${SALT}`],
    ["a foreign parameter", `$argon2id$v=19$m=19456,t=2,p=1,data=eA${SALT}`],
    ["an exponent", `$argon2id$v=19$m=1e9,t=2,p=1${SALT}`],
    ["argon2i", `$argon2i$v=19$m=19456,t=2,p=1${SALT}`],
    ["an old version", `$argon2id$v=16$m=19456,t=2,p=1${SALT}`],
    ["half of it", "$argon2id$v=19$m=19456,t=2,p=1$++ydXJLYv"],
    ["bcrypt of cost 31", `$2b$31$${"a".repeat(53)}`],
    ["sha512-crypt of 999 million rounds", `$6$rounds=999999999$salt$${"a".repeat(86)}`],
    ["md5-crypt", "$1$salt$qJH7.N4xYta3aEG/dfqo/0"],
    ["plain text", "hunter2"],
    ["nothing", ""],
  ])("%s", async (_what, stored) => {
    expect(readStoredHash(stored).kind).toBe("unreadable");
    const before = process.memoryUsage().rss;
    expect(await verify(stored, "pass")).toEqual({ matches: false, outdated: false });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});

// Made by crypt(3) of glibc/libxcrypt; the first three are vectors of the specification.
const SHA512_CRYPT = [
  [
    "Hello world!",
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
  ],
  [
    "we have a short salt string but not a short password",
    "$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0",
  ],
  [
    "a short string",
    "$6$rounds=123456$asaltof16chars..$BtCwjqMJGx5hrJhZywWvt0RLE8uZ4oPwcelCjmw2kSYu.Ec6ycULevoBK25fs2xXgMNrCzIMVcgEJAstJeonj1",
  ],
  [
    "p".repeat(70),
    "$6$abcdefghijklmnop$bpbU5bOhOGDaIgeF58.8nVMkEV4NV5xKLFpU6Gf3jh93xWAG.IRMUpJ7ilFZW9snSOukamzgoQZreLP40gwog.",
  ],
  [
    "äöü€",
    "$6$rounds=1400$anotherlongsalts$AcPNspV2BtRnr9WMuQqC1qUXVUX5rpXaPa6Ee9mZNiegc//b/R89BkMbFioBrMjYcVMJIrVl7ox3U4xG6t4FI1",
  ],
  [
    "a".repeat(64),
    "$6$rounds=1000$x$5vWb1XwwnXthuKoFrgK6EVfwRej1zKUgS9.cFp13craUP7ZWsi9OZ0zXWXP3LoGbbvC8sNVQ2TnBz74r1NQK5.",
  ],
  ["", "$6$abc$mJP3a6FyA8uCnzRtlnNypPwjnvpi5TP9qOrInzrfDmwxUQG38PkpCPdqfTb8JQfAngapMxeim4AZ..hSdRRzD."],
] as const;

describe("sha512-crypt", () => {
  test.each(SHA512_CRYPT)("%j as crypt(3) hashes it", async (password, hash) => {
    expect(await verifySha512Crypt(hash, Buffer.from(password))).toBe(true);
    expect(await verifySha512Crypt(hash, Buffer.from(`${password}x`))).toBe(false);
    expect(await verify(hash, password)).toEqual({ matches: true, outdated: true });
  });

  test("gives way to the screen: other work runs in between", async () => {
    const [password, hash] = SHA512_CRYPT[2];
    let turns = 0;
    let done = false;
    const work = verifySha512Crypt(hash, Buffer.from(password)).then(() => {
      done = true;
    });
    while (!done) {
      turns += 1;
      await nextTurn();
    }
    await work;
    expect(turns).toBeGreaterThan(50);
  });
});

describe("bcrypt", () => {
  test.each([
    ["secret", "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"],
    ["secret", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"],
    ["päss", "$2a$04$abcdefghijklmnopqrstuuF7KK/SfP9IRGj0pPJMr8GdtCS8xpmpC"],
    ["x".repeat(72), "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"],
  ])("%j as crypt(3) hashes it", async (password, hash) => {
    expect(await verify(hash, password)).toEqual({ matches: true, outdated: true });
    expect((await verify(hash, `${password.slice(0, -1)}y`)).matches).toBe(false);
  });

  test("a password longer than the 72 bytes it sees does not match: nothing is truncated", async () => {
    const hash = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
    expect((await verify(hash, "x".repeat(73))).matches).toBe(false);
  });

  test("takes the password as it was typed, where another panel did not normalise it", async () => {
    const { hash } = await import("bcryptjs");
    const decomposed = "pa\u0308ss";
    const stored = await hash(decomposed, 4);
    expect((await hasher.verify(stored, decomposed.normalize("NFKC"), decomposed)).matches).toBe(true);
  });
});

describe("the queue", () => {
  test("never runs more than its slots at once, keeps the order, and survives a failure", async () => {
    const queue = workQueue(2);
    let [running, most] = [0, 0];
    const order: number[] = [];
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        queue.run(async () => {
          running += 1;
          most = Math.max(most, running);
          order.push(index);
          await nextTurn();
          running -= 1;
          if (index === 5) throw new Error("five");
          return index;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await queue.run(async () => "still open")).toBe("still open");
  });

  test("refuses what would wait behind too many", async () => {
    const queue = workQueue(1, 1);
    let release: () => void = () => {};
    const first = queue.run(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const second = queue.run(async () => undefined);
    await expect(queue.run(async () => undefined)).rejects.toEqual(
      expect.objectContaining({ code: "throttled" }),
    );
    release();
    await Promise.all([first, second]);
  });
});
