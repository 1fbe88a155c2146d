import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ALICE, draftOf, makeFolder, SSHD, snapshot, type TestHost, testHost } from "./support.ts";

const isRoot = process.geteuid?.() === 0;

/** A host whose files lie on a file system of their own, with an old file of ours. */
function mountedHost(): { host: TestHost; disk: string } {
  const disk = mkdtempSync(join(tmpdir(), "castellan-mount-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=0755", "tmpfs", disk]);
  onTestFinished(() => {
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });
  const root = join(disk, "root");
  mkdirSync(root, { mode: 0o755 });
  makeFolder(join(root, "etc/ssh/sshd_config.d"));
  writeFileSync(join(root, SSHD), "PermitRootLogin yes\n", { mode: 0o644 });
  return { host: testHost({ root }), disk };
}

const remount = (disk: string, how: "ro" | "rw") => execFileSync("mount", ["-o", `remount,${how}`, disk]);
const OVERWRITE = { connection: null, overwrite: [SSHD] };

describe.skipIf(!isRoot)("a file system that becomes read-only (needs root for a tmpfs)", () => {
  it("before the first step: nothing is changed, and it is said why", async () => {
    const { host, disk } = mountedHost();
    const before = snapshot(disk);
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    remount(disk, "ro");
    await expect(host.changes.apply(ALICE, plan, OVERWRITE)).rejects.toMatchObject({
      code: "change_failed",
      message: "change 1 was rolled back: the file system is mounted read-only",
    });
    expect(snapshot(disk)).toEqual(before);
  });

  it("before the roll-back: it waits, says so, and is done once it can be", async () => {
    const { host, disk } = mountedHost();
    const before = snapshot(disk);
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    await host.changes.apply(ALICE, plan, OVERWRITE);
    remount(disk, "ro");
    expect(await host.changes.rollBack(ALICE, 1, "no")).toMatchObject({
      state: "rolling_back",
      fault: `write ${SSHD}: the file system is mounted read-only`,
    });
    remount(disk, "rw");
    host.clock.time += 5_000;
    expect(await host.changes.settle()).toEqual([expect.objectContaining({ state: "rolled_back" })]);
    expect(snapshot(disk)).toEqual(before);
  });
});

/** Whether files can be made immutable here: not on every file system. */
function canFreeze(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "castellan-frozen-"));
  const frozen = spawnSync("chattr", ["+i", folder]).status === 0;
  spawnSync("chattr", ["-i", folder]);
  rmSync(folder, { recursive: true });
  return frozen;
}

describe.skipIf(!isRoot || !canFreeze())(
  "a file that somebody made immutable (needs root and chattr)",
  () => {
    function frozenHost(): { host: TestHost; chattr: (how: "+i" | "-i") => void } {
      const host = testHost();
      const path = join(host.root, SSHD);
      const chattr = (how: "+i" | "-i") => execFileSync("chattr", [how, path]);
      onTestFinished(() => void spawnSync("chattr", ["-i", path]));
      host.write(SSHD, "PermitRootLogin yes\n");
      return { host, chattr };
    }

    it("is not changed, and it is said why", async () => {
      const { host, chattr } = frozenHost();
      const before = snapshot(host.root);
      chattr("+i");
      await expect(
        host.changes.apply(ALICE, await host.changes.plan(draftOf()), OVERWRITE),
      ).rejects.toMatchObject({
        message: expect.stringMatching(
          /^change 1 was rolled back: .*EPERM.* see lsattr for an immutable file$/,
        ),
      });
      expect(snapshot(host.root)).toEqual(before);
    });

    it("in the window: everything else goes back, and this once it can", async () => {
      const { host, chattr } = frozenHost();
      const before = snapshot(host.root);
      const files = [
        { path: SSHD, content: "PermitRootLogin no\n" },
        { path: "/etc/castellan/other", content: "x\n" },
      ];
      const plan = await host.changes.plan(draftOf({ files, confirmSeconds: 60 }));
      await host.changes.apply(ALICE, plan, OVERWRITE);
      chattr("+i");
      const record = await host.changes.rollBack(ALICE, 1, "no");
      expect(record).toMatchObject({ state: "rolling_back", fault: expect.stringContaining("lsattr") });
      expect(host.read("/etc/castellan/other")).toBeNull();
      chattr("-i");
      host.clock.time += 5_000;
      expect(await host.changes.settle()).toEqual([expect.objectContaining({ state: "rolled_back" })]);
      expect(snapshot(host.root)).toEqual(before);
    });
  },
);
