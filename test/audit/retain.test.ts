import { describe, expect, it } from "vitest";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { ADMIN, appendRows, openLog, tamper } from "./support.ts";

const DAY = 86_400_000;

describe("retention", () => {
  it("cuts all but the newest rows, and leaves a signed cut and a row", async () => {
    const log = await openLog();
    await appendRows(log, 20);
    expect(await log.audit.retain(ADMIN, { keepRows: 5 })).toEqual({ rows: 15, through: 15 });
    const { events } = await log.audit.query({ limit: 50 });
    expect(events.map(({ seq }) => seq)).toEqual([21, 20, 19, 18, 17, 16]);
    expect(events[0]).toMatchObject({
      action: "audit.retain",
      actor: "alice",
      details: { through: 15, rows: 15, keepRows: 5 },
    });
    expect(await log.audit.verify()).toMatchObject({
      ok: true,
      events: 6,
      headSeq: 21,
      anchoredSeq: 21,
      textIndexOk: true,
    });
    expect((await log.audit.query({ text: "target 7", limit: 5 })).events).toEqual([]);
    expect((await log.audit.query({ text: "target 17", limit: 5 })).events).toHaveLength(1);
  });

  it("cuts by age up to the first row that is young enough, also when the clock went back", async () => {
    const log = await openLog();
    await appendRows(log, 5);
    log.clock.time += 40 * DAY;
    await appendRows(log, 5);
    log.clock.time -= 39 * DAY;
    await appendRows(log, 5);
    log.clock.time += 39 * DAY;
    expect(await log.audit.retain(GUARD_ACTOR, { keepDays: 30 })).toEqual({ rows: 5, through: 5 });
    expect(await log.audit.retain(GUARD_ACTOR, { keepDays: 30 })).toEqual({ rows: 0, through: null });
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 11 });
  });

  it("can be done again and again, and cut everything that was before it", async () => {
    const log = await openLog();
    for (let round = 0; round < 3; round += 1) {
      await appendRows(log, 10);
      log.clock.time += 2 * DAY;
      await log.audit.retain(ADMIN, { keepDays: 1 });
    }
    expect((await log.audit.query({ limit: 50 })).events.map(({ action }) => action)).toEqual([
      "audit.retain",
    ]);
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 1, headSeq: 33 });
    await appendRows(log, 1);
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 2, headSeq: 34 });
  });

  it("goes on where a crash left rows below the cut; nobody sees them, and they are verified as well", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    const rows = log.database.sqlite.prepare("SELECT * FROM audit WHERE seq BETWEEN 4 AND 6").all();
    await log.audit.retain(ADMIN, { keepRows: 4 });
    const insert = `INSERT INTO audit VALUES (${Array(14).fill("?").join(", ")})`;
    tamper(log, (sqlite) => {
      for (const row of rows) sqlite.prepare(insert).run(...Object.values(row as object));
      sqlite.exec("INSERT INTO audit_text(audit_text) VALUES ('rebuild')");
    });
    expect((await log.audit.query({ limit: 50 })).events.map(({ seq }) => seq)).toEqual([11, 10, 9, 8, 7]);
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 8 });
    await log.audit.retain(ADMIN, { keepRows: 5 });
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 5 });
    tamper(log, (sqlite) =>
      sqlite.prepare(insert).run(...Object.values({ ...(rows[2] as object), target: "forged" })),
    );
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 6 });
  });

  it("refuses to cut rows that were tampered with, unless somebody has looked at them", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    tamper(log, (sqlite) => sqlite.exec("UPDATE audit SET target = 'x' WHERE seq = 3"));
    await expect(log.audit.retain(ADMIN, { keepRows: 2 })).rejects.toMatchObject({ code: "audit_broken" });
    expect(await log.audit.verify()).toMatchObject({ firstBad: 3 });
    await log.audit.retain(ADMIN, { keepRows: 2, acceptBroken: true });
    expect(await log.audit.verify()).toMatchObject({ ok: true });
    const [row] = (await log.audit.query({ limit: 1 })).events;
    expect(row).toMatchObject({ action: "audit.retain", details: { firstBad: 3 } });
  });

  it.each([
    ["nobody asked", { keepRows: 0 }],
    ["not whole", { keepDays: 1.5 }],
    ["negative", { keepDays: -1 }],
  ])("refuses numbers that are none: %s", async (_, retention) => {
    const log = await openLog();
    await appendRows(log, 3);
    await expect(log.audit.retain(ADMIN, retention)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is not for resellers and customers", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    const attempt = log.audit.retain({ ...ADMIN, role: "reseller" }, { keepRows: 1 });
    await expect(attempt).rejects.toMatchObject({ code: "not_permitted" });
    expect((await log.audit.query({ limit: 50 })).events).toHaveLength(3);
  });
});

describe("a forged cut", () => {
  const forge = `INSERT INTO audit_cuts SELECT 6, hash, time, 6, zeroblob(32) FROM audit WHERE seq = 6`;

  it("does not excuse missing rows", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    log.database.sqlite.exec(`${forge}; DELETE FROM audit WHERE seq <= 6`);
    expect(await log.audit.verify()).toMatchObject({
      ok: false,
      firstBad: 1,
      reason: expect.stringMatching(/cut up to row 6/),
    });
  });

  it("is named after one that castellan made", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    await log.audit.retain(ADMIN, { keepRows: 6 });
    log.database.sqlite.exec(`${forge}; DELETE FROM audit WHERE seq <= 6`);
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 5 });
  });

  it.each([
    ["seq = 5", 1],
    ["hash = zeroblob(32)", 1],
    ["cut_at = 1", 1],
    ["rows = 1", 1],
    ["signature = 'text'", 1],
  ])("that was castellan's, with %s", async (change, firstBad) => {
    const log = await openLog();
    await appendRows(log, 10);
    await log.audit.retain(ADMIN, { keepRows: 6 });
    tamper(log, (sqlite) => sqlite.exec(`UPDATE audit_cuts SET ${change}`));
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad });
  });

  it("or one that was removed", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    await log.audit.retain(ADMIN, { keepRows: 6 });
    tamper(log, (sqlite) => sqlite.exec("DELETE FROM audit_cuts"));
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 1 });
  });
});
