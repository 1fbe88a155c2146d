import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CastellanError } from "../../src/errors.ts";
import { ALICE, draftOf, SSHD, SYSCTL, snapshot, testHost } from "./support.ts";

const NO_CONNECTION = { connection: null };

describe("a plan", () => {
  it("shows what would change and touches nothing", async () => {
    const host = testHost();
    host.write(SYSCTL, "kernel.kptr_restrict = 0\n", 0o600);
    const before = snapshot(host.root);
    const plan = await host.changes.plan(
      draftOf({
        files: [
          { path: SSHD, content: "PermitRootLogin no\n" },
          { path: SYSCTL, content: "kernel.kptr_restrict = 1\n" },
        ],
      }),
    );
    expect(snapshot(host.root)).toEqual(before);
    expect(existsSync(join(host.state, "changes"))).toBe(false);
    expect(plan.nothingToDo).toBe(false);
    expect(plan.refusals).toEqual([]);
    expect(
      plan.diffs.map(({ path, created, lines }) => [path, created, lines.map(({ kind }) => kind)]),
    ).toEqual([
      [SSHD, true, ["added"]],
      [SYSCTL, false, ["removed", "added"]],
    ]);
    expect(plan.effects).toEqual([`chmod 0644 ${SYSCTL}`]);
    expect(plan.drift.map(({ path, state }) => [path, state])).toEqual([[SYSCTL, "unknown"]]);
    expect(host.told.calls).toEqual(["sshd check"]);
  });

  it("has nothing to do where everything is as wanted", async () => {
    const host = testHost();
    host.write(SSHD, "PermitRootLogin no\n");
    const plan = await host.changes.plan(draftOf());
    expect(plan).toMatchObject({ nothingToDo: true, steps: [], diffs: [], drift: [] });
  });

  it("is refused by a failed check, and by one that could not be asked when access is at stake", async () => {
    const host = testHost();
    host.told.answers.set("sshd check", false);
    expect((await host.changes.plan(draftOf())).refusals).toEqual(["sshd: check: sshd says false"]);
    host.told.answers.set("sshd check", null);
    expect((await host.changes.plan(draftOf())).refusals).toEqual([]);
    expect((await host.changes.plan(draftOf({ confirmSeconds: 60 }))).refusals).toEqual([
      expect.stringMatching(/^could not be checked, and this change can cut access: sshd/),
    ]);
    host.told.answers.set("sshd check", new CastellanError("command_missing", "sshd is not installed"));
    expect((await host.changes.plan(draftOf({ confirmSeconds: 60 }))).refusals).toEqual([
      expect.stringMatching(/sshd is not installed/),
    ]);
  });

  it.each([
    ["the distribution's own file", "/etc/ssh/sshd_config"],
    ["a file outside /etc", "/usr/share/castellan/x.conf"],
    ["a name that only looks like ours", "/etc/ssh/notcastellan.conf"],
    ["a way out", "/etc/castellan/../passwd"],
    ["a relative path", "etc/castellan/x"],
    ["a line break", "/etc/castellan/x\ny"],
    ["a direction mark", "/etc/castellan/\u202ex"],
    ["an empty part", "/etc//castellan"],
  ])("refuses to write %s", async (_, path) => {
    const host = testHost();
    const plan = await host.changes.plan(draftOf({ files: [{ path, content: "x" }] }));
    expect(plan.refusals).toHaveLength(1);
    expect(plan.steps).toEqual([]);
    expect(host.told.calls).toEqual([]);
    await expect(host.changes.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({
      code: "change_refused",
    });
    expect(host.rows).toEqual([
      expect.objectContaining({ action: "change.apply", outcome: "refused", actor: "alice" }),
    ]);
  });

  it.each([
    ["a window too short", { confirmSeconds: 29 }],
    ["a window too long", { confirmSeconds: 3_601 }],
    ["an option for a unit", { units: [{ name: "--now.service" }] }],
    ["a unit with a path", { units: [{ name: "../x.service" }] }],
    ["a way out of /proc/sys", { sysctls: { "net.//.//.x": "1" } }],
    ["two lines for a setting", { sysctls: { "kernel.kptr_restrict": "1\n2" } }],
    [
      "a file twice",
      {
        files: [
          { path: SSHD, content: "a" },
          { path: SSHD, content: "b" },
        ],
      },
    ],
    ["a mode that is none", { modes: [{ path: "/etc/ssh", mode: 0o10_000 }] }],
    ["a title of two lines", { title: "a\nb" }],
  ])("is not made of %s", async (_, more) => {
    await expect(testHost().changes.plan(draftOf(more))).rejects.toMatchObject({ code: "invalid_input" });
  });
});
