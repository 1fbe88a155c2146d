import { describe, expect, it } from "vitest";
import { codeOf } from "../../src/errors.ts";
import { ALICE, auditRows, DAY_MS, openSaying, type PanelRoom } from "./room.ts";

describe("a risk", () => {
  const monthAhead = (room: PanelRoom): number => room.time.now + 30 * DAY_MS;

  it("is taken on until a date, because of a reason; the rating stays what it is", async () => {
    const room = await openSaying({ "A-01": "critical" });
    await room.advisor.run(ALICE);
    const until = monthAhead(room);
    const acceptance = await room.advisor.accept(ALICE, {
      checkId: "A-01",
      until,
      reason: "  old switch needs it ",
    });
    const expected = {
      checkId: "A-01",
      by: "alice",
      at: room.time.now,
      until,
      reason: "old switch needs it",
    };
    expect(acceptance).toMatchObject(expected);
    const report = await room.advisor.latest();
    expect(report?.findings[0]).toMatchObject({ rating: "critical", accepted: expected });
    expect(report?.run).toMatchObject({ criticals: 1, accepted: 1, score: 0 });
    expect((await auditRows(room, "advisor.accept"))[0]).toMatchObject({
      target: "A-01",
      details: expect.objectContaining({ rating: "critical", until: { old: null, new: until } }),
    });
  });

  it("shows again once its date is over, and the next run says so in the audit log", async () => {
    const room = await openSaying({ "A-01": "warning" });
    await room.advisor.run(ALICE);
    const until = room.time.now + DAY_MS;
    await room.advisor.accept(ALICE, { checkId: "A-01", until, reason: "migration" });
    room.time.now = until - 1;
    expect((await room.advisor.run(ALICE)).run.accepted).toBe(1);
    room.time.now = until;
    expect((await room.advisor.latest())?.findings[0]?.accepted).toBeNull();
    expect((await room.advisor.run(ALICE)).run.accepted).toBe(0);
    await room.advisor.run(ALICE);
    const rows = await auditRows(room, "advisor.acceptance_expired");
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      actor: "castellan",
      target: "A-01",
      details: { until, reason: "migration", acceptedBy: "alice" },
    });
    expect((await room.advisor.report(2)).findings[0]?.accepted).toMatchObject({ reason: "migration" });
  });

  it("of a warning does not cover the same check turning critical; of a critical it covers the warning", async () => {
    const room = await openSaying({ "A-01": "warning", "A-02": "critical" });
    await room.advisor.run(ALICE);
    for (const checkId of ["A-01", "A-02"]) {
      await room.advisor.accept(ALICE, { checkId, until: monthAhead(room), reason: "for now" });
    }
    Object.assign(room.says, { "A-01": "critical", "A-02": "warning" });
    const { findings } = await room.advisor.run(ALICE);
    expect(findings.map(({ accepted }) => accepted !== null)).toEqual([false, true]);
    Object.assign(room.says, { "A-01": "warning", "A-02": "unknown" });
    const again = await room.advisor.run(ALICE);
    expect(again.findings.map(({ accepted }) => accepted !== null)).toEqual([true, false]);
  });

  it("is taken back, once", async () => {
    const room = await openSaying({ "A-01": "warning" });
    await room.advisor.run(ALICE);
    await room.advisor.accept(ALICE, { checkId: "A-01", until: monthAhead(room), reason: "for now" });
    await room.advisor.unaccept(ALICE, "A-01");
    expect((await room.advisor.latest())?.findings[0]?.accepted).toBeNull();
    await expect(room.advisor.unaccept(ALICE, "A-01")).rejects.toMatchObject({ code: "not_found" });
    expect(await auditRows(room, "advisor.unaccept")).toHaveLength(2);
  });

  it("that is accepted again replaces what was accepted before", async () => {
    const room = await openSaying({ "A-01": "warning" });
    await room.advisor.run(ALICE);
    const [first, second] = [monthAhead(room), monthAhead(room) + DAY_MS];
    await room.advisor.accept(ALICE, { checkId: "A-01", until: first, reason: "one" });
    room.time.now += 1_000;
    await room.advisor.accept(ALICE, { checkId: "A-01", until: second, reason: "two" });
    expect((await room.advisor.latest())?.findings[0]?.accepted).toMatchObject({
      reason: "two",
      until: second,
    });
    expect((await auditRows(room, "advisor.accept"))[0]?.details).toMatchObject({
      until: { old: first, new: second },
      reason: { old: "one", new: "two" },
    });
  });

  const refused: [string, { reason?: string; days?: number; checkId?: string }][] = [
    ["without a reason", { reason: "  " }],
    ["with a reason of pages", { reason: "x".repeat(501) }],
    ["until yesterday", { days: -1 }],
    ["until now", { days: 0 }],
    ["for more than a year", { days: 367 }],
    ["until no time at all", { days: Number.NaN }],
    ["that is none", { checkId: "A-02" }],
    ["of a check that is not there", { checkId: "X-99" }],
  ];

  it.each(refused)("is not accepted %s", async (_, { reason = "why", days = 30, checkId = "A-01" }) => {
    const room = await openSaying({ "A-01": "warning", "A-02": "passed" });
    await room.advisor.run(ALICE);
    const input = { checkId, until: room.time.now + days * DAY_MS, reason };
    const code = await room.advisor.accept(ALICE, input).then(
      () => "accepted",
      (error: unknown) => codeOf(error),
    );
    expect(code).toBe(checkId === "X-99" ? "not_found" : "invalid_input");
    expect((await room.advisor.latest())?.run.accepted).toBe(0);
  });
});
