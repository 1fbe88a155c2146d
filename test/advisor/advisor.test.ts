import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Advisor, AdvisorProgress, AdvisorReport } from "../../src/advisor/advisor.ts";
import { type Check, defineCheck } from "../../src/advisor/check.ts";
import { defineFact } from "../../src/advisor/fact.ts";
import { openAdvisor } from "../../src/advisor/open.ts";
import type { Changes } from "../../src/changes/changes.ts";
import { openDatabase } from "../../src/database/open.ts";
import { codeOf } from "../../src/errors.ts";
import type { Ssh } from "../../src/ssh/ssh.ts";
import {
  ALICE,
  DAY_MS,
  openPanelRoom,
  openTestAdvisor,
  type PanelRoom,
  sayingCheck,
  testParts,
} from "./room.ts";

const OPERATOR = { osLogin: "alice", address: "198.51.100.7", connection: null };

type Says = Parameters<typeof sayingCheck>[1];

interface Room extends PanelRoom {
  readonly says: Says;
  readonly advisor: Advisor;
  readonly checks: readonly Check[];
}

async function open(says: Says, given: Parameters<typeof openTestAdvisor>[1] = {}): Promise<Room> {
  const room = await openPanelRoom();
  const checks = given.checks ?? Object.keys(says).map((id) => sayingCheck(id, says));
  return { ...room, says, checks, advisor: openTestAdvisor(room, { checks, ...given }) };
}

function ratings({ findings }: AdvisorReport): Record<string, string> {
  return Object.fromEntries(findings.map(({ id, rating }) => [id, rating]));
}

async function auditRows({ castellan }: PanelRoom, action: string) {
  const { events } = await castellan.audit.query({ action, limit: 50 });
  return events;
}

