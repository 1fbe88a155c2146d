import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoTime, safeJson, toJson } from "../../src/commands/json.ts";
import { type Page, paint, printable } from "../../src/commands/page.ts";
import { type Column, factList, table } from "../../src/commands/table.ts";
import { contentText } from "../../src/terminal/line.ts";

const WIDE: Page = { columns: null, unicode: true, colour: false, now: 0 };
const HOSTILE = "\u001b]52;c;aGk=\u0007\u009b31m\u202eevil\u200b\r\n\ud800";

describe("toJson", () => {
  it("escapes what a terminal could act upon or hide, and parses to the same value", () => {
    const text = toJson({ name: HOSTILE });
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(text)).toEqual({ name: HOSTILE });
  });

  it("keeps letters, and escapes them too under ascii", () => {
    expect(toJson("José 漢")).toBe('"José 漢"');
    expect(toJson("José 😀", { ascii: true })).toBe('"Jos\\u00e9 \\ud83d\\ude00"');
  });

  it("holds no control, format or ignored character, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const json = toJson(text);
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
        expect(JSON.parse(json)).toBe(text);
      }),
    );
  });

  it("leaves the newlines between lines of JSON", () => {
    expect(safeJson('{"a":"\u009b"}\n{"b":1}\n')).toBe('{"a":"\\u009b"}\n{"b":1}\n');
  });

  it("writes times in ISO 8601, UTC, with milliseconds", () => {
    expect(isoTime(1_795_291_523_834)).toBe("2026-11-21T20:05:23.834Z");
  });
});

describe("paint", () => {
  it("makes every run safe, with and without colour", () => {
    for (const colour of [false, true]) {
      const painted = paint([HOSTILE, { text: HOSTILE, tone: "crit" }], { ...WIDE, colour });
      const own = painted.replaceAll(/\u001b\[[\d;]*m/g, "");
      expect(own).toMatch(/^[\x20-\x7e]*$/);
      expect(painted.includes("\u001b[")).toBe(colour);
    }
  });
});

describe("printable", () => {
  it("spells out letters beyond ASCII only where they cannot be shown", () => {
    expect(printable("José ▁", { unicode: true })).toBe("José ▁");
    expect(printable("José ▁", { unicode: false })).toBe("Jos\\u00e9 \\u2581");
  });
});

interface Row {
  readonly name: string;
  readonly note: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "name", value: ({ name }) => name, least: 4 },
  { title: "count", value: ({ count }) => String(count), align: "right", priority: 1 },
  { title: "note", value: ({ note }) => note, least: 6, priority: 2 },
];

function lines(rows: readonly Row[], page: Page): string[] {
  return table(COLUMNS, rows, page).map(contentText);
}

describe("table", () => {
  const rows = [
    { name: "alice", note: "the quick brown fox", count: 7 },
    { name: "bartholomew", note: "-", count: 1234 },
  ];

  it("stands under aligned titles and is written in full without a terminal", () => {
    expect(lines(rows, WIDE)).toEqual([
      "NAME         COUNT  NOTE",
      "alice            7  the quick brown fox",
      "bartholomew   1234  -",
    ]);
  });

  it("cuts what may be cut before a column goes", () => {
    expect(lines(rows, { ...WIDE, columns: 30 })).toEqual([
      "NAME        COUNT  NOTE",
      "alice           7  the quick …",
      "bartholom…   1234  -",
    ]);
  });

  it("drops columns by priority, the lowest first", () => {
    const [head] = lines(rows, { ...WIDE, columns: 14 });
    expect(head).toBe("NAME    NOTE");
  });

  it("never lets an attacker's text widen it beyond its most, terminal or not", () => {
    const columns: readonly Column<Row>[] = [{ title: "name", value: ({ name }) => name, most: 10 }];
    const long = [{ name: "\u001b".repeat(500), note: "", count: 0 }];
    expect(table(columns, long, WIDE).map(contentText)).toEqual(["NAME", "\\x1b\\x1b\\…"]);
  });

  it("is never wider than the terminal, whatever is in it", () => {
    const anyRow = fc.record({ name: fc.string({ unit: "binary" }), note: fc.string(), count: fc.nat() });
    fc.assert(
      fc.property(fc.array(anyRow), fc.integer({ min: 4, max: 90 }), (some, columns) => {
        for (const line of lines(some, { ...WIDE, columns }))
          expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe("factList", () => {
  it("puts values beside their titles and cuts them at the terminal's edge", () => {
    const facts = [["state", "active"] as const, ["e-mail", "somebody@example.org"] as const];
    expect(factList(facts, { ...WIDE, columns: 20 }).map(contentText)).toEqual([
      "state   active",
      "e-mail  somebody@ex…",
    ]);
  });
});
