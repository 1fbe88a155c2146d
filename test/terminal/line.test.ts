import { styledCharsFromTokens, styledCharsToString, tokenize } from "@alcalzone/ansi-tokenize";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Content,
  contentColumns,
  fitRuns,
  layLine,
  paintLine,
  type Run,
} from "../../src/terminal/line.ts";
import { visible } from "../../src/terminal/text.ts";
import { TONES, type Tone } from "../../src/terminal/theme.ts";
import { hostileText } from "../support/hostile.ts";

const bare = (painted: string): string => painted.replace(/\u001b\[[\d;]*m/g, "");
const textOf = (runs: readonly Run[]): string => runs.map((run) => run.text).join("");

test.each<[Content, number, string]>([
  ["root", 6, "root  "],
  [["a", { text: "b", tone: "crit" }], 4, "ab  "],
  [["abc", "def"], 5, "abcd…"],
  [["abc", "def"], 3, "ab…"],
  [["abc", ""], 3, "abc"],
  [[], 3, "   "],
])("%j in %i columns", (content, width, drawn) => {
  expect(textOf(fitRuns(content, width))).toBe(drawn);
});

test("the right part keeps its place and the left part gives way", () => {
  expect(textOf(layLine("castellan web01", 16, { right: "14:07" }))).toBe("castellan… 14:07");
  expect(textOf(layLine("x", 16, { right: "14:07" }))).toBe("x          14:07");
  expect(textOf(layLine("castellan", 4, { right: "14:07" }))).toBe("14:…");
});

test("colours are named codes, and closed again", () => {
  const line = (colour: boolean): string => paintLine([{ text: "CRIT", tone: "crit" }, " x"], 6, colour);
  expect(line(true)).toBe("\u001b[1m\u001b[31mCRIT\u001b[39m\u001b[22m x");
  expect(line(false)).toBe("\u001b[1mCRIT\u001b[22m x");
});

test("between two looks only what differs is sent", () => {
  const runs = [
    { text: "a", tone: "ok" },
    { text: "b", tone: "warn" },
    { text: "c", tone: "warn", bold: true },
    { text: "d", dim: true },
  ] as const;
  expect(paintLine(runs, 4, true)).toBe(
    "\u001b[32ma\u001b[33mb\u001b[1mc\u001b[22m\u001b[39m\u001b[2md\u001b[22m",
  );
});

test("a line stands in the form that Ink gives it, so that Ink takes it apart only once", () => {
  const tone = fc.constantFrom(...(Object.keys(TONES) as Tone[]));
  const run = fc.record({
    text: fc.constantFrom("a", "bc", " ", ""),
    tone,
    bold: fc.boolean(),
    underline: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 8 }), fc.boolean(), fc.boolean(), (runs, colour, inverse) => {
      const painted = paintLine(runs, 12, colour, { inverse });
      expect(styledCharsToString(styledCharsFromTokens(tokenize(painted)))).toBe(painted);
    }),
  );
});

test("a background becomes inverse without colour", () => {
  expect(paintLine("hi", 2, true, { tone: "bannerWarn" })).toBe("\u001b[30m\u001b[43mhi\u001b[49m\u001b[39m");
  expect(paintLine("hi", 2, false, { tone: "bannerWarn" })).toBe("\u001b[7mhi\u001b[27m");
});

test("a selected line is inverse from end to end, whatever its runs look like", () => {
  expect(paintLine([{ text: "a", tone: "crit" }, "b"], 4, true, { inverse: true })).toBe(
    "\u001b[1m\u001b[7ma\u001b[22mb  \u001b[27m",
  );
});

test("any content in any width is exactly that wide and holds no control but our own SGR", () => {
  const run = fc.record({
    text: hostileText({ max: 4 }),
    tone: fc.constantFrom("text", "crit", "muted", "inverse"),
  });
  const content = fc.oneof(hostileText(), fc.array(fc.oneof(hostileText({ max: 4 }), run), { maxLength: 5 }));
  const options = fc.record({
    right: fc.option(content, { nil: undefined }),
    align: fc.constantFrom("left" as const, "right" as const, "center" as const),
    inverse: fc.boolean(),
    ellipsis: fc.constantFrom("…", "~"),
  });
  fc.assert(
    fc.property(
      content,
      fc.integer({ min: 0, max: 50 }),
      fc.boolean(),
      options,
      (what, width, colour, how) => {
        const drawn = bare(paintLine(what as Content, width, colour, how));
        expect(drawn).toHaveLength(width);
        expect(visible(drawn)).toBe(drawn);
      },
    ),
  );
});

test("contentColumns is what fits without a cut", () => {
  fc.assert(
    fc.property(fc.array(hostileText({ max: 3 }), { maxLength: 4 }), (parts) => {
      const columns = contentColumns(parts);
      fc.pre(columns > 0);
      expect(textOf(fitRuns(parts, columns))).toBe(parts.map((part) => visible(part)).join(""));
    }),
  );
});
