import { describe, expect, it } from "vitest";
import { type AuditExportFormat, csvCell } from "../../src/audit/export.ts";
import { ADMIN, appendAtOnce, openLog, type TestLog } from "./support.ts";

const HOSTILE = [
  "=cmd|'/c calc'!A1",
  "+1+1",
  "-2+3",
  "@SUM(A1)",
  "\t=1+1",
  "\r=1+1",
  "＝1+1",
  'say "hi", twice;',
  "two\r\nlines",
  "\u001b[2J\u0007\u009b31m",
  "\u202egnp.exe\u200b",
  "nul\0",
  "\u{e0041}tag",
];

async function exported(log: TestLog, format: AuditExportFormat, query = {}): Promise<string> {
  const chunks: string[] = [];
  await log.audit.export(query, format, async (chunk) => {
    await Promise.resolve();
    chunks.push(chunk);
  });
  return chunks.join("");
}

/** A reader of RFC 4180, as strict as the text of it. */
function parseCsv(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  const records: string[][] = [[]];
  let end = 0;
  for (const match of text.matchAll(field)) {
    records.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") records.push([]);
    end = match.index + match[0].length;
  }
  expect(end).toBe(text.length);
  return records.slice(0, -1);
}

async function hostileLog(): Promise<TestLog> {
  const log = await openLog();
  for (const target of HOSTILE) {
    await log.ledger.record(
      { ...ADMIN, name: target },
      { action: "test.row", target, details: { [target]: target } },
    );
  }
  return log;
}

const RAW_CONTROL =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;

describe("export as CSV", () => {
  it("is RFC 4180, one record a row, without formulas and control characters", async () => {
    const text = await exported(await hostileLog(), "csv");
    const [header, ...records] = parseCsv(text);
    expect(header).toHaveLength(13);
    expect(records).toHaveLength(HOSTILE.length);
    for (const record of records) expect(record).toHaveLength(13);
    expect(text).not.toMatch(RAW_CONTROL);
    expect(records.flat().filter((cell) => /^[=+\-@\t\r＝]/.test(cell))).toEqual([]);
    expect(records.at(-1)?.[8]).toBe("'=cmd|'/c calc'!A1");
    expect(records.at(-1)?.[1]).toBe("2023-11-14T22:13:20.000Z");
  });

  it.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['a"b', '"a""b"'],
    ["a;b", '"a;b"'],
    ["=1", "'=1"],
    ["-1,2", '"\'-1,2"'],
    ["a\nb", "a\\u000ab"],
    ["", ""],
  ])("writes %j as %j", (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });
});

describe("export as JSON lines", () => {
  it("holds every row with its very text, and no control character", async () => {
    const text = await exported(await hostileLog(), "jsonl");
    expect(text).not.toMatch(RAW_CONTROL);
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { target: string; details: object });
    expect(rows.map(({ target }) => target)).toEqual(HOSTILE.toReversed());
    expect(rows.map(({ details }) => Object.values(details)[0])).toEqual(HOSTILE.toReversed());
  });
});

describe("an export", () => {
  it("goes over pages, and ends at its limit", async () => {
    const log = await openLog();
    await appendAtOnce(log, 1_100);
    expect((await exported(log, "csv")).split("\r\n")).toHaveLength(1_100 + 2);
    expect((await exported(log, "jsonl", { limit: 700 })).split("\n")).toHaveLength(700 + 1);
    const some = await exported(log, "jsonl", { text: "target 7", limit: 20 });
    expect(
      some
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).target),
    ).toContain("target 799");
  });
});
