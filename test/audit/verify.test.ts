import { chmodSync, copyFileSync } from "node:fs";
import type { Database as Sqlite } from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { keyPath } from "../../src/database/keys.ts";
import { databasePath } from "../../src/database/open.ts";
import { appendAtOnce, appendRows, openLog, type TestLog, tamper, temporaryFolder } from "./support.ts";

/** The first bad row after `work`, in a log of ten rows. */
async function firstBadAfter(work: (sqlite: Sqlite, log: TestLog) => void): Promise<number | null> {
  const log = await openLog();
  await appendRows(log, 10);
  expect(await log.audit.verify()).toMatchObject({ ok: true, events: 10, firstBad: null, reason: null });
  tamper(log, (sqlite) => work(sqlite, log));
  const verdict = await log.audit.verify();
  expect(verdict.ok).toBe(false);
  expect(verdict.reason).toBeTypeOf("string");
  return verdict.firstBad;
}

/** What a single changed byte makes of each column of row 4. */
const ONE_BYTE: Record<string, string> = {
  time: "time + 1",
  actor: "'alicf'",
  actor_account: "actor_account + 1",
  via: "'screem'",
  verified: "0",
  on_behalf_of: "'x'",
  action: "'test.rov'",
  target: "'target 5'",
  outcome: "'dome'",
  details: "replace(details, 'b4@', 'c4@')",
  address: "'198.51.100.8'",
  prev_hash: "CAST(x'00' || substr(prev_hash, 2) AS BLOB)",
  hash: "CAST(x'00' || substr(hash, 2) AS BLOB)",
};

/** Values of another type that read alike, or that would make a careless verifier fall over. */
const OTHER_TYPES: Record<string, string> = {
  time: "'soon'",
  actor: "CAST(actor AS BLOB)",
  actor_account: "NULL",
  verified: "2",
  details: "'{}'",
  address: "NULL",
  prev_hash: "'text'",
  hash: "17",
};

describe("audit verify names the first bad row when somebody", () => {
  it.each(Object.entries(ONE_BYTE))("changes one byte of %s", async (column, value) => {
    expect(
      await firstBadAfter((sqlite) => sqlite.exec(`UPDATE audit SET ${column} = ${value} WHERE seq = 4`)),
    ).toBe(4);
  });

  it.each(Object.entries(OTHER_TYPES))("puts another type into %s", async (column, value) => {
    expect(
      await firstBadAfter((sqlite) => sqlite.exec(`UPDATE audit SET ${column} = ${value} WHERE seq = 4`)),
    ).toBe(4);
  });

  it("deletes a row", async () => {
    expect(await firstBadAfter((sqlite) => sqlite.exec("DELETE FROM audit WHERE seq = 6"))).toBe(6);
  });

  it("deletes the first rows", async () => {
    expect(await firstBadAfter((sqlite) => sqlite.exec("DELETE FROM audit WHERE seq <= 3"))).toBe(1);
  });

  it("cuts the tail", async () => {
    expect(await firstBadAfter((sqlite) => sqlite.exec("DELETE FROM audit WHERE seq >= 8"))).toBe(8);
  });

  it("empties the log", async () => {
    expect(await firstBadAfter((sqlite) => sqlite.exec("DELETE FROM audit"))).toBe(1);
  });

  it("exchanges the contents of two rows", async () => {
    const swap = (sqlite: Sqlite) =>
      sqlite.exec(`CREATE TEMP TABLE two AS SELECT * FROM audit WHERE seq IN (3, 7);
        UPDATE audit SET (time, actor, target, details, prev_hash, hash) =
          (SELECT time, actor, target, details, prev_hash, hash FROM two WHERE two.seq = 10 - audit.seq)
        WHERE seq IN (3, 7)`);
    expect(await firstBadAfter(swap)).toBe(3);
  });

  it("exchanges two rows, numbers and all", async () => {
    const swap = (sqlite: Sqlite) =>
      sqlite.exec(`UPDATE audit SET seq = -1 WHERE seq = 3;
        UPDATE audit SET seq = 3 WHERE seq = 7;
        UPDATE audit SET seq = 7 WHERE seq = -1`);
    expect(await firstBadAfter(swap)).toBe(3);
  });

  const forged = (seq: string) => `INSERT INTO audit SELECT ${seq}, time, actor, actor_account, via, verified,
    on_behalf_of, action, 'forged', outcome, details, address, hash, prev_hash FROM audit WHERE seq = 10`;

  it("appends a forged row", async () => {
    expect(await firstBadAfter((sqlite) => sqlite.exec(forged("11")))).toBe(11);
  });

  it("puts a forged row before the first", async () => {
    expect(await firstBadAfter((sqlite) => sqlite.exec(forged("0")))).toBe(0);
  });

  it("moves the rows apart for a forged one", async () => {
    const insert = (sqlite: Sqlite) => {
      sqlite.exec(
        "UPDATE audit SET seq = seq + 1000 WHERE seq >= 5; UPDATE audit SET seq = seq - 999 WHERE seq > 1000",
      );
      sqlite.exec(forged("5").replace("seq = 10", "seq = 11"));
    };
    expect(await firstBadAfter(insert)).toBe(5);
  });

  it("appends a row that was written by castellan with another key", async () => {
    const other = await openLog();
    await appendRows(other, 11);
    const row = other.database.sqlite.prepare("SELECT * FROM audit WHERE seq = 11").get() as Record<
      string,
      unknown
    >;
    const insert = (sqlite: Sqlite) => {
      const prev_hash = sqlite.prepare("SELECT hash FROM audit WHERE seq = 10").pluck().get();
      const names = Object.keys(row).map((name) => `@${name}`);
      sqlite.prepare(`INSERT INTO audit VALUES (${names.join(", ")})`).run({ ...row, prev_hash });
    };
    expect(await firstBadAfter(insert)).toBe(11);
  });
});

