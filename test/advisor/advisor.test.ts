import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { AdvisorProgress, AdvisorReport } from "../../src/advisor/advisor.ts";
import { defineCheck } from "../../src/advisor/check.ts";
import { defineFact } from "../../src/advisor/fact.ts";
import { openAdvisor } from "../../src/advisor/open.ts";
import { openDatabase } from "../../src/database/open.ts";
import {
  ALICE,
  auditRows,
  openPanelRoom,
  openSaying,
  openTestAdvisor,
  sayingCheck,
  testParts,
} from "./room.ts";

function ratings({ findings }: AdvisorReport): Record<string, string> {
  return Object.fromEntries(findings.map(({ id, rating }) => [id, rating]));
}

describe("a run", () => {
  it("is judged, stored and read back the same", async () => {
    const { advisor, time } = await openSaying({ "A-01": "passed", "A-02": "warning", "A-03": "none" });
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
    const room = await openSaying({ "A-01": "passed", "A-02": "warning" });
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
    const { advisor } = await openSaying({ "A-01": "defect", "A-02": "passed" });
    const report = await advisor.run(ALICE);
    expect(ratings(report)).toEqual({ "A-01": "unknown", "A-02": "passed" });
    expect(report.findings[0]?.summary).toMatch(/could not judge this: cannot read properties/);
    expect(report.run).toMatchObject({ score: 50, unknowns: 1 });
  });

  it("says how far it is", async () => {
    const { advisor } = await openSaying({ "A-01": "passed", "A-02": "passed" });
    const seen: AdvisorProgress[] = [];
    await advisor.run(ALICE, { onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toEqual({ done: 0, total: 2, waitingFor: ["fact of A-01", "fact of A-02"] });
    expect(seen.at(-1)).toEqual({ done: 2, total: 2, waitingFor: [] });
  });

  it("is kept; of very many the newest 200 are", async () => {
    const room = await openSaying({ "A-01": "passed" });
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
    const room = await openSaying({ "A-01": "passed" });
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
    const room = await openSaying({ "A-01": "passed" });
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
    const room = await openSaying({ "A-01": "warning" });
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
