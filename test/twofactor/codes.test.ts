import { readFileSync } from "node:fs";
import { ScureBase32Plugin } from "otplib";
import { describe, expect, test } from "vitest";
import { base32, codeAt, otpauthUri } from "../../src/twofactor/codes.ts";
import { stepOf } from "../../src/twofactor/steps.ts";

interface TotpVectors {
  readonly keys_ascii: Readonly<Record<"SHA1" | "SHA256" | "SHA512", string>>;
  readonly vectors: readonly (Readonly<Record<"SHA1" | "SHA256" | "SHA512", string>> & {
    readonly time: number;
    readonly T: string;
  })[];
}

interface HotpVectors {
  readonly secret_ascii: string;
  readonly vectors: readonly { readonly count: number; readonly hotp: string }[];
}

function corpus<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../corpora/rfc-vectors/${file}`, import.meta.url), "utf8")) as T;
}

const totp = corpus<TotpVectors>("rfc6238_totp.json");
const hotp = corpus<HotpVectors>("rfc4226_hotp.json");

describe("RFC 6238 appendix B, through the function that checks codes", () => {
  const cases = totp.vectors.flatMap((vector) =>
    (["SHA1", "SHA256", "SHA512"] as const).map(
      (hash) => [hash, vector.time, vector[hash], vector.T] as const,
    ),
  );

  test("holds 18 vectors", () => expect(cases).toHaveLength(18));

  test.each(cases)("%s at %d s is %s", (hash, time, code, step) => {
    expect(stepOf(time * 1000)).toBe(Number.parseInt(step, 16));
    const algorithm = hash.toLowerCase() as "sha1" | "sha256" | "sha512";
    const secret = Buffer.from(totp.keys_ascii[hash]);
    expect(codeAt(secret, stepOf(time * 1000), { algorithm, digits: 8 })).toBe(code);
  });
});

describe("RFC 4226 appendix D", () => {
  test("holds 10 vectors", () => expect(hotp.vectors).toHaveLength(10));

  test.each(hotp.vectors)("counter $count is $hotp", ({ count, hotp: code }) => {
    expect(codeAt(Buffer.from(hotp.secret_ascii), count)).toBe(code);
  });
});

test("leading zeros stay, and times beyond 2^31 and 2^32 seconds work", () => {
  const secret = Buffer.from(totp.keys_ascii.SHA1);
  for (const seconds of [2 ** 31, 2 ** 32, 20_000_000_000]) {
    const codes = Array.from({ length: 300 }, (_, step) => codeAt(secret, stepOf(seconds * 1000) + step));
    expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true);
    expect(codes.some((code) => code.startsWith("0"))).toBe(true);
    expect(new Set(codes).size).toBeGreaterThan(290);
  }
});

describe("the otpauth URI", () => {
  const secret = base32(Buffer.alloc(20, 0xa5));

  test("is 32 characters of Base32 without padding, and reads back", () => {
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(Buffer.from(new ScureBase32Plugin().decode(secret))).toEqual(Buffer.alloc(20, 0xa5));
  });

  test("names issuer and account, leaves the default parameters out", () => {
    expect(otpauthUri("srv01.example.com", "alice", secret)).toBe(
      `otpauth://totp/srv01.example.com:alice?secret=${secret}&issuer=srv01.example.com`,
    );
  });

  test.each([
    ["srv01.example.com", "admin"],
    ["server42.customers.hosting.example.org", "alice"],
    ["host", "a-very-long-account-name.customer"],
    ["h.example", "a"],
  ])("of %s and %s keeps within 106 bytes", (host, account) => {
    const uri = otpauthUri(host, account, secret);
    expect(Buffer.byteLength(uri)).toBeLessThanOrEqual(106);
    const parsed = new URL(uri);
    expect(parsed.searchParams.get("secret")).toBe(secret);
    expect(decodeURIComponent(parsed.pathname)).toContain(`:${account}`);
    expect(host.startsWith(parsed.searchParams.get("issuer") ?? "-")).toBe(true);
  });

  test("encodes what is special in a URI", () => {
    const uri = otpauthUri("my host&x=1", "bob", secret);
    expect(new URL(uri).searchParams.get("issuer")).toBe("my host&x=1");
    expect(uri).toContain("issuer=my%20host%26x%3D1");
  });
});
