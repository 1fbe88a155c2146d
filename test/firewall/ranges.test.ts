import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changed, driftOf } from "../../src/firewall/drift.ts";
import { elementRange, rangeText, timedRange } from "../../src/firewall/elements.ts";
import { disjoint, longestOf, subtract, type TimedRange, union } from "../../src/firewall/ranges.ts";
import { networkAround } from "../../src/host/address.ts";

/** Small numbers, so that ranges meet. */
const range: fc.Arbitrary<TimedRange> = fc
  .tuple(
    fc.constantFrom(4 as const, 6 as const),
    fc.nat(40),
    fc.nat(12),
    fc.option(fc.integer({ min: 1, max: 5 }).map((n) => n * 60_000)),
  )
  .map(([family, first, length, timeoutMs]) => ({
    family,
    first: BigInt(first),
    last: BigInt(first + length),
    timeoutMs,
  }));
const ranges = fc.array(range, { maxLength: 12 });

/** What holds for an address: not at all, or the longest time. */
function timeAt(all: readonly TimedRange[], family: 4 | 6, value: bigint): number | null | undefined {
  const times = all
    .filter((r) => r.family === family && r.first <= value && value <= r.last)
    .map(({ timeoutMs }) => timeoutMs ?? Number.POSITIVE_INFINITY);
  return times.length === 0 ? undefined : Math.max(...times);
}

function everywhere(check: (family: 4 | 6, value: bigint) => void): void {
  for (const family of [4, 6] as const) for (let value = 0n; value <= 60n; value += 1n) check(family, value);
}

function expectDisjoint(all: readonly TimedRange[]): void {
  for (const [index, next] of all.entries()) {
    const before = all[index - 1];
    expect(next.first <= next.last).toBe(true);
    if (before?.family === next.family) expect(before.last < next.first).toBe(true);
  }
}

const t = (text: string, timeoutMs: number | null = 60_000): TimedRange =>
  timedRange({ cidr: text, timeoutMs });

describe("ranges made disjoint", () => {
  test("lock the same addresses, each for its longest time", () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const pieces = disjoint(all);
        expectDisjoint(pieces);
        everywhere((family, value) => expect(timeAt(pieces, family, value)).toBe(timeAt(all, family, value)));
      }),
    );
  });

  test("a /24 with a longer /32 in it becomes three pieces; with a shorter one it stays one", () => {
    const pieces = disjoint([t("203.0.113.0/24"), t("203.0.113.9/32", 900_000)]);
    expect(pieces.map(rangeText)).toEqual([
      "203.0.113.0-203.0.113.8",
      "203.0.113.9",
      "203.0.113.10-203.0.113.255",
    ]);
    expect(disjoint([t("203.0.113.0/24", null), t("203.0.113.9/32")]).map(rangeText)).toEqual([
      "203.0.113.0/24",
    ]);
  });

  test("10,000 in a /8 do not take forever", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => t(`10.${n >> 8}.${n & 255}.7/32`, 60_000 + n));
    const began = performance.now();
    expect(disjoint([t("10.0.0.0/8", 30_000), ...many])).toHaveLength(20_001);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("subtracting", () => {
  test("leaves what is in none of the holes", () => {
    fc.assert(
      fc.property(range, ranges, (whole, holes) => {
        const left = subtract(whole, union(holes));
        expectDisjoint(left);
        everywhere((family, value) => {
          const expected =
            timeAt(holes, family, value) === undefined ? timeAt([whole], family, value) : undefined;
          expect(timeAt(left, family, value)).toBe(expected);
        });
      }),
    );
  });
});

describe("too many", () => {
  test("of a family are cut to those that last longest", () => {
    const all = [
      t("203.0.113.1", 1_000),
      t("203.0.113.2", null),
      t("203.0.113.3", 9_000),
      t("2001:db8::/64", 1),
    ];
    expect(longestOf(disjoint(all), 2).map(rangeText)).toEqual([
      "203.0.113.2",
      "203.0.113.3",
      "2001:db8::/64",
    ]);
  });
});

describe("a change", () => {
  test("frees what is removed whatever held it, then adds; the longer time holds", () => {
    fc.assert(
      fc.property(ranges, ranges, ranges, (before, remove, add) => {
        const held = disjoint(before);
        const adding = disjoint(add);
        const after = changed(held, disjoint(remove), adding);
        expectDisjoint(after);
        everywhere((family, value) => {
          const replaced = held.filter(
            (h) => !adding.some((a) => rangeText(a) === rangeText(h) && a.family === h.family),
          );
          const kept =
            timeAt(remove, family, value) === undefined ? timeAt(replaced, family, value) : undefined;
          const added = timeAt(adding, family, value);
          const expected = kept === undefined ? added : Math.max(kept ?? 0, added ?? 0);
          expect(timeAt(after, family, value)).toBe(expected);
        });
      }),
    );
  });
});

