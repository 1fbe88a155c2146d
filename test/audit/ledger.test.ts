import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DETAILS_MAX_BYTES, storedDetails } from "../../src/audit/details.ts";
import { CastellanError } from "../../src/errors.ts";
import { ADMIN, appendRows, openLog, tamper } from "./support.ts";

describe("a change", () => {
  it("is committed with its row, completed by the work, and further rows after it", async () => {
    const { ledger, audit } = await openLog();
    const result = await ledger.change(ADMIN, { action: "a.b", target: "?" }, async ({ entry, also }) => {
      entry.target = "bob";
      entry.details = { role: { old: "customer", new: "admin" } };
      also({ action: "a.c", target: "carol" });
      return 17;
    });
    expect(result).toBe(17);
    const { events } = await audit.query({ limit: 5 });
    expect(events).toMatchObject([
      { seq: 2, action: "a.c", target: "carol", outcome: "done", details: {} },
      { seq: 1, action: "a.b", target: "bob", details: { role: { old: "customer", new: "admin" } } },
    ]);
    expect(await audit.verify()).toMatchObject({ ok: true, events: 2, anchoredSeq: 2 });
  });

  it("is recorded once however often it is told, but again when it happens anew", async () => {
    const { ledger, audit, clock } = await openLog();
    const entry = { action: "a.b", target: "bob", details: { b: 2, a: "x".repeat(20_000) } };
    const since = clock.time;
    clock.time += 10;
    for (let again = 0; again < 3; again += 1) await ledger.recordOnce(ADMIN, entry, since);
    await ledger.recordOnce(ADMIN, { ...entry, outcome: "failed" }, since);
    await ledger.recordOnce(ADMIN, { ...entry, target: "carol" }, since);
    await ledger.recordOnce(ADMIN, entry, clock.time + 1);
    const { events } = await audit.query({ limit: 9 });
    const told = events.map(({ seq, target, outcome }) => `${seq} ${target} ${outcome}`);
    expect(told).toEqual(["4 bob done", "3 carol done", "2 bob failed", "1 bob done"]);
    expect(await audit.verify()).toMatchObject({ ok: true, events: 4 });
  });

  it("that a rule refuses leaves nothing but a row that says so", async () => {
    const { ledger, audit, database } = await openLog();
    const work = ledger.change(ADMIN, { action: "a.b", target: "bob" }, async ({ trx, entry }) => {
      await trx.insertInto("settings").values({ key: "x", value: "{}", updated_at: 0 }).execute();
      entry.details = { secret: "half done" };
      throw new CastellanError("last_administrator", "bob is the last one");
    });
    await expect(work).rejects.toMatchObject({ code: "last_administrator" });
    expect(await database.db.selectFrom("settings").selectAll().execute()).toEqual([]);
    const { events } = await audit.query({ limit: 5 });
    expect(events).toMatchObject([
      { outcome: "refused", details: { code: "last_administrator", reason: "bob is the last one" } },
    ]);
    expect(events).toHaveLength(1);
  });

  it("that fails by a defect leaves nothing, and the defect comes through", async () => {
    const { ledger, audit } = await openLog();
    const work = ledger.change(ADMIN, { action: "a.b", target: "bob" }, async () => {
      throw new TypeError("defect");
    });
    await expect(work).rejects.toThrow(TypeError);
    expect((await audit.query({ limit: 5 })).events).toEqual([]);
  });

  it("is refused under --read-only, and so is a record", async () => {
    const first = await openLog();
    await appendRows(first, 1);
    await first.close();
    const { ledger, audit } = await openLog({ folder: first.folder, readOnly: true });
    const entry = { action: "a.b", target: "t" };
    await expect(ledger.change(ADMIN, entry, async () => 1)).rejects.toMatchObject({ code: "read_only" });
    await expect(ledger.record(ADMIN, entry)).rejects.toMatchObject({ code: "read_only" });
    expect(await audit.verify()).toMatchObject({ ok: true, events: 1 });
  });

  it("whose refusal cannot be written is refused all the same, for the reason it was", async () => {
    const { ledger, database } = await openLog();
    const work = ledger.change(ADMIN, { action: "a.b", target: "bob" }, async () => {
      database.sqlite.exec("PRAGMA query_only = ON");
      throw new CastellanError("wrong_password", "no");
    });
    await expect(work).rejects.toMatchObject({ code: "wrong_password" });
    database.sqlite.exec("PRAGMA query_only = OFF");
  });

  it("goes on after a last row that was tampered with", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    tamper(log, (sqlite) => sqlite.exec("UPDATE audit SET hash = 17 WHERE seq = 3"));
    await appendRows(log, 2);
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 3 });
  });
});

