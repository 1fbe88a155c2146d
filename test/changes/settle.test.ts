import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import { expireChange } from "../../src/changes/expire.ts";
import type { ChangesParts } from "../../src/changes/parts.ts";
import { CastellanError } from "../../src/errors.ts";
import { ALICE, connection, draftOf, LATER, SSHD, SYSCTL, snapshot, testHost, until } from "./support.ts";

const OPEN = "changes/open";

async function waiting(more: Partial<ChangeDraft> = {}, parts: Partial<ChangesParts> = {}) {
  const host = testHost(parts);
  const before = snapshot(host.root);
  const plan = await host.changes.plan(draftOf({ confirmSeconds: 60, ...more }));
  await host.changes.apply(ALICE, plan, { connection: null });
  return { host, before };
}

describe("settling", () => {
  it("leaves a change alone within its window and rolls it back after", async () => {
    const { host, before } = await waiting();
    host.clock.time += 59_999;
    expect(await host.changes.settle()).toEqual([]);
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
    host.clock.time += 1;
    const [record] = await host.changes.settle();
    expect(record).toMatchObject({ id: 1, state: "rolled_back", reason: "not confirmed in time" });
    expect(snapshot(host.root)).toEqual(before);
    expect(readdirSync(join(host.state, OPEN))).toEqual([]);
    expect(host.rows.at(-1)).toMatchObject({
      actor: "castellan",
      action: "change.rollback",
      details: { reason: "not confirmed in time" },
    });
    expect(await host.changes.settle()).toEqual([]);
  });

  it("does not wait longer because somebody sets the clock back", async () => {
    const proc = fakeProc("5000.00", "boot-one");
    const { host, before } = await waiting({}, { proc: proc.folder });
    host.clock.time -= 86_400_000;
    proc.set("5059.99", "boot-one");
    expect(await host.changes.settle()).toEqual([]);
    proc.set("5060.00", "boot-one");
    expect(await host.changes.settle()).toEqual([
      expect.objectContaining({ reason: "not confirmed in time" }),
    ]);
    expect(snapshot(host.root)).toEqual(before);
  });

  it("rolls back what waited when the machine went down, and proves nothing across a reboot", async () => {
    const proc = fakeProc("5000.00", "boot-one");
    const { host, before } = await waiting({}, { proc: proc.folder });
    proc.set("12.00", "boot-two");
    const fresh = { connection: connection(600_000) };
    await expect(host.changes.confirm(ALICE, 1, fresh)).rejects.toMatchObject({
      code: "change_settled",
      message: "change 1 was rolled back: the machine restarted before it was confirmed",
    });
    expect(snapshot(host.root)).toEqual(before);
  });

  it("knows that a container has restarted although its kernel has not", async () => {
    const proc = fakeProc("5000.00", "boot-one");
    const { host, before } = await waiting({}, { proc: proc.folder });
    proc.init(400_000);
    expect(await host.changes.settle()).toEqual([
      expect.objectContaining({ reason: "the machine restarted before it was confirmed" }),
    ]);
    expect(snapshot(host.root)).toEqual(before);
  });

  it("gives way to another process that is at work", async () => {
    const { host } = await waiting();
    host.clock.time += 60_000;
    let during: unknown;
    const other = host.open({
      onStep: () => {
        during ??= host.changes.settle();
      },
    });
    expect(await other.settle()).toHaveLength(1);
    expect(await during).toEqual([]);
  });

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

  it("gives up on a service that does not take its old files, and does not hide it", async () => {
    const { host, before } = await waiting();
    host.told.answers.set("sshd activate", new CastellanError("change_failed", "sshd does not run"));
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(record).toMatchObject({ state: "rolling_back", fault: "sshd: sshd does not run" });
    expect(snapshot(host.root)).toEqual(before);
    for (let tries = 0; tries < 10; tries += 1) await host.changes.settle();
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

  it("says which record is damaged, after it has settled the others", async () => {
    const { host } = await waiting();
    mkdirSync(join(host.state, "changes/2"), { mode: 0o700 });
    writeFileSync(join(host.state, "changes/2/record.json"), "{");
    writeFileSync(join(host.state, OPEN, "2"), "");
    host.clock.time += 60_000;
    await expect(host.changes.settle()).rejects.toMatchObject({
      code: "database_damaged",
      message: expect.stringMatching(/changes\/2\/record\.json/),
    });
    expect(host.read(SSHD)).toBeNull();
    // The damage is told where it is asked for; others go on.
    await expect(host.changes.list()).rejects.toMatchObject({ code: "database_damaged" });
    expect((await host.changes.get(1)).state).toBe("rolled_back");
    expect(await host.changes.drift()).toEqual([]);
  });

  it("forgets a number that was taken before its record was on disk", async () => {
    const host = testHost();
    mkdirSync(join(host.state, OPEN), { recursive: true, mode: 0o700 });
    writeFileSync(join(host.state, OPEN, "1"), "");
    mkdirSync(join(host.state, "changes/1"));
    writeFileSync(join(host.state, "changes/1/reserve"), "x");
    expect(await host.changes.settle()).toEqual([]);
    expect(readdirSync(join(host.state, "changes")).sort()).toEqual(["lock", "open"]);
    expect(readdirSync(join(host.state, OPEN))).toEqual([]);
  });

  it("reads nothing but one folder when there is nothing to settle", async () => {
    const host = testHost();
    expect(await host.changes.settle()).toEqual([]);
    expect(existsSync(join(host.state, "changes"))).toBe(false);
  });
});

describe("the roll-back timer", () => {
  it("is a process of its own that settles at the deadline, and goes when the change is confirmed", async () => {
    const program = [process.execPath, join(import.meta.dirname, "expire-program.ts")];
    // A clock of which all but two seconds of the window are over.
    const now = () => Date.now() - 28_000;
    const { host, before } = await waiting(
      { confirmSeconds: 30 },
      { program, clock: { now, monotonic: now } },
    );
    const late = host.open({ clock: { now: () => Date.now(), monotonic: now } });
    const pid = Number((await host.changes.get(1)).timer?.split(" ")[1]);
    expect(readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").filter(Boolean)).toEqual([
      expect.stringMatching(/^PATH=\/usr\/local\/sbin:/),
    ]);
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
    await until(async () => (await late.get(1)).state === "rolled_back");
    expect(snapshot(host.root)).toEqual(before);
    await until(() => !existsSync(`/proc/${pid}`) || isZombie(pid));
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 30 }));
    const second = await host.changes.apply(ALICE, plan, { connection: null });
    const other = Number(second.timer?.split(" ")[1]);
    expect(existsSync(`/proc/${other}`)).toBe(true);
    await host.changes.confirm(ALICE, 2, { connection: connection(LATER) });
    await until(() => !existsSync(`/proc/${other}`) || isZombie(other));
  });

  it("ends when the change is settled by somebody else", async () => {
    const { host } = await waiting();
    const slept: number[] = [];
    const record = await expireChange(host.changes, host.clock, 1, async (ms) => {
      slept.push(ms);
      if (slept.length === 3) await host.changes.confirm(ALICE, 1, { connection: connection(LATER) });
    });
    expect(record.state).toBe("confirmed");
    expect(slept).toEqual([1_000, 1_000, 1_000]);
    const later = await waiting();
    const settled = await expireChange(later.host.changes, later.host.clock, 1, async (ms) => {
      later.host.clock.time += ms;
    });
    expect(settled.state).toBe("rolled_back");
    expect(later.host.clock.time).toBe(1_700_000_060_000);
  });
});

function isZombie(pid: number): boolean {
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

/** A /proc that says how long the machine runs, and which boot it is. */
function fakeProc(uptime: string, bootId: string) {
  const { root } = testHost();
  const folder = join(root, "proc");
  mkdirSync(join(folder, "sys/kernel/random"), { recursive: true });
  const set = (seconds: string, id: string) => {
    writeFileSync(join(folder, "uptime"), `${seconds} 0.00\n`);
    writeFileSync(join(folder, "sys/kernel/random/boot_id"), `${id}\n`);
  };
  const init = (startTicks: number) => {
    const fields = ["S", ...new Array(18).fill("0"), startTicks].join(" ");
    writeFileSync(join(folder, "1/stat"), `1 (systemd) ${fields} 0\n`);
  };
  mkdirSync(join(folder, "1"));
  set(uptime, bootId);
  init(1);
  return { folder, set, init };
}
