import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import { ALICE, draftOf, SSHD, SYSCTL, type TestHost, testHost } from "./support.ts";

async function make(host: TestHost, draft: ChangeDraft): Promise<number> {
  return (await host.changes.apply(ALICE, await host.changes.plan(draft), { connection: null })).id;
}

const sshd = (content: string) => draftOf({ title: `Set ${content}`, files: [{ path: SSHD, content }] });

async function undo(host: TestHost, id: number): Promise<number> {
  const plan = await host.changes.planUndo(id);
  expect(plan.refusals).toEqual([]);
  return (await host.changes.apply(ALICE, plan, { connection: null })).id;
}

describe("taking back an older change", () => {
  it("waits for a newer one that wrote the same file: its work is not lost unseen", async () => {
    const host = testHost();
    await make(host, sshd("one"));
    await make(host, sshd("two"));
    const plan = await host.changes.planUndo(1);
    expect(plan.refusals).toEqual([`change 2 (Set two) has changed ${SSHD} since: take that one back first`]);
    await expect(host.changes.apply(ALICE, plan, { connection: null })).rejects.toMatchObject({
      code: "change_refused",
    });
    expect(host.read(SSHD)).toBe("two");
    expect(await undo(host, 2)).toBe(3);
    await undo(host, 1);
    expect(host.read(SSHD)).toBeNull();
  });

  it("waits again once the newer one was taken back and made again", async () => {
    const host = testHost();
    await make(host, sshd("one"));
    await make(host, sshd("two"));
    await undo(host, 2);
    await undo(host, 3);
    expect(host.read(SSHD)).toBe("two");
    expect((await host.changes.planUndo(1)).refusals).toHaveLength(1);
    await undo(host, 4);
    await undo(host, 1);
    expect(host.read(SSHD)).toBeNull();
  });

  it("does not wait for a newer one that did something else", async () => {
    const host = testHost();
    await make(host, sshd("one"));
    await make(host, draftOf({ files: [{ path: SYSCTL, content: "# nothing\n" }] }));
    await undo(host, 1);
    expect(host.read(SSHD)).toBeNull();
    expect(host.read(SYSCTL)).toBe("# nothing\n");
  });

  it("waits for a newer one that set the same permissions or the same kernel setting", async () => {
    const host = testHost();
    host.write("/proc/sys/kernel/kptr_restrict", "0\n");
    host.write("/etc/shadow", "secret\n", 0o644);
    const draft = (mode: number, value: string) =>
      draftOf({
        files: [],
        modes: [{ path: "/etc/shadow", mode }],
        sysctls: { "kernel.kptr_restrict": value },
      });
    await make(host, draft(0o640, "1"));
    await make(host, draft(0o600, "2"));
    expect((await host.changes.planUndo(1)).refusals).toEqual([
      expect.stringContaining("has changed /etc/shadow, kernel.kptr_restrict since"),
    ]);
  });

  it("does not stumble over what is gone since", async () => {
    const host = testHost();
    host.write("/proc/sys/net/ipv4/conf/eth9/rp_filter", "0\n");
    host.write("/etc/castellan.key", "secret\n", 0o644);
    await make(
      host,
      draftOf({
        files: [{ path: SSHD, content: "one" }],
        modes: [{ path: "/etc/castellan.key", mode: 0o600 }],
        sysctls: { "net.ipv4.conf.eth9.rp_filter": "1" },
      }),
    );
    rmSync(join(host.root, "etc/castellan.key"));
    rmSync(join(host.root, "proc/sys/net/ipv4/conf/eth9"), { recursive: true });
    await undo(host, 1);
    expect(host.read(SSHD)).toBeNull();
  });
});
