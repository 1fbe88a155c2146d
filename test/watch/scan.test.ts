import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LONGEST_LINE, type ScanOptions } from "../../src/watch/line-scanner.ts";
import { type ScanRecord, scanJson, scanLines } from "../../src/watch/scan.ts";
import { eventOf, readCorpus } from "./sshd/corpus.ts";

const FAILED = "Nov 21 19:13:38 web1 sshd[6904]: Failed password for root from 203.0.113.9 port 40931 ssh2";

async function scan(chunks: readonly Uint8Array[], options?: ScanOptions): Promise<ScanRecord[]> {
  const records: ScanRecord[] = [];
  for await (const batch of scanLines(chunks, options)) records.push(...batch);
  return records;
}

async function json(chunks: readonly Uint8Array[], options?: ScanOptions): Promise<string> {
  let text = "";
  for await (const batch of scanJson(chunks, options)) text += batch.join("");
  return text;
}

/** The bytes cut into pieces of the given sizes, over and over. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const text = (...lines: string[]): Buffer[] => [Buffer.from(lines.join("\n"))];

describe("scanLines", () => {
  test("counts lines from 1 and has exactly the promised keys in their order", async () => {
    const records = await scan(text("", "Nov 21 19:13:38 web1 cron[1]: x", FAILED, ""));
    expect(records).toEqual([
      {
        line: 3,
        service: "sshd",
        outcome: "failure",
        kind: "password",
        address: "203.0.113.9",
        username: "root",
        count: 1,
      },
    ]);
    expect(Object.keys(records[0] ?? {})).toEqual([
      "line",
      "service",
      "outcome",
      "kind",
      "address",
      "username",
      "count",
    ]);
  });

  test.each([
    ["CRLF", Buffer.from(`${FAILED}\r\n${FAILED}\r\n`), [1, 2]],
    ["a last line without newline", Buffer.from(`x\n${FAILED}`), [2]],
    ["a last line with CR only", Buffer.from(`x\n${FAILED}\r`), [2]],
    ["empty lines", Buffer.from(`\n\n\n${FAILED}\n\n`), [4]],
    ["NUL bytes around and between", Buffer.from(`\0\0\n${FAILED}\n\0${FAILED}\n${FAILED}\0\n`), [2, 4]],
    [
      "bytes that are no UTF-8",
      Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80, 10]), Buffer.from(`${FAILED}\n`)]),
      [2],
    ],
    ["UTF-16", Buffer.concat([Buffer.from(`${FAILED}\n`, "utf16le"), Buffer.from(`\n${FAILED}\n`)]), [3]],
    ["nothing", Buffer.alloc(0), []],
  ])("%s", async (_, bytes, lines) => {
    expect((await scan([bytes])).map(({ line }) => line)).toEqual(lines);
  });

  test("a giant line costs no memory and no following line", async () => {
    const giant = Buffer.alloc(1 << 20, 97);
    const chunks = [...Array.from({ length: 64 }, () => giant), Buffer.from(`\n${FAILED}\n`)];
    const before = process.memoryUsage().heapUsed;
    expect((await scan(chunks)).map(({ line }) => line)).toEqual([2]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 << 20);
  });

  test("of a line that is too long the beginning is read", async () => {
    const long = `${FAILED} ${" ".repeat(2 * LONGEST_LINE)}x`;
    const blanks = `${FAILED}${" ".repeat(2 * LONGEST_LINE)}`;
    for (const sizes of [[1 << 20], [1000]]) {
      const records = await scan(cut(Buffer.from(`${long}\n${blanks}\n${FAILED}\n`), sizes));
      // Blanks at the end are no part of a message, but a message so long may have lost its end.
      expect(records.map(({ line, address }) => [line, address])).toEqual([
        [1, null],
        [2, null],
        [3, "203.0.113.9"],
      ]);
    }
  });

  test("names are read as UTF-8", async () => {
    const pam = (name: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(
          "Nov 21 19:13:38 web1 sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=",
        ),
        name,
        Buffer.from("\n"),
      ]);
    const records = await scan([pam(Buffer.from("jörg")), pam(Buffer.from([0x6a, 0xf6, 0x72, 0x67]))]);
    expect(records.map(({ username }) => username)).toEqual(["jörg", "j\ufffdrg"]);
  });

  test("bare lines only when asked to", async () => {
    const lines = [
      "Failed password for root from 203.0.113.9 port 40931 ssh2",
      "2018-06-26 13:22:02.1 Invalid user a from 203.0.113.9",
      FAILED,
      "Nov 21 19:13:38 web1 cron[1]: Invalid user a from 203.0.113.9",
    ];
    expect((await scan(text(...lines))).map(({ line }) => line)).toEqual([1, 2, 3]);
    expect((await scan(text(...lines), { bare: false })).map(({ line }) => line)).toEqual([3]);
  });
});

describe("every line of the corpora", () => {
  interface Line {
    readonly line: string;
    readonly rfc3339?: string;
  }
  const lines = ["sshd-capture/sample.jsonl", "sshguard/tests.jsonl", "sshd-adversarial"]
    .flatMap((path) => readCorpus<Line>(path))
    .flatMap(({ line, rfc3339 }) => (rfc3339 === undefined ? [line] : [line, rfc3339]))
    .map((line) => line.replaceAll("\n", " "));
  const bytes = Buffer.from(`${lines.join("\n")}\n`, "utf8");

  test.each([true, false])("is read as by the parsers, bare %s", async (bare) => {
    const expected = lines.flatMap((line, index) => {
      const event = eventOf(line, bare);
      if (event === null) return [];
      const { service, outcome, kind, address, username, count } = event;
      return [{ line: index + 1, service, outcome, kind, address, username, count }];
    });
    expect(expected.length).toBeGreaterThan(300);
    expect(await scan([bytes], { bare })).toEqual(expected);
  });

  test("and the same wherever the pieces are cut", async () => {
    const whole = await scan([bytes]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        async (sizes) => {
          expect(await scan(cut(bytes, sizes))).toEqual(whole);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("is written as JSON.stringify would", async () => {
    const expected = (await scan([bytes])).map((record) => `${JSON.stringify(record)}\n`).join("");
    expect(await json([bytes])).toBe(expected);
    expect(await json(cut(bytes, [333]))).toBe(expected);
  });
});

describe("the short way through a common header", () => {
  test("finds what the parser of all headers finds", async () => {
    const pieces = [
      "Nov 21 19:13:38",
      "Nov  1 19:13:38",
      "Nov 1 19:13:38",
      "2026-11-21T19:13:38.000000+00:00",
      "2026-11-21 19:13:38,1",
      "2026-11-21T19:13:38Z",
      " ",
      "  ",
      "web1",
      "a.example.org",
      "auth.info",
      "<auth.info>",
      "[x]",
      "sshd",
      "sshd-session",
      "sshd-auth",
      "sshd2",
      "sshd-",
      "cron",
      "[1]",
      "[12345678901]",
      "[]",
      ":",
      ": ",
      ": [ID 1 auth.info] ",
      "Failed password for root from 203.0.113.9 port 40931 ssh2",
      "Invalid user sshd[1]: x from ::1",
      "\r",
    ];
    const line = fc
      .oneof(
        fc.array(fc.constantFrom(...pieces), { maxLength: 9 }),
        fc.tuple(
          ...[
            ["Nov 21 19:13:38 ", "2026-11-21T19:13:38Z "],
            ["web1", "w.b", "x:", "auth.info", ""],
            [" ", "  "],
            ["sshd", "sshd-session", "sshd2", "cron"],
            ["[1]", "[x]", ""],
            [": ", ":  ", " ", ":"],
            pieces,
          ].map((part) => fc.constantFrom(...part)),
        ),
      )
      .map((parts) => parts.join(""));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(line, fc.boolean(), async (one, bare) => {
        const event = eventOf(one.endsWith("\r") ? one.slice(0, -1) : one, bare);
        const records = await scan([Buffer.from(`${one}\n`)], { bare });
        if (event !== null) found++;
        expect(records.map(({ kind, address, username }) => [kind, address, username])).toEqual(
          event === null ? [] : [[event.kind, event.address, event.username]],
        );
      }),
      { numRuns: 5000 },
    );
    expect(found).toBeGreaterThan(50);
  });
});

describe("scanJson", () => {
  test("random bytes give nothing but lines of JSON with the promised keys", async () => {
    const noise = fc.array(
      fc.oneof(
        fc.constantFrom(
          FAILED,
          "\n",
          "\r\n",
          "\0",
          "sshd[1]: ",
          "Invalid user ",
          " from ::1",
          "Nov 21 19:13:38 ",
        ),
        fc.uint8Array({ maxLength: 20 }).map((part) => Buffer.from(part).toString("latin1")),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(noise, async (parts) => {
        const bytes = Buffer.from(parts.join(""), "latin1");
        const output = await json([bytes]);
        const lines = output === "" ? [] : output.trimEnd().split("\n");
        expect(lines.map((line) => JSON.parse(line))).toEqual(await scan([bytes]));
      }),
      { numRuns: 500 },
    );
  });
});
