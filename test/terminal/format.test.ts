import fc from "fast-check";
import { expect, test } from "vitest";
import { codeOf } from "../../src/errors.ts";
import {
  ago,
  calendarDate,
  clockTime,
  count,
  dateTime,
  duration,
  parseDuration,
  plural,
  shortDuration,
  shortTime,
} from "../../src/terminal/format.ts";

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [0, "0s", "0s"],
  [-5, "0s", "0s"],
  [999, "0s", "0s"],
  [59 * S, "59s", "59s"],
  [14 * M + 59 * S, "14m 59s", "14m"],
  [15 * M, "15m 00s", "15m"],
  [2 * H + 5 * M, "2h 05m", "2h"],
  [3 * D + 4 * H, "3d 4h", "3d"],
  [13 * D, "13d 0h", "13d"],
  [14 * D, "14d 0h", "2w"],
  [800 * D, "800d 0h", "2y"],
  [99 * 365 * D, "36135d 0h", "99y"],
  [101 * 365 * D, "36865d 0h", ">99y"],
])("%i ms: %s, short %s", (ms, long, short) => {
  expect(duration(ms)).toBe(long);
  expect(shortDuration(ms)).toBe(short);
});

test("short spans never exceed four columns", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (ms) => shortDuration(ms).length <= 4));
});

test("relative times", () => {
  expect(ago(0, 500)).toBe("now");
  expect(ago(0, 5 * S)).toBe("5s ago");
  expect(ago(3 * M, 0)).toBe("in 3m");
});

test("local times", () => {
  const at = new Date(2026, 10, 1, 4, 7, 9).getTime();
  expect(clockTime(at)).toBe("04:07:09");
  expect(calendarDate(at)).toBe("2026-11-01");
  expect(dateTime(at)).toBe("2026-11-01 04:07:09");
  expect(shortTime(at, at + H)).toBe("04:07:09");
  expect(shortTime(at, at + 2 * D)).toBe("2026-11-01");
});

test.each([
  [0, "0"],
  [950, "950"],
  [999, "999"],
  [1_000, "1.0k"],
  [12_345, "12.3k"],
  [99_999, "99.9k"],
  [123_456, "123k"],
  [999_999, "999k"],
  [4_100_000, "4.1M"],
  [2e9, "2.0G"],
  [5e12, ">1T"],
  [-1_500, "-1.5k"],
  [Number.NaN, "?"],
])("%d is written %s", (value, text) => {
  expect(count(value)).toBe(text);
});

test("counts never exceed five columns", () => {
  fc.assert(fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (value) => count(value).length <= 5));
});

test("nouns", () => {
  expect(plural(1, "address", "addresses")).toBe("1 address");
  expect(plural(2, "row")).toBe("2 rows");
});

test.each([
  ["30s", 30 * S],
  ["15m", 15 * M],
  ["2h", 2 * H],
  ["1d", D],
  ["4w", 28 * D],
])("%s is read", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  "",
  "15",
  "0m",
  "015m",
  "-1m",
  "1.5h",
  "1h30m",
  " 15m",
  "15m ",
  "15 m",
  "15M",
  "1y",
  "9999999999d",
  "1e3s",
  "１m",
])("%j is refused", (text) => {
  const refused = (() => {
    try {
      return parseDuration(text);
    } catch (error) {
      return codeOf(error);
    }
  })();
  expect(refused).toBe("invalid_input");
});
