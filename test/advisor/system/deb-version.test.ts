import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareDebVersions } from "../../../src/advisor/facts/system-deb-version.ts";

/** Older, newer: from deb-version(7) and real archives. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["1.0~rc1-1", "1.0-1"],
  ["1.0-1", "1.0-1+deb12u1"],
  ["1.0-1+deb12u9", "1.0-1+deb12u10"],
  ["3.0.20-1~deb12u2", "3.0.22-1~deb12u2"],
  ["9.9", "1:0.1"],
  ["2026b-0+deb12u1", "2026f-0+deb12u1"],
  ["5.2.15-2", "5.2.15-2+b13"],
  ["1.2-3", "1.2a-1"],
  ["1.2a-1", "1.2+1-1"],
  ["1.0~~", "1.0~~a"],
  ["1.0~~a", "1.0~"],
  ["6.1.0-9-amd64", "6.1.0-50-amd64"],
];
const hasDpkg = spawnSync("dpkg", ["--version"]).status === 0;

describe("versions of Debian packages", () => {
  test.each(PAIRS)("%s is older than %s", (older, newer) => {
    expect(compareDebVersions(older, newer)).toBeLessThan(0);
    expect(compareDebVersions(newer, older)).toBeGreaterThan(0);
    expect(compareDebVersions(older, older)).toBe(0);
  });

  test("leading zeros do not count", () => {
    expect(compareDebVersions("1.007-1", "1.7-1")).toBe(0);
    expect(compareDebVersions("0:1.0-1", "1.0-1")).toBe(0);
  });

  test.skipIf(!hasDpkg)(
    `as dpkg itself orders them${hasDpkg ? "" : " [skipped: needs dpkg]"}`,
    { timeout: 60_000 },
    () => {
      const part = fc.stringMatching(/^[0-9][0-9a-zA-Z.+~]{0,6}$/);
      const version = fc
        .tuple(
          fc.option(fc.constantFrom("0:", "1:", "2:"), { nil: "" }),
          part,
          fc.option(part, { nil: null }),
        )
        .map(
          ([epoch, upstream, revision]) => `${epoch}${upstream}${revision === null ? "" : `-${revision}`}`,
        );
      fc.assert(
        fc.property(version, version, (a, b) => {
          const older = spawnSync("dpkg", ["--compare-versions", a, "lt", b]).status === 0;
          const same = spawnSync("dpkg", ["--compare-versions", a, "eq", b]).status === 0;
          expect(Math.sign(compareDebVersions(a, b))).toBe(same ? 0 : older ? -1 : 1);
        }),
        { numRuns: 200 },
      );
    },
  );
});
