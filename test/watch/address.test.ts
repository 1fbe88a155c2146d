import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { loggedAddress } from "../../src/watch/address.ts";

describe("loggedAddress", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::FFFF:203.0.113.9", "203.0.113.9"],
    ["::ffff:cb00:7109", "203.0.113.9"],
    ["::1.2.3.4", "::102:304"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["1::", "1::"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["2001:db8::a11:beef:7ac0%abcdefgh1234567", "2001:db8::a11:beef:7ac0"],
    ["[::1]", "::1"],
    ["[2001:db8::1]:22", "2001:db8::1"],
  ])("%s is %s", (text, address) => {
    expect(loggedAddress(text)).toBe(address);
    expect(loggedAddress(text)).toBe(address);
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "192.030.0.6",
    "1.2.3.04",
    "0x7f000001",
    "2130706433",
    "1.2",
    "1..2.3",
    ".1.2.3",
    "1.2.3.",
    " 1.2.3.4",
    "1.2.3.4 ",
    "1.2.3.4\n",
    "1.2.3.4:22",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8:",
    ":1:2:3:4:5:6:7:8",
    "12345::",
    "g::1",
    "::ffff:01.2.3.4",
    "::ffff:1.2.3",
    "::1.2.3.256",
    "1.2.3.4::",
    "fe80::1%",
    "fe80::1%et h0",
    "fe80::1%\u001b[2J",
    "[::1",
    "::1]",
    "[::1]x",
    "[::1]:",
    "[::1]:123456",
    "[1.2.3.4",
    "example.com",
    "localhost",
    "UNKNOWN",
    "a:b",
    "١.٢.٣.٤",
    "203.0.113.9%eth0",
  ])("%j is no address", (text) => {
    expect(loggedAddress(text)).toBeNull();
  });

  test("agrees with the library on every IPv6 address, however it is written", () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    const address = fc.array(group, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(address, fc.boolean(), fc.boolean(), (parts, padded, upper) => {
        const parsed = new ipaddr.IPv6(parts);
        const canonical = parsed.isIPv4MappedAddress()
          ? parsed.toIPv4Address().toString()
          : parsed.toRFC5952String();
        const full = parts.map((part) => part.toString(16).padStart(padded ? 4 : 1, "0")).join(":");
        expect(loggedAddress(upper ? full.toUpperCase() : full)).toBe(canonical);
        expect(loggedAddress(parsed.toRFC5952String())).toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });

  test("takes nothing that the library refuses", () => {
    const soup = fc.array(fc.constantFrom("1", "a", "0", "ffff", ":", "::", ".", "1.2.3.4", "%", "[", "]"), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(soup, (pieces) => {
        const text = pieces.join("");
        const address = loggedAddress(text);
        if (address === null) return;
        expect(ipaddr.isValid(address)).toBe(true);
        expect(loggedAddress(address)).toBe(address);
      }),
      { numRuns: 5000 },
    );
  });
});
