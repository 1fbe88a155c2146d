import { describe, expect, it } from "vitest";
import type { Changes } from "../../src/changes/changes.ts";
import type { Ssh } from "../../src/ssh/ssh.ts";
import { ALICE, auditRows, openSaying, type Says } from "./room.ts";

const OPERATOR = { osLogin: "alice", address: "198.51.100.7", connection: null };

describe("a fix", () => {
  const ssh = {} as Ssh;

  function changesThat(apply: Changes["apply"]): Changes {
    return { plan: async (draft: unknown) => ({ draft }), apply } as unknown as Changes;
  }

  it("is planned from what is so now, not from what the last run found", async () => {
    const room = await openSaying(
      { "A-01": "fixable" },
      { changes: changesThat(async () => ({}) as never), ssh },
    );
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
    const room = await openSaying(says, { changes, ssh });
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
    const room = await openSaying({ "A-01": "fixable" }, { changes, ssh });
    await room.advisor.run(ALICE);
    const plan = await room.advisor.planFix(OPERATOR, "A-01");
    await expect(room.advisor.applyFix(ALICE, OPERATOR, "A-01", plan, {})).rejects.toThrow("reload failed");
    expect(await auditRows(room, "advisor.fix")).toEqual([]);
    expect((await room.advisor.run(ALICE)).run.id).toBe(2);
  });
});