describe("a run", () => {
  it("is judged, stored and read back the same", async () => {
    const { advisor, time } = await open({ "A-01": "passed", "A-02": "warning", "A-03": "none" });
    const made = await advisor.run(ALICE);
    expect(ratings(made)).toEqual({ "A-01": "passed", "A-02": "warning" });
    expect(made.previous).toBeNull();
    expect(made.findings[1]).toMatchObject({
      area: "ssh",
      title: "What A-02 says",
      summary: "A-02 is warning",
      evidence: ["evidence of A-02"],
      why: "Because.",
      remedy: "Do it.",
      source: "own",
      fixable: false,
      before: null,
      accepted: null,
    });
    expect(made.run).toEqual({
      id: 1,
      startedAt: time.now,
      endedAt: time.now,
      by: "alice",
      score: 75,
      passed: 1,
      warnings: 1,
      criticals: 0,
      unknowns: 0,
      accepted: 0,
    });
    expect(await advisor.latest()).toEqual(made);
    expect(await advisor.report(1)).toEqual(made);
    await expect(advisor.report(2)).rejects.toMatchObject({ code: "not_found" });
  });

  it("tells what changed since the one before, also to the audit log", async () => {
    const room = await open({ "A-01": "passed", "A-02": "warning" });
    await room.advisor.run(ALICE);
    room.says["A-01"] = "critical";
    room.says["A-04"] = "passed";
    const { findings, previous } = await room.advisor.run(ALICE);
    expect(previous?.id).toBe(1);
    expect(findings.map(({ id, before, rating }) => [id, before, rating])).toEqual([
      ["A-01", "passed", "critical"],
      ["A-02", "warning", "warning"],
    ]);
    expect((await auditRows(room, "advisor.run"))[0]).toMatchObject({
      actor: "alice",
      details: expect.objectContaining({
        changed: { "A-01": { old: "passed", new: "critical" } },
        score: { old: 75, new: 25 },
      }),
    });
  });

  it("goes on when a check or a fact is defective: that one is unknown", async () => {
    const { advisor } = await open({ "A-01": "defect", "A-02": "passed" });
    const report = await advisor.run(ALICE);
    expect(ratings(report)).toEqual({ "A-01": "unknown", "A-02": "passed" });
    expect(report.findings[0]?.summary).toMatch(/could not judge this: cannot read properties/);
    expect(report.run).toMatchObject({ score: 50, unknowns: 1 });
  });

  it("says how far it is", async () => {
    const { advisor } = await open({ "A-01": "passed", "A-02": "passed" });
    const seen: AdvisorProgress[] = [];
    await advisor.run(ALICE, { onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toEqual({ done: 0, total: 2, waitingFor: ["fact of A-01", "fact of A-02"] });
    expect(seen.at(-1)).toEqual({ done: 2, total: 2, waitingFor: [] });
  });

  it("is kept; of very many the newest 200 are", async () => {
    const room = await open({ "A-01": "passed" });
    await room.advisor.run(ALICE);
    const { sqlite } = room.castellan.database;
    const more = sqlite.prepare(
      "INSERT INTO advisor_runs SELECT id + 1, started_at, ended_at, 'bob', 9, 1, 0, 0, 0, 0 FROM advisor_runs ORDER BY id DESC LIMIT 1",
    );
    const results = sqlite.prepare(
      "INSERT INTO advisor_results SELECT id, 'A-01', 'ssh', 't', 'passed', 's', '[]', 0 FROM advisor_runs WHERE id > 1",
    );
    sqlite.transaction(() => {
      for (let id = 2; id <= 202; id++) more.run();
      results.run();
    })();
    await room.advisor.run(ALICE);
    const runs = await room.advisor.history(1_000);
    expect(runs.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, index) => 203 - index));
    expect(sqlite.prepare("SELECT count(*) FROM advisor_results").pluck().get()).toBe(200);
    await expect(room.advisor.report(3)).rejects.toMatchObject({ code: "not_found" });
    expect((await room.advisor.report(4)).previous).toBeNull();
  });

  it("is no more than one at a time, over processes; one that died is not waited for", async () => {
    const room = await open({ "A-01": "passed" });
    const holder = fileURLToPath(new URL("./lock-holder.ts", import.meta.url));
    const child = execFile(process.execPath, [holder, room.panel.state]);
    const ended = once(child, "exit");
    await once(child.stdout ?? child, "data");
    await expect(room.advisor.run(ALICE)).rejects.toMatchObject({ code: "advisor_running" });
    child.kill("SIGKILL");
    await ended;
    expect((await room.advisor.run(ALICE)).run.id).toBe(1);
    const both = await Promise.allSettled([room.advisor.run(ALICE), room.advisor.run(ALICE)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("is refused to those who may not, and where nothing may be written", async () => {
    const room = await open({ "A-01": "passed" });
    await expect(room.advisor.run({ ...ALICE, role: "customer" })).rejects.toMatchObject({
      code: "not_permitted",
    });
    await room.advisor.run(ALICE);
    const database = await openDatabase(room.panel.state, { readOnly: true });
    const reading = openTestAdvisor(room, { checks: room.checks, database });
    await expect(reading.run(ALICE)).rejects.toMatchObject({ code: "read_only" });
    expect((await reading.latest())?.run.id).toBe(1);
    await database.close();
  });

  it("still tells of a check that is no more", async () => {
    const room = await open({ "A-01": "warning" });
    await room.advisor.run(ALICE);
    const later = openTestAdvisor(room, { checks: [] });
    expect((await later.latest())?.findings[0]).toMatchObject({
      id: "A-01",
      title: "What A-01 says",
      summary: "A-01 is warning",
      fixable: false,
    });
  });

  it("asks no program of this machine about a host that lies elsewhere", async () => {
    const room = await openPanelRoom();
    const asked: string[] = [];
    const check = defineCheck({
      ...sayingCheck("A-01", {}),
      facts: [defineFact("sh", (host) => host.run({ file: "/bin/sh", args: [] }))],
      judge: () => ({ rating: "passed", summary: "ran", evidence: [] }),
      fix: () => null,
    });
    const { door: _, ...parts } = testParts(room, {});
    const advisor = openAdvisor({
      ...parts,
      root: "/proc/self/root/",
      run: async ({ file }) => {
        asked.push(file);
        return { exitCode: 0, stdout: "", stderr: "" };
      },
      checks: [check],
    });
    const report = await advisor.run(ALICE);
    expect(ratings(report)).toEqual({ "A-01": "unknown" });
    expect(report.findings[0]?.evidence[0]).toMatch(/was not run: it speaks of this machine/);
    expect(asked).toEqual([]);
  });
});

describe("a risk", () => {
  const monthAhead = (room: PanelRoom): number => room.time.now + 30 * DAY_MS;

  it("is taken on until a date, because of a reason; the rating stays what it is", async () => {
    const room = await open({ "A-01": "critical" });
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
    const room = await open({ "A-01": "warning" });
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
    const room = await open({ "A-01": "warning", "A-02": "critical" });
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
    const room = await open({ "A-01": "warning" });
    await room.advisor.run(ALICE);
    await room.advisor.accept(ALICE, { checkId: "A-01", until: monthAhead(room), reason: "for now" });
    await room.advisor.unaccept(ALICE, "A-01");
    expect((await room.advisor.latest())?.findings[0]?.accepted).toBeNull();
    await expect(room.advisor.unaccept(ALICE, "A-01")).rejects.toMatchObject({ code: "not_found" });
    expect(await auditRows(room, "advisor.unaccept")).toHaveLength(2);
  });

  it("that is accepted again replaces what was accepted before", async () => {
    const room = await open({ "A-01": "warning" });
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
    const room = await open({ "A-01": "warning", "A-02": "passed" });
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

describe("a fix", () => {
  const ssh = {} as Ssh;

  function changesThat(apply: Changes["apply"]): Changes {
    return { plan: async (draft: unknown) => ({ draft }), apply } as unknown as Changes;
  }

  it("is planned from what is so now, not from what the last run found", async () => {
    const room = await open({ "A-01": "fixable" }, { changes: changesThat(async () => ({}) as never), ssh });
    expect((await room.advisor.run(ALICE)).findings[0]?.fixable).toBe(true);
    expect(await room.advisor.planFix(OPERATOR, "A-01")).toMatchObject({
      via: "change",
      plan: { draft: { kind: "test" } },
    });
    for (const [now, why] of [
      ["passed", /passes/],
      ["unknown", /is not known/],
      ["none", /does not concern this host/],
      ["critical", /cannot mend A-01 by itself/],
    ] as const) {
      room.says["A-01"] = now;
      await expect(room.advisor.planFix(OPERATOR, "A-01")).rejects.toMatchObject({
        code: "not_fixable",
        message: expect.stringMatching(why),
      });
    }
    await expect(room.advisor.planFix(OPERATOR, "X-99")).rejects.toMatchObject({ code: "not_found" });
  });

  it("is applied, audited, and everything is measured again", async () => {
    const says: Says = { "A-01": "fixable" };
    const changes = changesThat(async () => {
      says["A-01"] = "passed";
      return { id: 7 } as never;
    });
    const room = await open(says, { changes, ssh });
    await room.advisor.run(ALICE);
    const plan = await room.advisor.planFix(OPERATOR, "A-01");
    const { change, report } = await room.advisor.applyFix(ALICE, OPERATOR, "A-01", plan, {});
    expect(change.id).toBe(7);
    expect(report.findings[0]).toMatchObject({ rating: "passed", before: "critical" });
    expect((await auditRows(room, "advisor.fix"))[0]).toMatchObject({
      target: "A-01",
      details: { change: 7 },
    });
  });

  it("that fails changes nothing here, and the next one may run", async () => {
    const changes = changesThat(async () => {
      throw new Error("reload failed");
    });
    const room = await open({ "A-01": "fixable" }, { changes, ssh });
    await room.advisor.run(ALICE);
    const plan = await room.advisor.planFix(OPERATOR, "A-01");
    await expect(room.advisor.applyFix(ALICE, OPERATOR, "A-01", plan, {})).rejects.toThrow("reload failed");
    expect(await auditRows(room, "advisor.fix")).toEqual([]);
    expect((await room.advisor.run(ALICE)).run.id).toBe(2);
  });
});