describe("what a row holds", () => {
  const sizes = {
    "a string": "x".repeat(2_000_000),
    "a list": Array(50_000).fill("item"),
    quotes: '"'.repeat(1_000_000),
  };

  it.each(Object.entries(sizes))("is cut when it is too large: %s", async (_, huge) => {
    const { ledger, audit } = await openLog();
    await ledger.record(ADMIN, { action: "a.b", target: "t", details: { huge, kept: { old: 1, new: 2 } } });
    const [event] = (await audit.query({ limit: 1 })).events;
    expect(Buffer.byteLength(JSON.stringify(event?.details))).toBeLessThanOrEqual(DETAILS_MAX_BYTES);
    expect(event?.details).toMatchObject({ kept: { old: 1, new: 2 } });
    expect(JSON.stringify(event?.details)).toMatch(/\(cut, \d+ (characters|items)\)/);
    expect(await audit.verify()).toMatchObject({ ok: true });
  });

  it("is cut as a whole when it has too many names", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [`name ${at}`, "\ud83d\ude00".repeat(20)]),
    );
    const stored = storedDetails(many);
    expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(DETAILS_MAX_BYTES);
    expect(JSON.parse(stored)).toMatchObject({ cut: true, bytes: expect.any(Number) });
  });

  it("stays as it is up to 16 KiB", () => {
    const text = "x".repeat(DETAILS_MAX_BYTES - 8);
    expect(storedDetails({ a: text })).toBe(`{"a":"${text}"}`);
  });

  it("has names and targets of a thousand characters at most", async () => {
    const { ledger, audit } = await openLog();
    await ledger.record(
      { ...ADMIN, name: "n".repeat(1_000_000) },
      { action: "a.b", target: "t".repeat(1_000_000) },
    );
    const [event] = (await audit.query({ limit: 1 })).events;
    expect(event?.target).toBe(`${"t".repeat(1_024)}… (cut, 1000000 characters)`);
    expect(event?.actor).toHaveLength(1_024 + "… (cut, 1000000 characters)".length);
  });
});

describe("the triggers", () => {
  it.each([
    "UPDATE audit SET target = 'x' WHERE seq = 2",
    "DELETE FROM audit WHERE seq = 2",
    "DELETE FROM audit",
    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
    "INSERT INTO audit SELECT 9, time, actor, 1, via, 1, '', '', '', '', '', '', hash, hash FROM audit WHERE seq = 2",
  ])("refuse: %s", async (statement) => {
    const log = await openLog();
    await appendRows(log, 3);
    expect(() => log.database.sqlite.exec(statement)).toThrow(/audit rows/);
  });

  it.each([
    "UPDATE audit_cuts SET seq = 9",
    "DELETE FROM audit_cuts",
    "INSERT OR REPLACE INTO audit_cuts SELECT * FROM audit_cuts",
  ])("refuse: %s", async (statement) => {
    const log = await openLog();
    await appendRows(log, 3);
    await log.audit.retain(ADMIN, { keepRows: 1 });
    expect(() => log.database.sqlite.exec(statement)).toThrow(/audit cuts/);
  });
});

const isRoot = process.geteuid?.() === 0;

describe("a full disk", () => {
  it.skipIf(!isRoot)(
    "fails a change as a whole, or commits it and says what could not be anchored (needs root)",
    async () => {
      const base = await openLog();
      const folder = `${base.folder}/small`;
      execFileSync("mkdir", [folder]);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", folder]);
      try {
        chmodSync(folder, 0o700);
        const log = await openLog({ folder });
        await appendRows(log, 3);
        const failures = await fillUp(log);
        expect(failures).toMatchObject({ code: "storage_full" });
        const { seq } = await log.audit.head();
        execFileSync("rm", [`${folder}/ballast`]);
        await appendRows(log, 1);
        expect(await log.audit.head()).toMatchObject({ seq: seq + 1 });
        expect(await log.audit.verify()).toMatchObject({ ok: true, anchoredSeq: seq + 1 });
        await log.close();
      } finally {
        execFileSync("umount", [folder]);
      }
    },
  );
});

async function fillUp(log: Awaited<ReturnType<typeof openLog>>): Promise<unknown> {
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${log.folder}/ballast`, "bs=4k"], { stdio: "ignore" });
  } catch {
    // It ends when the disk is full: that is what it is for.
  }
  try {
    for (let at = 0; at < 2_000; at += 1) await appendRows(log, 1);
  } catch (error) {
    return error;
  }
  return undefined;
}
