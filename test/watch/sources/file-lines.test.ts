import { appendFileSync, truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { cutLines, MAX_LINE_BYTES } from "../../../src/watch/sources/line-cutter.ts";
import { drain, LogFolder, until } from "./log-folder.ts";

test("line ends, bad bytes and NUL never cost the line that follows", async () => {
  const log = new LogFolder();
  const source = log.source();
  await drain(source);
  log.write("crlf\r\n");
  log.write("lone\rcr\n");
  log.write("\n");
  log.write(Buffer.from([0x61, 0xff, 0xc0, 0xaf, 0xe2, 0x82, 0x0a]));
  log.write("nul\0inside\n");
  log.write("\0\0\0\0nul before\n");
  log.write(Buffer.from("Grüße, 世界 💂\n"));
  log.write(Buffer.from("utf-16\n", "utf16le"));
  log.write("last\n");
  expect((await drain(source)).texts).toEqual([
    "crlf",
    "lone\rcr",
    "",
    "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
    "nul\0inside",
    "nul before",
    "Grüße, 世界 💂",
    "u\0t\0f\0-\x001\x006\0",
    "last",
  ]);
});

test("a line waits until its end is written, whatever the pauses", async () => {
  const log = new LogFolder();
  const source = log.source();
  await drain(source);
  for (const part of ["one", " li", "ne", " is "]) {
    log.write(part);
    expect(await source.read(10)).toBeNull();
  }
  log.write("one\ntwo");
  expect((await source.read(10))?.lines.map(({ text }) => text)).toEqual(["one line is one"]);
  expect(await source.read(10)).toBeNull();
});

test("a batch holds at most as many lines as asked for, and tells what is left", async () => {
  const log = new LogFolder();
  log.write("12345\n".repeat(100));
  const source = log.source({ backlogBytes: 1e6 });
  const first = await source.read(30);
  expect(first?.lines).toHaveLength(30);
  expect(first?.lagBytes).toBe(70 * 6);
  expect((await source.read(1000))?.lagBytes).toBe(0);
});

test("what is left counts the newer files too", async () => {
  const log = new LogFolder();
  log.write("12345\n".repeat(10));
  const { position } = await drain(log.source());
  log.write("12345\n".repeat(10));
  log.rotate();
  log.write("12345\n".repeat(10));
  log.rotate();
  log.write("12345\n".repeat(10));
  expect((await log.source({ position }).read(4))?.lagBytes).toBe(26 * 6);
});

test.each([
  MAX_LINE_BYTES - 1,
  MAX_LINE_BYTES,
  MAX_LINE_BYTES + 1,
  1024 * 1024 + 255,
  1024 * 1024 + 257,
  3_000_000,
])("a line of %i bytes is kept up to 64 KiB, the rest is counted", async (length) => {
  const log = new LogFolder();
  const source = log.source();
  await drain(source);
  log.write(`before\n${"x".repeat(length)}\nafter\n`);
  const { texts, gaps } = await drain(source);
  expect(texts.map((text) => text.length)).toEqual([6, Math.min(length, MAX_LINE_BYTES), 5]);
  const dropped = Math.max(0, length - MAX_LINE_BYTES);
  expect(gaps).toEqual(dropped === 0 ? [] : [`${dropped} bytes dropped from lines over 64 KiB`]);
});

test("a line behind a hole of NUL bytes, as truncating under a writer leaves it, is read", async () => {
  const log = new LogFolder();
  log.write("1\n");
  const source = log.source({ backlogBytes: 10 });
  await drain(source);
  truncateSync(log.path, 0);
  truncateSync(log.path, 5_000_000);
  log.write("behind the hole\nnext\n");
  expect((await drain(source)).texts).toEqual(["behind the hole", "next"]);
});

test("64 MB without an end are passed over in flat memory, while they are written", {
  timeout: 60_000,
}, async () => {
  const log = new LogFolder();
  const source = log.source();
  await drain(source);
  const chunk = Buffer.alloc(1024 * 1024, "x");
  let peak = 0;
  let woken = 0;
  source.onReadable(() => {
    woken++;
  });
  const before = process.memoryUsage().rss;
  for (let megabyte = 0; megabyte < 64; megabyte++) {
    appendFileSync(log.path, chunk);
    expect((await source.read(1000))?.lines ?? []).toEqual([]);
    peak = Math.max(peak, process.memoryUsage().rss - before);
  }
  log.write("\nafter\n");
  await until(async () => {
    const batch = await source.read(1000);
    return batch?.lines.length === 2 || batch?.lines[0]?.text === "after";
  });
  expect(peak).toBeLessThan(16 * 1024 * 1024);
  expect(woken).toBeGreaterThan(0);
  const late = log.source({ position: null, backlogBytes: 1e9 });
  const texts: string[] = [];
  await until(async () => {
    texts.push(...((await late.read(1000))?.lines ?? []).map(({ text }) => text));
    return texts.at(-1) === "after";
  });
  expect(texts.map((text) => text.length)).toEqual([MAX_LINE_BYTES, 5]);
});

test("each line is a string of its own: none keeps the chunk it came from in memory", () => {
  const chunk = Buffer.from(
    `${"a line of the usual length of one hundred bytes ".repeat(2)}\n`.repeat(10_000),
  );
  const kept: string[] = [];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 100; round++) kept.push(cutLines(chunk, 20_000).texts[5000] ?? "");
  globalThis.gc?.();
  // A slice would hold 970 KB a round: 97 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  expect(kept).toHaveLength(100);
});
