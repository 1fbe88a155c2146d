import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tryFileLock } from "../../src/database/file-lock.ts";
import { CastellanError } from "../../src/errors.ts";
import { ALICE, draftOf, SSHD, SYSCTL, snapshot, testHost } from "./support.ts";

const NO_CONNECTION = { connection: null };

describe("applying", () => {
  it("writes whole files as root's, asks the services in order, and keeps a record that tells", async () => {
    const host = testHost();
    const plan = await host.changes.plan(draftOf({ services: ["systemd", "sshd"] }));
    host.told.calls.length = 0;
    const progress: string[] = [];
    const record = await host.changes.apply(ALICE, plan, {
      connection: null,
      onProgress: (what) => progress.push(what),
    });
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
    expect(statSync(join(host.root, SSHD)).mode & 0o7777).toBe(0o644);
    expect(record).toMatchObject({ id: 1, state: "confirmed", deadline: null, timer: null, undoneBy: null });
    expect(host.told.calls).toEqual([
      "systemd verify",
      "sshd verify",
      "systemd activate",
      "sshd activate",
      "systemd probe",
      "sshd probe",
    ]);
    expect(progress).toContain(`write ${SSHD}`);
    expect(host.rows).toEqual([
      expect.objectContaining({ actor: "alice", action: "change.apply", target: "change 1 ssh.harden" }),
    ]);
    expect(await host.changes.list()).toEqual([record]);
    expect(readdirSync(join(host.state, "changes/open"))).toEqual([]);
    expect(statSync(join(host.state, "changes/1")).mode & 0o7777).toBe(0o700);
    expect(statSync(join(host.state, "changes/1/record.json")).mode & 0o7777).toBe(0o600);
    expect(readdirSync(join(host.state, "changes/1"))).toEqual(["record.json"]);
  });

  it("makes missing folders 0755 whatever the umask, and takes them away with the change", async () => {
    const host = testHost();
    const draft = draftOf({
      files: [
        { path: "/etc/systemd/system/ssh.socket.d/castellan.conf", content: "[Socket]\n" },
        { path: "/etc/systemd/system/ssh.socket.d/castellan-more.conf", content: "[Socket]\n", mode: 0o600 },
      ],
    });
    const before = snapshot(host.root);
    const umask = process.umask(0o077);
    try {
      await host.changes.apply(ALICE, await host.changes.plan(draft), NO_CONNECTION);
    } finally {
      process.umask(umask);
    }
    const folder = join(host.root, "etc/systemd/system/ssh.socket.d");
    expect(statSync(folder).mode & 0o7777).toBe(0o755);
    expect(readdirSync(folder).sort()).toEqual(["castellan-more.conf", "castellan.conf"]);
    const undo = await host.changes.planUndo(1);
    await host.changes.apply(ALICE, undo, NO_CONNECTION);
    expect(snapshot(host.root)).toEqual(before);
  });

  it("touches nothing when the audit log cannot be written", async () => {
    const host = testHost();
    const plan = await host.changes.plan(draftOf());
    const before = snapshot(host.root);
    host.ledgerError = new CastellanError("storage_full", "the disk is full");
    await expect(host.changes.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({
      code: "storage_full",
    });
    expect(snapshot(host.root)).toEqual(before);
    expect(await host.changes.list()).toEqual([]);
    expect(readdirSync(join(host.state, "changes/open"))).toEqual([]);
    expect(host.told.calls).toEqual(["sshd check"]);
  });

  it.each([
    ["its program is not there", ["/nowhere/castellan"]],
    ["the file that its program runs is not there", [process.execPath, "/nowhere/main.js"]],
    ["its program cannot be run", [import.meta.filename]],
  ])("touches nothing when no timer can be started: %s", async (_, program) => {
    const host = testHost({ program });
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    const before = snapshot(host.root);
    await expect(host.changes.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({
      code: "change_failed",
      message: expect.stringMatching(/timer cannot be started/),
    });
    expect(snapshot(host.root)).toEqual(before);
    expect(await host.changes.waiting()).toBeNull();
  });

  it("refuses a plan that the system has left behind", async () => {
    const host = testHost();
    host.write(SYSCTL, "a\n");
    const draft = draftOf({ files: [{ path: SYSCTL, content: "c\n" }] });
    const plan = await host.changes.plan(draft);
    host.write(SYSCTL, "b\n");
    const options = { connection: null, overwrite: [SYSCTL] };
    await expect(host.changes.apply(ALICE, plan, options)).rejects.toMatchObject({ code: "stale_plan" });
    expect(host.read(SYSCTL)).toBe("b\n");
  });

  it("does not wait for ever for another castellan that is at work", async () => {
    const host = testHost();
    const plan = await host.changes.plan(draftOf());
    await host.changes.settle();
    mkdirSync(join(host.state, "changes/open"), { recursive: true, mode: 0o700 });
    const lock = tryFileLock(join(host.state, "changes/lock"));
    await expect(host.changes.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({
      code: "change_busy",
    });
    lock?.release();
    expect((await host.changes.apply(ALICE, plan, NO_CONNECTION)).state).toBe("confirmed");
  });

  it("refuses while another change waits, and without root or with --read-only", async () => {
    const host = testHost();
    const waiting = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    await host.changes.apply(ALICE, waiting, NO_CONNECTION);
    const plan = await host.changes.plan(draftOf({ files: [{ path: SYSCTL, content: "x\n" }] }));
    await expect(host.changes.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({
      code: "change_waiting",
      message: expect.stringMatching(/^change 1 \(Harden SSH\) waits for confirmation$/),
    });
    const readOnly = host.open({ readOnly: true });
    await expect(readOnly.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({ code: "read_only" });
    expect(await readOnly.settle()).toEqual([]);
    const nobody = host.open({ isRoot: false, root: "/" });
    await expect(nobody.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({ code: "needs_root" });
  });

  it.each([
    ["verify", false, "sshd: verify: sshd says false failed"],
    ["probe", false, "sshd: probe: sshd says false failed"],
    [
      "activate",
      new CastellanError("change_failed", "systemctl reload ssh failed"),
      "systemctl reload ssh failed",
    ],
  ] as const)("rolls everything back when %s fails", async (what, answer, reason) => {
    const host = testHost();
    host.write(SSHD, "PermitRootLogin yes\n", 0o600);
    const before = snapshot(host.root);
    const plan = await host.changes.plan(
      draftOf({
        files: [
          { path: SSHD, content: "PermitRootLogin no\n" },
          { path: "/etc/castellan/input.nft", content: "#\n" },
        ],
      }),
    );
    let asked = 0;
    const service = host.parts.services.sshd;
    const answers = <T>(ask: () => T): T => {
      asked += 1;
      if (asked > 1) host.told.answers.delete(`sshd ${what}`);
      else host.told.answers.set(`sshd ${what}`, answer);
      return ask();
    };
    const changes = host.open({
      services: {
        ...host.parts.services,
        sshd: { ...service, [what]: () => answers(() => service[what](plan.draft)) },
      },
    });
    await expect(changes.apply(ALICE, plan, { connection: null, overwrite: [SSHD] })).rejects.toMatchObject({
      code: "change_failed",
      message: `change 1 was rolled back: ${reason}`,
    });
    expect(snapshot(host.root)).toEqual(before);
    expect(await changes.get(1)).toMatchObject({ state: "rolled_back", reason, fault: null });
    expect(host.rows.map(({ action, outcome }) => [action, outcome])).toEqual([
      ["change.apply", undefined],
      ["change.rollback", "done"],
    ]);
    expect(readdirSync(join(host.state, "changes/open"))).toEqual([]);
  });

  it("does not let a service take files that do not stand", async () => {
    const host = testHost();
    const plan = await host.changes.plan(draftOf({ files: [{ path: SSHD, content: "bad\n" }] }));
    host.told.calls.length = 0;
    await expect(host.changes.apply(ALICE, plan, NO_CONNECTION)).rejects.toMatchObject({
      code: "change_failed",
    });
    expect(host.read(SSHD)).toBeNull();
    expect(host.told.calls).toEqual(["sshd verify", "sshd verify", "sshd activate", "sshd probe"]);
  });

  it("changes permissions and kernel settings, and takes them back", async () => {
    const host = testHost();
    host.write("/etc/ssh/ssh_host_key", "secret", 0o644);
    host.write("/proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");
    const before = snapshot(host.root);
    const draft = draftOf({
      files: [],
      modes: [{ path: "/etc/ssh/ssh_host_key", mode: 0o600 }],
      sysctls: { "net.ipv4.tcp_rmem": "4096 131072 1000000" },
    });
    const plan = await host.changes.plan(draft);
    expect(plan.effects).toEqual([
      "chmod 0600 /etc/ssh/ssh_host_key",
      "sysctl net.ipv4.tcp_rmem=4096 131072 1000000",
    ]);
    await host.changes.apply(ALICE, plan, NO_CONNECTION);
    expect(statSync(join(host.root, "etc/ssh/ssh_host_key")).mode & 0o7777).toBe(0o600);
    expect(host.read("/proc/sys/net/ipv4/tcp_rmem")).toBe("4096 131072 1000000\n");
    await host.changes.apply(ALICE, await host.changes.planUndo(1), NO_CONNECTION);
    expect(snapshot(host.root)).toEqual({
      ...before,
      "proc/sys/net/ipv4/tcp_rmem": "644 0:0 4096 131072 6291456\n".replace(
        "0:0",
        `${process.geteuid?.()}:${process.getegid?.()}`,
      ),
    });
  });

  it("says of permissions, settings and units that cannot be changed why", async () => {
    const host = testHost();
    mkdirSync(join(host.root, "etc/loose"));
    chmodSync(join(host.root, "etc/loose"), 0o777);
    const plan = await host.changes.plan(
      draftOf({
        files: [{ path: "/etc/loose/castellan.conf", content: "x" }],
        modes: [{ path: "/etc/nothing", mode: 0o600 }],
        sysctls: { "kernel.nothing": "1" },
        units: [{ name: "fail2ban.service", active: true }],
      }),
    );
    expect(plan.refusals).toEqual([
      "/etc/loose is not safe to write: others may write to the folder (mode 0777)",
      "there is no /etc/nothing",
      "this kernel has no setting kernel.nothing",
      expect.stringMatching(/^fail2ban.service cannot be changed below .*: nothing runs there$/),
    ]);
  });
});
