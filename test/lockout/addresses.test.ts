import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import {
  formatAddress,
  formatNetwork,
  networkAround,
  networksOf,
  parseAddress,
} from "../../src/host/address.ts";
import {
  canonicalAddress,
  contains,
  createPrefixSet,
  networkIn,
  networkOf,
  networksAround,
  parseTarget,
} from "../../src/lockout/addresses.ts";
import { widerNetworks } from "../../src/lockout/ipv6-around.ts";

const ipv4 = fc
  .integer({ min: 0, max: 0xffffffff })
  .map((n) => formatAddress({ family: 4, value: BigInt(n) }));
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const ipv6Value = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => {
  return groups.reduce((value, part) => (value << 16n) | BigInt(part), 0n);
});
const ipv6 = ipv6Value.map((value) => formatAddress({ family: 6, value }));

describe("the canonical address", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::FFFF:cb00:7109", "203.0.113.9"],
    ["fe80::1%eth0", "fe80::1"],
    ["::", "::"],
    ["::1.2.3.4", "::102:304"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    " ",
    "010.0.0.1",
    "1.2.3.4 ",
    "1.2.3",
    "0x7f000001",
    "1.2.3.256",
    "[::1]",
    "1::2::3",
    "example.org",
    "::ffff:010.0.0.1",
    "1.2.3.4/32",
    "fe80::1%eth0;reboot",
    `${"1".repeat(10_000)}`,
  ])("%j is none", (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });

  test("is what the WHATWG serialiser writes, and reads back as the same number", () => {
    fc.assert(
      fc.property(ipv6Value, (value) => {
        const text = formatAddress({ family: 6, value });
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
        const mapped = value >> 32n === 0xffffn;
        expect(parseAddress(text)).toEqual(
          mapped ? { family: 4, value: value & 0xffffffffn } : { family: 6, value },
        );
      }),
    );
  });
});

describe("the key of an address", () => {
  test("is itself for IPv4 and the /64 for IPv6; a mapped address is an IPv4 address", () => {
    expect(networkOf("203.0.113.9")).toBe("203.0.113.9/32");
    expect(networkOf("::ffff:203.0.113.9")).toBe("203.0.113.9/32");
    expect(networkOf("2001:db8:0:1:ffff::9")).toBe("2001:db8:0:1::/64");
    expect(networkOf("2001:db8::1")).toBe("2001:db8::/64");
  });

  test("is the address alone on a link, whose neighbours all share one /64", () => {
    expect(networkOf("fe80::1")).toBe("fe80::1/128");
    expect(networkOf("fec0::1")).toBe("fec0::/64");
  });

  test("the /56 and /48 around it are those of the number", () => {
    fc.assert(
      fc.property(ipv6Value, (value) => {
        const wider = [56, 48].map((prefix) => formatNetwork(networkAround({ family: 6, value }, prefix)));
        expect(widerNetworks(formatNetwork(networkAround({ family: 6, value }, 64)))).toEqual(wider);
      }),
    );
    expect(widerNetworks("::/64")).toEqual(["::/56", "::/48"]);
    expect(widerNetworks("203.0.113.9/32")).toEqual([]);
  });
});

describe("what somebody types", () => {
  test("an address, a network; a bare IPv6 address means its /64 and says so", () => {
    expect(parseTarget("203.0.113.9")).toEqual({
      cidr: "203.0.113.9/32",
      prefix: 32,
      family: 4,
      wide: false,
      widened: false,
    });
    expect(parseTarget("10.0.0.0/8")).toMatchObject({ cidr: "10.0.0.0/8", wide: false });
    expect(parseTarget("2001:db8::1")).toMatchObject({ cidr: "2001:db8::/64", widened: true });
    expect(parseTarget("2001:db8::1", { bareIpv6: 128 })).toMatchObject({
      cidr: "2001:db8::1/128",
      widened: false,
    });
    expect(parseTarget("2001:db8::1/128")).toMatchObject({ cidr: "2001:db8::1/128", widened: false });
    expect(parseTarget("::ffff:10.0.0.0/104")).toMatchObject({ cidr: "10.0.0.0/8", family: 4 });
  });

  test.each([
    ["0.0.0.0/0", true],
    ["::/0", true],
    ["64.0.0.0/7", true],
    ["10.0.0.0/8", false],
    ["2001:db8::/31", true],
    ["2001:db8::/32", false],
  ])("%s wants the typed word: %s", (text, wide) => {
    expect(parseTarget(text).wide).toBe(wide);
  });

  test.each([
    ["10.0.0.1/8", "10.0.0.1/8 has host bits set; the network is 10.0.0.0/8"],
    ["2001:db8::1/64", "2001:db8::1/64 has host bits set; the network is 2001:db8::/64"],
    ["::ffff:10.0.0.1/104", "::ffff:10.0.0.1/104 has host bits set; the network is 10.0.0.0/8"],
    ["203.0.113.0-203.0.113.9", '"203.0.113.0-203.0.113.9" is a range'],
    ["010.0.0.1", '"010.0.0.1" is neither an address nor a network'],
    ["1.2.3.4/33", '"1.2.3.4/33" is neither an address nor a network'],
    ["1.2.3.4/08", '"1.2.3.4/08" is neither an address nor a network'],
    ["1.2.3.4/-1", '"1.2.3.4/-1" is neither an address nor a network'],
    ["1.2.3.4/255.255.255.0", '"1.2.3.4/255.255.255.0" is neither an address nor a network'],
    ["::ffff:10.0.0.0/95", '"::ffff:10.0.0.0/95" is neither an address nor a network'],
    ["fe80::%eth0/64", '"fe80::%eth0/64" is neither an address nor a network'],
    ["", '"" is neither an address nor a network'],
    [" 1.2.3.4", '" 1.2.3.4" is neither an address nor a network'],
    ["1.2.3.4 }; flush ruleset", '"1.2.3.4 }; flush ruleset" is neither an address nor a network'],
    ["example.org", '"example.org" is neither an address nor a network'],
  ])("%j is refused: %s", (text, message) => {
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: "invalid_input", message }));
  });
});

