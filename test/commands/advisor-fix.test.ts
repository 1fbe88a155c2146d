import { describe, expect, it } from "vitest";
import type { AdvisorReport, FixPlan } from "../../src/advisor/advisor.ts";
import type { Castellan } from "../../src/castellan.ts";
import type { ChangePlan } from "../../src/changes/change.ts";
import { fixFinding } from "../../src/commands/advisor-fix.ts";
import { createCall } from "../../src/commands/call.ts";
import type { Session } from "../../src/commands/context.ts";
import { createOutlet } from "../../src/commands/outlet.ts";
import { keyboard } from "./run-command.ts";

describe("advisor fix", () => {
  const PLAN: ChangePlan = {
    draft: { kind: "sysctl.network", title: "Harden the network", reason: "NET-01", services: ["sysctl"] },
    steps: [],
    diffs: [
      {
        path: "/etc/sysctl.d/zz-castellan.conf",
        created: true,
        removed: false,
        lines: [{ kind: "added", text: "net.ipv4.tcp_syncookies = 1" }],
      },
    ],
    effects: ["sysctl net.ipv4.tcp_syncookies: 0 -> 1"],
    checks: [],
    drift: [],
    nothingToDo: false,
    refusals: [],
  };
  const sshPlan = (more: { lost?: string[]; refusals?: string[] }): FixPlan =>
    ({
      via: "ssh",
      plan: {
        change: PLAN,
        wanted: { settings: {} },
        before: [],
        after: [{ login: "alice", ways: ["publickey"] }],
        lost: [],
        notes: ["MaxAuthTries 3 and 7 keys"],
        refusals: [],
        ...more,
      },
    }) as unknown as FixPlan;
  const REPORT = {
    run: { id: 2, startedAt: 0, endedAt: 0, by: "x", score: 91, unknowns: 3 },
    previous: null,
    findings: [{ id: "NET-01", rating: "passed", summary: "As it should be", accepted: null }],
  } as unknown as AdvisorReport;
  const CHANGE = {
    id: 7,
    state: "applied",
    deadline: Date.now() + 120_000,
    draft: PLAN.draft,
    startedAt: 0,
    appliedAt: 0,
    settledAt: null,
  };

  /** Runs the fix of a check whose plan is given; what it asked the Advisor to do is in `applied`. */
  async function fix(
    plan: FixPlan,
    options: { yes?: true; accept?: string[]; dryRun?: true },
    typed?: string,
  ) {
    let text = "";
    const applied: object[] = [];
    const keys = keyboard();
    const call = createCall(
      createOutlet({
        stdin: typed === undefined ? Object.assign(keys, { isTTY: false }) : keys,
        out: (more) => {
          text += more;
        },
        err: (more) => {
          text += more;
        },
        columns: null,
        isTTY: typed !== undefined,
        gone: new AbortController().signal,
        environment: {},
      }),
      () => ({ json: false, ascii: true, plain: true }) as never,
    );
    const session = {
      castellan: {
        advisor: {
          planFix: async () => plan,
          applyFix: async (...args: object[]) => {
            applied.push(args.at(-1) ?? {});
            return { change: CHANGE, report: REPORT };
          },
        },
      } as unknown as Castellan,
      operator: { osLogin: "alice", address: null, verified: true, connection: null },
    } as unknown as Session;
    if (typed !== undefined) keys.type(typed);
    const ended = await fixFinding(call, session, "NET-01", { overwrite: [], ...options }).then(
      (answer) => {
        call.print(answer);
        return "done";
      },
      (error: { code: string }) => error.code,
    );
    return { ended, text, applied };
  }

  it("shows what would change, asks, and tells what is measured and how to confirm", async () => {
    const { ended, text, applied } = await fix({ via: "change", plan: PLAN }, {}, "y\r");
    expect(ended).toBe("done");
    expect(text).toMatch(/^\/etc\/sysctl\.d\/zz-castellan\.conf \(new\)\n\+ net\.ipv4\.tcp_syncookies = 1$/m);
    expect(text).toContain("sysctl net.ipv4.tcp_syncookies: 0 -> 1");
    expect(text.indexOf("Do it? [y/N]")).toBeGreaterThan(text.indexOf("tcp_syncookies"));
    expect(text).toMatch(/\+ OK {2}NET-01, measured again: As it should be/);
    expect(text).toMatch(/It goes back by itself at .*, in (2m 00s|1m 5\ds), unless it is confirmed\./);
    expect(text).toContain("castellan change confirm 7");
    expect(applied).toHaveLength(1);
  });

  it("does nothing without a yes", async () => {
    for (const typed of ["n\r", "\r", undefined]) {
      const { ended, applied } = await fix({ via: "change", plan: PLAN }, {}, typed);
      expect([ended, applied]).toEqual(["confirmation_needed", []]);
    }
    const dry = await fix({ via: "change", plan: PLAN }, { dryRun: true });
    expect([dry.ended, dry.applied]).toEqual(["done", []]);
  });

  it("takes a yes for the names that were shown, and --yes for nobody's", async () => {
    const plan = sshPlan({ lost: ["bob"] });
    const asked = await fix(plan, {}, "y\r");
    expect(asked.text).toMatch(/^Shut out\n {2}bob$/m);
    expect(asked.text).toMatch(/and shut out bob\. Do it\?/);
    expect(asked.applied).toEqual([expect.objectContaining({ accept: ["bob"] })]);
    expect((await fix(plan, { yes: true })).applied).toEqual([expect.objectContaining({ accept: [] })]);
    expect((await fix(plan, { yes: true, accept: ["bob"] })).applied).toEqual([
      expect.objectContaining({ accept: ["bob"] }),
    ]);
  });

  it("refuses what would shut everybody out before it asks", async () => {
    const { ended, text, applied } = await fix(sshPlan({ refusals: ["nobody could sign in"] }), {}, "y\r");
    expect([ended, applied]).toEqual(["would_lock_out", []]);
    expect(text).toContain("nobody could sign in");
    expect(text).not.toContain("Do it?");
  });
});
