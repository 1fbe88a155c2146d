import { describe, expect, it } from "vitest";
import { parseMoment, parseSpan } from "../../src/commands/times.ts";

const NOW = Date.UTC(2026, 10, 21, 20, 0, 0);
const HOUR = 3_600_000;

describe("parseMoment", () => {
  it.each([
    ["90s", NOW - 90_000],
    ["15m", NOW - HOUR / 4],
    ["1h", NOW - HOUR],
    ["2d", NOW - 48 * HOUR],
    ["1w", NOW - 168 * HOUR],
    ["2026-11-21", new Date(2026, 10, 21).getTime()],
    ["2026-11-21T10:00", new Date(2026, 10, 21, 10).getTime()],
    ["2026-11-21 10:00:30", new Date(2026, 10, 21, 10, 0, 30).getTime()],
    ["2026-11-21T10:00:00Z", Date.UTC(2026, 10, 21, 10)],
    ["2026-11-21T10:00:00.250+01:00", Date.UTC(2026, 10, 21, 9, 0, 0, 250)],
    ["2026-11-21T10:00-0530", Date.UTC(2026, 10, 21, 15, 30)],
  ])("reads %s", (text, expected) => {
    expect(parseMoment(text, NOW)).toBe(expected);
  });

  it.each([
    "",
    "yesterday",
    "15",
    "0h",
    "1.5h",
    "2026-02-30",
    "2026-13-01",
    "2026-11-21T24:00",
    "2026-11-21T10:60",
    "2026-11-21T10:00+25:00",
    "2026-11-21T10",
    "99999999999999d",
    "2026-11-21\u001b[31m",
  ])("refuses %j as wrong usage", (text) => {
    expect(() => parseMoment(text, NOW)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("parseSpan", () => {
  it("reads a number with a unit, and refuses the rest as wrong usage", () => {
    expect(parseSpan("15m")).toBe(15 * 60_000);
    expect(() => parseSpan("15")).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
