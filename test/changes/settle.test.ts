import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import { expireChange } from "../../src/changes/expire.ts";
import type { ChangesParts } from "../../src/changes/parts.ts";
import { ALICE, connection, draftOf, LATER, SSHD, snapshot, testHost, until } from "./support.ts";

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
      `CASTELLAN_STATE=${host.state}`,
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
