import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { openAnchorFile } from "../../src/audit/anchor.ts";
import { openLedger } from "../../src/audit/ledger.ts";
import { ADMIN, appendRows, openLog, type TestLog, tamper } from "./support.ts";

const lines = (log: TestLog) => readFileSync(log.anchorFile.path, "latin1").split("\n").filter(Boolean);
const seqs = (log: TestLog) => log.anchorFile.read()?.heads.map(({ seq }) => seq);

describe("the anchor file", () => {
  it("has a line for row 0 and one for each commit, mode 0600", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    expect(seqs(log)).toEqual([0, 1, 2, 3]);
    expect(log.anchorFile.read()?.heads.every(({ valid }) => valid)).toBe(true);
    chmodSync(log.anchorFile.path, 0o644);
    expect(await log.audit.verify()).toMatchObject({
      ok: false,
      firstBad: null,
      anchorReason: expect.stringMatching(/0644/),
    });
  });

  it("still tells of a cut tail after castellan has gone on", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    tamper(log, (sqlite) => sqlite.exec("DELETE FROM audit WHERE seq >= 6"));
    await appendRows(log, 20);
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 6 });
    expect(await log.audit.check()).toMatchObject({ ok: false, firstBad: 6 });
  });

  it("tells of a tail that was cut while castellan was not running, at once", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    await log.close();
    tamper(log, (sqlite) => sqlite.exec("DELETE FROM audit WHERE seq >= 9"));
    const again = await openLog({ folder: log.folder });
    expect(await again.audit.check()).toMatchObject({
      ok: false,
      firstBad: 9,
      reason: expect.stringMatching(/row 8.*row 10/),
    });
  });

  it("tells when it is missing, and when it was begun anew", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    rmSync(log.anchorFile.path);
    expect(await log.audit.verify()).toMatchObject({
      ok: false,
      firstBad: null,
      reason: expect.stringMatching(/missing/),
    });
    await appendRows(log, 1);
    expect(await log.audit.verify()).toMatchObject({
      ok: false,
      firstBad: null,
      reason: expect.stringMatching(/begins at row 4/),
    });
  });

  it("tells of a line that somebody without the key wrote", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    appendFileSync(log.anchorFile.path, `3 ${"ab".repeat(32)} ${"cd".repeat(16)}\n`);
    expect(await log.audit.verify()).toMatchObject({
      ok: false,
      firstBad: null,
      reason: expect.stringMatching(/row 3/),
    });
  });

  it.each(["4 0123", "\0\0\0\0\0", "4 "])("goes on after a write that was torn: %j", async (torn) => {
    const log = await openLog();
    await appendRows(log, 3);
    appendFileSync(log.anchorFile.path, torn);
    await appendRows(log, 2);
    expect(seqs(log)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await log.audit.verify()).toMatchObject({ ok: true, anchorReason: expect.stringMatching(/torn/) });
  });

  it("is caught up at the start after a crash between commit and anchor", async () => {
    const log = await openLog();
    await appendRows(log, 2);
    const { database, keys, clock } = log;
    const anchorFile = { ...openAnchorFile(log.folder, keys), write: () => {} };
    const crashing = openLedger({ database, keys, clock, anchorFile });
    await crashing.record(ADMIN, { action: "test.row", target: "committed, not anchored" });
    expect(await log.audit.verify()).toMatchObject({
      ok: true,
      anchoredSeq: 2,
      anchorReason: expect.stringMatching(/rows 3 to 3 are not/),
    });
    await log.close();
    const again = await openLog({ folder: log.folder });
    await again.audit.close();
    expect(await again.audit.verify()).toMatchObject({ ok: true, anchoredSeq: 3, anchorReason: null });
  });

  it("writes nothing when nothing has changed", async () => {
    const log = await openLog();
    await appendRows(log, 2);
    await log.close();
    await (await openLog({ folder: log.folder })).close();
    expect(lines(log)).toHaveLength(3);
  });

  it("never makes a committed change fail, and says that it could not be written", async () => {
    const log = await openLog();
    await appendRows(log, 1);
    renameSync(log.anchorFile.path, `${log.anchorFile.path}.kept`);
    mkdirSync(log.anchorFile.path);
    await appendRows(log, 1);
    expect(log.audit.anchorFault()).toMatch(/EISDIR/);
    expect(await log.audit.head()).toMatchObject({ seq: 2 });
    rmSync(log.anchorFile.path, { recursive: true });
    renameSync(`${log.anchorFile.path}.kept`, log.anchorFile.path);
    await appendRows(log, 1);
    expect(log.audit.anchorFault()).toBeNull();
    expect(await log.audit.verify()).toMatchObject({ ok: true, anchoredSeq: 3 });
  });
});

describe("a long anchor file", () => {
  it("is thinned where it is old, and stays whole", async () => {
    const log = await openLog();
    await appendRows(log, 1);
    const anchor = openAnchorFile(log.folder, log.keys, 400_000);
    for (let seq = 2; seq <= 8_000; seq += 1) anchor.write(seq, Buffer.alloc(32, seq % 251));
    const heads = log.anchorFile.read()?.heads ?? [];
    expect(heads.length).toBeLessThan(4_500);
    expect(heads.every(({ valid }) => valid)).toBe(true);
    expect(heads[0]?.seq).toBe(0);
    expect(heads.slice(-2_048).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 2_048 }, (_, at) => 5_953 + at),
    );
    expect(heads.map(({ seq }) => seq)).toEqual(heads.map(({ seq }) => seq).toSorted((a, b) => a - b));
  });

  it("keeps what tells of trouble however often it is thinned", async () => {
    const log = await openLog();
    const anchor = openAnchorFile(log.folder, log.keys, 300_000);
    anchor.begin();
    for (let seq = 1; seq <= 100; seq += 1) anchor.write(seq, Buffer.alloc(32, 1));
    appendFileSync(anchor.path, `100 ${"ab".repeat(32)} ${"cd".repeat(16)}\n`);
    for (let seq = 91; seq <= 8_000; seq += 1) anchor.write(seq, Buffer.alloc(32, 2));
    const heads = anchor.read()?.heads ?? [];
    expect(heads.length).toBeLessThan(6_000);
    expect(heads.filter(({ seq, valid }) => seq === 100 && !valid)).toHaveLength(1);
    expect(heads.some(({ seq, hash }) => seq === 100 && hash.startsWith("0101"))).toBe(true);
    expect(heads.some(({ seq, hash }) => seq === 91 && hash.startsWith("0202"))).toBe(true);
  });

  it("waits for another process that compacts, but not for one that died", async () => {
    const log = await openLog();
    const anchor = openAnchorFile(log.folder, log.keys, 1_000);
    writeFileSync(`${anchor.path}.new`, "");
    for (let seq = 1; seq <= 50; seq += 1) anchor.write(seq, Buffer.alloc(32, 1));
    expect(anchor.read()?.heads).toHaveLength(50);
    expect(anchor.fault()).toBeNull();
  });
});