describe("networks", () => {
  test("hold what ipaddr.js says they hold", () => {
    const prefix4 = fc.integer({ min: 0, max: 32 });
    fc.assert(
      fc.property(ipv4, ipv4, prefix4, (base, address, prefix) => {
        const cidr = `${base}/${prefix}`;
        expect(contains(cidr, address)).toBe(ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(cidr)));
      }),
    );
    expect(contains("10.0.0.0/8", "2001:db8::1")).toBe(false);
    expect(contains("10.0.0.0/8", "::ffff:10.1.2.3")).toBe(true);
    expect(contains("nonsense", "10.0.0.1")).toBe(false);
  });

  test("around one are all that hold it, itself first", () => {
    const around = networksAround(networkIn("203.0.113.128/25"));
    expect(around).toHaveLength(26);
    expect(around.slice(0, 3)).toEqual(["203.0.113.128/25", "203.0.113.0/24", "203.0.112.0/23"]);
    expect(around.at(-1)).toBe("0.0.0.0/0");
    expect(networksAround(networkIn("2001:db8::1/128"))).toHaveLength(129);
  });

  test("of a range are disjoint, together the range, and none could be wider", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 0xffffffffn), fc.bigInt(0n, 0xffffffffn), (a, b) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        const networks = networksOf({ family: 4, first, last });
        expect(networks[0]?.first).toBe(first);
        expect(networks.at(-1)?.last).toBe(last);
        for (const [index, network] of networks.entries()) {
          if (index > 0) expect(network.first).toBe((networks[index - 1]?.last ?? 0n) + 1n);
        }
        expect(networks.length).toBeLessThanOrEqual(62);
      }),
    );
  });
});

describe("a set of networks", () => {
  const cidr = fc.oneof(
    fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([base, prefix]) => `${base}/${prefix}`),
    fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })).map(([base, prefix]) => `${base}/${prefix}`),
  );

  test("has an address when, says ipaddr.js, one of the networks has it", () => {
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 30 }), fc.oneof(ipv4, ipv6), (cidrs, address) => {
        const plain = cidrs.filter((text) => !/^::(ffff:)?\d/.test(text));
        const parsed = ipaddr.process(address);
        const expected = plain.some((text) => {
          const [network, prefix] = ipaddr.parseCIDR(text);
          return network.kind() === parsed.kind() && parsed.match(network, prefix);
        });
        expect(createPrefixSet(plain).has(address)).toBe(expected);
      }),
    );
  });

  test("finds an address among 10,000 networks in less than 10 µs", () => {
    const cidrs = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 === 0 ? `10.${(i >> 8) & 255}.${i & 255}.0/24` : `2001:db8:${i.toString(16)}::/48`,
    );
    const set = createPrefixSet(cidrs);
    expect(set.has("10.0.2.200")).toBe(true);
    expect(set.has("10.0.3.200")).toBe(false);
    expect(set.has("2001:db8:1::5")).toBe(true);
    expect(set.has("2001:db8:2::5")).toBe(false);
    expect(set.has("nobody")).toBe(false);
    // The best of many short runs: the machine has other work, too.
    const runs = Array.from({ length: 100 }, () => {
      const began = performance.now();
      for (let i = 0; i < 200; i += 1) set.has(i % 2 === 0 ? `10.1.${i}.7` : "2001:db8:7f1::5");
      return ((performance.now() - began) * 1000) / 200;
    });
    expect(Math.min(...runs)).toBeLessThan(10);
  });

  test("refuses what is no network", () => {
    expect(() => createPrefixSet(["10.0.0.0/8", "10.0.0.0/33"])).toThrow(/no network/);
  });
});
