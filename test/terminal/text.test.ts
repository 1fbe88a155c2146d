import xterm from "@xterm/headless";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { type CellOptions, cell, columnsOf, hasLookAlike, visible, wrap } from "../../src/terminal/text.ts";
import { hostileText } from "../support/hostile.ts";

const PRINTED_AS_IT_IS = Array.from({ length: 0x10ffff }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => visible(character) === character);

describe("visible", () => {
  test.each([
    ["\u001b[2J", "\\x1b[2J"],
    ["a\r\nb\tc", "a\\x0d\\x0ab\\x09c"],
    ["\u009b31m", "\\x9b31m"],
    ["\u007f\u0000\u0007", "\\x7f\\x00\\x07"],
    ["user\u202egpj.exe", "user\\u202egpj.exe"],
    ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
    ["soft\u00adhyphen no\u00a0break", "soft\\xadhyphen no\\xa0break"],
    ["\u3164\u115f", "\\u3164\\u115f"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["e\u0301\u0301\u0301", "e\\u0301\\u0301\\u0301"],
    ["\u2764\ufe0f", "\\u2764\\ufe0f"],
    ["漢字", "\\u6f22\\u5b57"],
    ["😀", "\\u{1f600}"],
    ["שלום", "\\u05e9\\u05dc\\u05d5\\u05dd"],
    ["ＡＢ", "\\uff21\\uff22"],
    ["\ud800x\udc00", "\\ud800x\\udc00"],
    ["José Müller, Łódź, Привет, αβγ", "José Müller, Łódź, Привет, αβγ"],
    ["50 € – “fine” … ─│┌█▄", "50 € – “fine” … ─│┌█▄"],
    ["", ""],
  ])("%j is drawn as %s", (text, drawn) => {
    expect(visible(text)).toBe(drawn);
  });

  test("changes nothing in its own result", () => {
    fc.assert(fc.property(hostileText(), (text) => visible(visible(text)) === visible(text)));
  });

  test("lets through only what Ink counts as one column, alone and beside others", () => {
    const wrong = PRINTED_AS_IT_IS.filter(
      (character) => stringWidth(character) !== 1 || stringWidth(`a${character}${character}a`) !== 4,
    );
    expect(wrong).toEqual([]);
    expect(PRINTED_AS_IT_IS.length).toBeGreaterThan(1_500);
  });

  test("lets through nothing that joins with its neighbours, orders text anew or is not seen", () => {
    const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
    const joins = PRINTED_AS_IT_IS.filter(
      (character) => [...segmenter.segment(`a${character}${character}a`)].length !== 4,
    );
    expect(joins).toEqual([]);
    const unseen = /[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}]/u;
    expect(PRINTED_AS_IT_IS.filter((character) => character !== " " && unseen.test(character))).toEqual([]);
    const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;
    expect(PRINTED_AS_IT_IS.filter((character) => rightToLeft.test(character))).toEqual([]);
  });

  test("lets through only what a terminal draws in one column", async () => {
    const rows = PRINTED_AS_IT_IS.length;
    const terminal = new xterm.Terminal({
      cols: 8,
      rows: 2,
      scrollback: rows,
      convertEol: true,
      allowProposedApi: true,
    });
    const lines = PRINTED_AS_IT_IS.map((character) => `${character}|`).join("\n");
    await new Promise<void>((done) => terminal.write(lines, done));
    const wrong = PRINTED_AS_IT_IS.filter(
      (character, row) => terminal.buffer.active.getLine(row)?.translateToString(true) !== `${character}|`,
    );
    terminal.dispose();
    expect(wrong).toEqual([]);
  });
});

describe("cell", () => {
  test.each<[string, number, CellOptions, string]>([
    ["root", 6, {}, "root  "],
    ["root", 6, { align: "right" }, "  root"],
    ["root", 7, { align: "center" }, " root  "],
    ["administrator", 6, {}, "admin…"],
    ["administrator", 6, { ellipsis: "~" }, "admin~"],
    ["2001:db8:85a3::7334", 9, { cut: "middle" }, "2001…7334"],
    ["/var/log/auth.log", 9, { cut: "start" }, "…auth.log"],
    ["abc", 1, {}, "a"],
    ["abc", 0, {}, ""],
    ["\u001b[31mred", 8, {}, "\\x1b[31…"],
  ])("%j in %i columns, %j", (text, width, options, drawn) => {
    expect(cell(text, width, options)).toBe(drawn);
  });

  test("is exactly as wide as asked for, whatever the text", () => {
    const options = fc.record({
      align: fc.constantFrom("left" as const, "right" as const, "center" as const),
      cut: fc.constantFrom("end" as const, "start" as const, "middle" as const),
      ellipsis: fc.constantFrom("…", "~"),
    });
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 0, max: 60 }), options, (text, width, how) => {
        const drawn = cell(text, width, how);
        return drawn.length === width && visible(drawn) === drawn;
      }),
    );
  });

  test("looks only at the ends of a huge text", () => {
    const huge = Buffer.from(`a${"\u202e".repeat(3_000_000)}z`, "utf16le").toString("utf16le");
    const started = performance.now();
    expect(cell(huge, 12)).toBe("a\\u202e\\u20…");
    expect(cell(huge, 12, { cut: "middle" })).toBe("a\\u202…202ez");
    expect(performance.now() - started).toBeLessThan(100);
  });

  test("a cut in the middle shows the same of a long text as of all of it", () => {
    fc.assert(
      fc.property(hostileText({ min: 30, max: 200 }), fc.integer({ min: 3, max: 12 }), (text, width) => {
        const whole = visible(text);
        fc.pre(whole.length > width);
        const head = Math.ceil((width - 1) / 2);
        const tail = width - 1 - head;
        expect(cell(text, width, { cut: "middle" })).toBe(
          `${whole.slice(0, head)}…${tail > 0 ? whole.slice(-tail) : ""}`,
        );
      }),
    );
  });
});

describe("wrap", () => {
  test("breaks at spaces, at newlines, and inside words only when it must", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("a\nb", 7)).toEqual(["a", "b"]);
    expect(wrap("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(wrap("", 4)).toEqual([""]);
    expect(wrap("one two three four", 7, 2)).toEqual(["one two", "three …"]);
  });

  test("every line is safe and fits, and nothing but spaces is lost", () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        const joined = lines.join("").replaceAll(" ", "");
        const whole = text
          .split("\n")
          .map((part) => visible(part.trimEnd()))
          .join("")
          .replaceAll(" ", "");
        return lines.every((line) => line.length <= width && visible(line) === line) && joined === whole;
      }),
    );
  });

  test("keeps to the number of lines", () => {
    fc.assert(
      fc.property(
        hostileText(),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, most) => {
          const lines = wrap(text, width, most);
          return lines.length <= most && lines.every((line) => line.length <= width);
        },
      ),
    );
  });
});

test("columnsOf counts what is drawn", () => {
  expect(columnsOf("abc")).toBe(3);
  expect(columnsOf("\u001b")).toBe(4);
});

test.each([
  ["admin", false],
  ["José", false],
  ["Привет", false],
  ["аdmin", true],
  ["раураl.com", true],
  ["ɡoogle", true],
  ["adm\u200bin", true],
  ["ａdmin", true],
  ["αlice", true],
])("%s may be taken for another name: %s", (name, alike) => {
  expect(hasLookAlike(name)).toBe(alike);
});
