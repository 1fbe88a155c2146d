import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf } from "../../src/errors.ts";
import { ALICE, draftOf, SSHD, SYSCTL, snapshot, type TestHost, testHost } from "./support.ts";

const isRoot = process.geteuid?.() === 0;
const mounts: string[] = [];

afterEach(() => {
  for (const mount of mounts.splice(0)) {
    execFileSync("umount", [mount]);
    rmSync(mount, { recursive: true });
  }
});

/** A disk of its own, so small that it can be filled in a moment. */
function smallDisk(kilobytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,mode=0755`, "tmpfs", folder]);
  mounts.push(folder);
  return folder;
}

function fill(disk: string): void {
  try {
    for (let at = 0; ; at += 1) writeFileSync(join(disk, `filler-${at}`), Buffer.alloc(4_096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

function empty(disk: string): void {
  for (let at = 0; existsSync(join(disk, `filler-${at}`)); at += 1) rmSync(join(disk, `filler-${at}`));
}

const DRAFT = draftOf({
  files: [
    { path: SSHD, content: `${"# a line of sshd\n".repeat(400)}PermitRootLogin no\n` },
    { path: SYSCTL, content: "kernel.kptr_restrict = 1\n" },
    { path: "/etc/castellan/input.nft", content: "# rules\n" },
  ],
});
const OVERWRITE = { connection: null, overwrite: [SSHD, SYSCTL] };

function oldFiles(host: TestHost): Record<string, string> {
  host.write(SSHD, `${"# an old line of sshd\n".repeat(400)}`, 0o640);
  host.write(SYSCTL, "kernel.kptr_restrict = 0\n");
  return snapshot(host.root);
}

describe.skipIf(!isRoot)("a disk that is full (needs root for a tmpfs)", () => {
  it("is seen before anything is touched", async () => {
    const disk = smallDisk(200);
    const host = testHost({}, disk);
    const before = oldFiles(host);
    const plan = await host.changes.plan(DRAFT);
    await expect(host.changes.apply(ALICE, plan, OVERWRITE)).rejects.toMatchObject({ code: "storage_full" });
    expect(snapshot(host.root)).toEqual(before);
    expect(await host.changes.list()).toEqual([]);
  });

  it("at any step of a change: everything is back, by the room that was reserved for it", async () => {
    const operations = await operationsOfChange();
    expect(operations.length).toBeGreaterThan(30);
    const disk = smallDisk(900);
    for (let at = 1; at <= operations.length; at += 1) {
      const host = testHost({}, join(disk, "host"));
      const before = oldFiles(host);
      let count = 0;
      const changes = host.open({
        onStep: () => {
          count += 1;
          if (count === at) fill(disk);
        },
      });
      const plan = await changes.plan(DRAFT);
      const what = `full before ${at}: ${operations[at - 1]}`;
      const outcome = await changes.apply(ALICE, plan, OVERWRITE).then(
        ({ state }) => state,
        (error: unknown) => codeOf(error),
      );
      expect(["confirmed", "change_failed", "storage_full"], what).toContain(outcome);
      if (outcome !== "confirmed") expect(snapshot(host.root), what).toEqual(before);
      empty(disk);
      await host.changes.settle();
      const [record] = await host.changes.list();
      expect([undefined, "confirmed", "rolled_back"], what).toContain(record?.state);
      expect(record?.state === "confirmed", what).toBe(outcome === "confirmed");
      if (outcome !== "confirmed") expect(snapshot(host.root), what).toEqual(before);
      rmSync(join(disk, "host"), { recursive: true });
    }
  }, 60_000);

  it("while it is rolled back, on another disk than the journal's: said, and done once there is room", async () => {
    const disk = smallDisk(300);
    mkdirSync(join(disk, "root"));
    const host = testHost({ root: join(disk, "root") });
    for (const folder of ["ssh/sshd_config.d", "sysctl.d"]) {
      mkdirSync(join(disk, "root/etc", folder), { recursive: true, mode: 0o755 });
    }
    writeFileSync(join(disk, "root", SSHD), "# an old line of sshd\n".repeat(400));
    const before = snapshot(join(disk, "root"));
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    await host.changes.apply(ALICE, plan, OVERWRITE);
    fill(disk);
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(record).toMatchObject({
      state: "rolling_back",
      fault: `write ${SSHD}: there is no room left on the disk`,
    });
    expect(await host.changes.settle()).toEqual([]);
    empty(disk);
    host.clock.time += 5_000;
    expect(await host.changes.settle()).toEqual([
      expect.objectContaining({ state: "rolled_back", reason: "no" }),
    ]);
    expect(snapshot(join(disk, "root"))).toEqual(before);
  });
});

async function operationsOfChange(): Promise<string[]> {
  const host = testHost();
  oldFiles(host);
  const operations: string[] = [];
  const changes = host.open({ onStep: (name) => operations.push(name) });
  await changes.apply(ALICE, await changes.plan(DRAFT), OVERWRITE);
  return operations;
}
