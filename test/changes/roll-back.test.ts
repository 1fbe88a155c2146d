import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import type { ChangesParts } from "../../src/changes/parts.ts";
import { CastellanError } from "../../src/errors.ts";
import { ALICE, draftOf, SSHD, SYSCTL, snapshot, testHost } from "./support.ts";

const OPEN = "changes/open";

async function waiting(more: Partial<ChangeDraft> = {}, parts: Partial<ChangesParts> = {}) {
  const host = testHost(parts);
  const before = snapshot(host.root);
  const plan = await host.changes.plan(draftOf({ confirmSeconds: 60, ...more }));
  await host.changes.apply(ALICE, plan, { connection: null });
  return { host, before };
}

describe("rolling back", () => {
  it("puts aside what somebody wrote into our file meanwhile, then restores the old one", async () => {
    const host = testHost();
    host.write(SSHD, "PermitRootLogin yes\n");
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    await host.changes.apply(ALICE, plan, { connection: null, overwrite: [SSHD] });
    host.write(SSHD, "edited in the window\n");
    const record = await host.changes.rollBack(ALICE, 1, "no");
    const copy = join(host.state, "changes/1/kept-1");
    expect(record.kept).toEqual([{ path: SSHD, copy, note: "somebody had written something else into it" }]);
    expect(readFileSync(copy, "utf8")).toBe("edited in the window\n");
    expect(host.read(SSHD)).toBe("PermitRootLogin yes\n");
  });

  it("replaces a link that somebody put in place of our file, not what it leads to", async () => {
    const { host } = await waiting();
    host.write("/etc/victim", "precious\n");
    const path = join(host.root, SSHD);
    rmSync(path);
    symlinkSync(join(host.root, "etc/victim"), path);
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(record.state).toBe("rolled_back");
    expect(record.kept[0]?.note).toMatch(/^somebody had put a symbolic link to .*victim in its place$/);
    expect(existsSync(path)).toBe(false);
    expect(host.read("/etc/victim")).toBe("precious\n");
  });

  it("rolls back while the audit log cannot be written, and delivers the rows later", async () => {
    const { host, before } = await waiting();
    host.ledgerError = new CastellanError("storage_full", "the disk is full");
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(record.state).toBe("rolled_back");
    expect(snapshot(host.root)).toEqual(before);
    expect(readdirSync(join(host.state, OPEN))).toEqual(["1"]);
    await host.changes.settle();
    expect(host.rows.map(({ action }) => action)).toEqual(["change.apply"]);
    // It is settled: another change may come.
    expect(await host.changes.waiting()).toBeNull();
    host.ledgerError = null;
    await host.changes.settle();
    expect(host.rows.map(({ action }) => action)).toEqual(["change.apply", "change.rollback"]);
    expect(readdirSync(join(host.state, OPEN))).toEqual([]);
  });

  it("keeps on trying when a step cannot be taken back, and says why", async () => {
    const { host, before } = await waiting({
      files: [
        { path: SSHD, content: "PermitRootLogin no\n" },
        { path: SYSCTL, content: "x\n" },
      ],
    });
    const failing = host.open({
      onStep: (name) => {
        if (name === `remove ${join("/", SYSCTL)}`)
          throw Object.assign(new Error("full"), { code: "ENOSPC" });
      },
    });
    const stuck = await failing.rollBack(ALICE, 1, "no");
    expect(stuck).toMatchObject({
      state: "rolling_back",
      fault: `write ${SYSCTL}: there is no room left on the disk`,
    });
    // What could be taken back is back, and the service has it.
    expect(host.read(SSHD)).toBeNull();
    expect(host.told.calls.at(-1)).toBe("sshd probe");
    const plan = await host.changes.plan(draftOf());
    host.told.answers.set("sshd activate", new CastellanError("change_failed", "no reload"));
    await expect(failing.apply(ALICE, plan, { connection: null })).rejects.toMatchObject({
      code: "change_waiting",
      message: expect.stringMatching(/could not be rolled back yet: write .*no room left.*no reload/),
    });
    host.told.answers.clear();
    expect(await host.changes.settle()).toEqual([
      expect.objectContaining({ state: "rolled_back", reason: "no", fault: null }),
    ]);
    expect(snapshot(host.root)).toEqual(before);
  });

  it("does not reload services each second while something stands in the way for hours", async () => {
    const { host } = await waiting();
    const failing = host.open({
      onStep: (name) => {
        if (name === `remove ${SSHD}`) throw Object.assign(new Error("no"), { code: "EPERM" });
      },
    });
    const reloads = () => host.told.calls.filter((call) => call === "sshd activate").length;
    await failing.rollBack(ALICE, 1, "no");
    host.told.calls.length = 0;
    for (let second = 0; second < 600; second += 1) {
      host.clock.time += 1_000;
      await failing.settle();
    }
    expect(reloads()).toBeGreaterThan(5);
    expect(reloads()).toBeLessThan(20);
    // Who asks is not put off.
    host.told.calls.length = 0;
    expect(await failing.rollBack(ALICE, 1, "no")).toMatchObject({ state: "rolling_back" });
    expect(reloads()).toBe(1);
  });

  it("gives up on a service that does not take its old files, and does not hide it", async () => {
    const { host, before } = await waiting();
    host.told.answers.set("sshd activate", new CastellanError("change_failed", "sshd does not run"));
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(record).toMatchObject({ state: "rolling_back", fault: "sshd: sshd does not run" });
    expect(snapshot(host.root)).toEqual(before);
    for (let tries = 0; tries < 10; tries += 1) {
      host.clock.time += 10_000;
      await host.changes.settle();
    }
    expect(await host.changes.get(1)).toMatchObject({
      state: "rolled_back",
      fault: "sshd: sshd does not run",
    });
    expect(host.rows.at(-1)).toMatchObject({ action: "change.rollback", outcome: "failed" });
  });

  it("does not reload a service whose old configuration does not stand", async () => {
    const { host } = await waiting();
    host.told.calls.length = 0;
    host.told.answers.set("sshd verify", false);
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(host.told.calls).not.toContain("sshd activate");
    expect(record.fault).toBe("sshd: verify: sshd says false; sshd was not reloaded");
  });
});