describe("the pieces after changes", () => {
  test("are those that the lockouts alone give: nothing is mended where nothing is wrong", () => {
    const lock = fc
      .tuple(fc.nat(31), fc.integer({ min: 27, max: 32 }), fc.option(fc.integer({ min: 1, max: 5 })))
      .map(([value, prefix, minutes]) => ({
        ...networkAround({ family: 4, value: BigInt(value) }, prefix),
        timeoutMs: minutes === null ? null : minutes * 60_000,
      }));
    const steps = fc.array(fc.tuple(lock, fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (all) => {
        let locks: TimedRange[] = [];
        let held: TimedRange[] = [];
        for (const [range, on] of all) {
          const same = (r: TimedRange) => r.first === range.first && r.last === range.last;
          locks = [...locks.filter((r) => !same(r)), ...(on ? [range] : [])];
          // What is locked in the changed range, and no more of it.
          const touched = locks.flatMap((r) => {
            const first = r.first > range.first ? r.first : range.first;
            const last = r.last < range.last ? r.last : range.last;
            return first <= last ? [{ ...r, first, last }] : [];
          });
          held = changed(held, [range], disjoint(touched));
          // The kernel tells whole seconds, rounded down.
          held = held.map((r) =>
            r.timeoutMs === null
              ? r
              : { ...r, timeoutMs: r.timeoutMs - (r.timeoutMs % 60_000 === 0 ? 999 : 0) },
          );
          expect(driftOf(held, locks).what).toBeNull();
        }
      }),
    );
  });
});

describe("drift", () => {
  test("tells missing, foreign and mistimed elements, and nothing when all is well", () => {
    const wanted = [t("203.0.113.1"), t("203.0.113.2"), t("2001:db8::/64", null)];
    const held = [t("203.0.113.1", 58_000), t("203.0.113.2", 20_000), t("198.51.100.0/24", null)];
    const drift = driftOf(held, wanted);
    expect(drift.what).toBe("1 element missing, 1 foreign element, 1 element with another time");
    expect(drift.add.map(rangeText)).toEqual(["2001:db8::/64"]);
    expect(drift.renew.map(rangeText)).toEqual(["203.0.113.2"]);
    expect(drift.remove.map(rangeText)).toEqual(["198.51.100.0/24"]);
    expect(driftOf(drift.target, wanted).what).toBeNull();
  });

  test("does not mind what is about to end, on either side", () => {
    expect(driftOf([t("203.0.113.1", 1_000)], []).what).toBeNull();
    expect(driftOf([], [t("203.0.113.1", 1_000)]).what).toBeNull();
  });
});

describe("the text of an element", () => {
  test.each([
    "203.0.113.9",
    "203.0.113.9/32",
    "203.0.113.0/24",
    "203.0.113.1-203.0.113.9",
    "2001:db8::/64",
    "0.0.0.0/0",
  ])("%s is one", (text) => {
    expect(rangeText(elementRange(text))).toBe(text.replace("/32", ""));
  });

  test.each([
    "203.0.113.9/24",
    "203.0.113.9 }",
    "203.0.113.9 } ; flush ruleset ; add element inet castellan locked4 { 1.1.1.1",
    "203.0.113.9\nflush ruleset",
    "203.0.113.9/32\n",
    "203.0.113.9#",
    "$addr",
    "@locked6",
    "0.0.0.0-255.255.255.255-1.1.1.1",
    "203.0.113.9-203.0.113.1",
    "203.0.113.9-2001:db8::1",
    "::ffff:203.0.113.9",
    "2001:DB8::/64",
    "fe80::1%eth0",
    "localhost",
    "",
  ])("%j is refused", (text) => {
    expect(() => elementRange(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("of anything at all is canonical or refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789abcdef:./- {};\n") }), (text) => {
        let shown: string;
        try {
          shown = rangeText(elementRange(text));
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_input" });
          return;
        }
        expect(shown).toMatch(/^[0-9a-f:.]+([/-][0-9a-f:.]+)?$/);
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15])("a time of %d ms is refused", (timeoutMs) => {
    expect(() => timedRange({ cidr: "203.0.113.9/32", timeoutMs })).toThrow(/no time/);
  });
});