describe("audit verify of a log with two pasts", () => {
  it("names a row that castellan wrote itself, but in the other", async () => {
    const log = await openLog();
    await appendRows(log, 2);
    const fork = temporaryFolder();
    await log.database.sqlite.backup(databasePath(fork));
    copyFileSync(keyPath(log.folder), keyPath(fork));
    chmodSync(databasePath(fork), 0o600);
    const other = await openLog({ folder: fork });
    await appendAtOnce(log, 4);
    other.clock.time += 1;
    await appendAtOnce(other, 4);
    const row = other.database.sqlite.prepare("SELECT * FROM audit WHERE seq = 4").get() as object;
    tamper(log, (sqlite) => {
      sqlite.exec("DELETE FROM audit WHERE seq = 4");
      sqlite
        .prepare(`INSERT INTO audit VALUES (${Array(14).fill("?").join(", ")})`)
        .run(...Object.values(row));
    });
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 4 });
  });
});

describe("audit verify", () => {
  it("finds an empty log in order", async () => {
    const log = await openLog();
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 0, headSeq: 0, anchoredSeq: null });
  });

  it("keeps texts that no encoding can hold as they were read back", async () => {
    const log = await openLog();
    const hostile = [
      "\ud800 lone",
      "nul\0nul",
      "\u202e\u001b[2J",
      "é".normalize("NFD"),
      "\ufffd",
      "x".repeat(5_000),
    ];
    for (const target of hostile) await appendRows(log, 1, { target, details: { target } });
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: hostile.length });
  });

  it("says how often the clock went back", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    log.clock.time -= 3_600_000;
    await appendRows(log, 3);
    expect(await log.audit.verify()).toMatchObject({ ok: true, clockSteps: 1 });
  });

  it("tells its progress, lets others work meanwhile, and takes rows that come in the middle", async () => {
    const log = await openLog();
    await appendAtOnce(log, 1_200);
    const seen: [number, number][] = [];
    let appended = Promise.resolve();
    const verdict = await log.audit.verify({
      onProgress: (done, total) => {
        seen.push([done, total]);
        if (seen.length === 1) appended = appendRows(log, 5);
      },
    });
    await appended;
    expect(seen.slice(0, 2)).toEqual([
      [500, 1_200],
      [1_000, 1_200],
    ]);
    expect(verdict).toMatchObject({ ok: true, firstBad: null });
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 1_205 });
  });
});
