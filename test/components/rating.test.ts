import { expect, test } from "vitest";
import { diffRows } from "../../components/diffRows.ts";
import { RATING_COLUMNS, type RatingName, ratingCount, ratingRun } from "../../components/rating.ts";
import { contentColumns, contentText } from "../../src/terminal/line.ts";
import { columnsOf } from "../../src/terminal/text.ts";
import { glyphsFor } from "../../src/terminal/theme.ts";

const ALL: readonly RatingName[] = ["passed", "warning", "critical", "unknown"];

test("each rating is told by word, by shape and by colour, each by itself, also in ASCII", () => {
  for (const unicode of [true, false]) {
    const runs = ALL.map((rating) => ratingRun(rating, unicode));
    for (const runsOf of [
      runs.map(({ text }) => text.slice(2)),
      runs.map(({ text }) => text.slice(0, 1)),
      runs.map(({ tone }) => tone),
    ]) {
      expect(new Set(runsOf).size).toBe(ALL.length);
    }
    for (const { text } of runs) expect(columnsOf(text)).toBeLessThanOrEqual(RATING_COLUMNS);
  }
  for (const rating of ALL) expect(ratingRun(rating, false).text).toMatch(/^[\x20-\x7e]+$/);
});

test("unknown is never green, and a count of nothing is quiet", () => {
  expect(ratingRun("unknown", true).tone).not.toBe("ok");
  expect(ratingCount("critical", 0, true)).toEqual({ text: "■ 0 critical", tone: "muted" });
  expect(ratingCount("critical", 3, true)).toEqual({ text: "■ 3 critical", tone: "crit" });
  expect(ratingCount("warning", 1, true).text).toBe("▲ 1 warning");
  expect(ratingCount("warning", 2, true).text).toBe("▲ 2 warnings");
});

const room = (width: number, lines: Parameters<typeof diffRows>[0]): string[] =>
  diffRows(lines, width, glyphsFor(true)).map((row) => contentText(row));

test("a diff says by its signs what its colours say", () => {
  expect(
    room(40, [
      { kind: "same", text: "Port 22" },
      { kind: "removed", text: "PermitRootLogin yes" },
      { kind: "added", text: "PermitRootLogin no" },
      { kind: "skip", text: "12 lines" },
    ]),
  ).toEqual(["  Port 22", "- PermitRootLogin yes", "+ PermitRootLogin no", "  … 12 lines"]);
});

test("a long line is broken, never cut: all of it is seen before it is agreed to", () => {
  const text = "Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com";
  const rows = diffRows([{ kind: "added", text }], 30, glyphsFor(true));
  for (const row of rows) expect(contentColumns(row)).toBeLessThanOrEqual(30);
  expect(rows.map((row) => contentText(row).slice(2)).join("")).toBe(text);
  expect(rows.map((row) => contentText(row).slice(0, 1))).toEqual(["+", "│", "│"]);
});

test("tabs become spaces, empty lines stay, and what a terminal would obey is spelled out", () => {
  expect(room(40, [{ kind: "added", text: "a\tb" }])).toEqual(["+ a   b"]);
  expect(room(40, [{ kind: "removed", text: "" }])).toEqual(["- "]);
  expect(room(40, [{ kind: "added", text: "x\u001b]0;evil\u0007\u202e" }])).toEqual([
    "+ x\\x1b]0;evil\\x07\\u202e",
  ]);
});
