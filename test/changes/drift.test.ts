import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALICE, draftOf, SSHD, testHost } from "./support.ts";

async function applied() {
  const host = testHost();
  const plan = await host.changes.plan(draftOf());
  await host.changes.apply(ALICE, plan, { connection: null });
  return host;
}

describe("drift", () => {
  it("is none where everything is as castellan left it", async () => {
    const host = await applied();
    expect(await host.changes.drift()).toEqual([]);
  });

  it("tells what was edited, what is gone, and what the journal does not know", async () => {
    const host = await applied();
    host.write(SSHD, "PermitRootLogin yes\n");
    host.write("/etc/php/8.2/fpm/conf.d/99-castellan.ini", "expose_php = On\n");
    expect(await host.changes.drift()).toEqual([
      {
        path: "/etc/php/8.2/fpm/conf.d/99-castellan.ini",
        changeId: null,
        state: "unknown",
        applied: null,
        present: "expose_php = On\n",
        kept: false,
      },
      {
        path: SSHD,
        changeId: 1,
        state: "edited",
        applied: "PermitRootLogin no\n",
        present: "PermitRootLogin yes\n",
        kept: false,
      },
    ]);
    rmSync(join(host.root, SSHD));
    expect(await host.changes.drift()).toContainEqual(
      expect.objectContaining({ path: SSHD, state: "gone", present: null }),
    );
  });

  it("never lets an edit be overwritten unseen, not even one that was kept", async () => {
    const host = await applied();
    host.write(SSHD, "PermitRootLogin yes\n");
    const wanted = draftOf({ files: [{ path: SSHD, content: "PermitRootLogin prohibit-password\n" }] });
    const plan = await host.changes.plan(wanted);
    expect(plan.drift).toEqual([
      expect.objectContaining({
        applied: "PermitRootLogin no\n",
        present: "PermitRootLogin yes\n",
        wanted: "PermitRootLogin prohibit-password\n",
      }),
    ]);
    await expect(host.changes.apply(ALICE, plan, { connection: null })).rejects.toMatchObject({
      code: "drifted",
      message: `edited by somebody else: ${SSHD}`,
    });
    await host.changes.keep(ALICE, SSHD);
    expect(await host.changes.drift()).toEqual([]);
    const again = await host.changes.plan(wanted);
    expect(again.drift).toEqual([expect.objectContaining({ kept: true })]);
    await expect(host.changes.apply(ALICE, again, { connection: null })).rejects.toMatchObject({
      code: "drifted",
    });
    expect(host.read(SSHD)).toBe("PermitRootLogin yes\n");
    await host.changes.apply(ALICE, again, { connection: null, overwrite: [SSHD] });
    expect(host.read(SSHD)).toBe("PermitRootLogin prohibit-password\n");
  });

  it("reports a kept file again once it changes again, and keeps only what drifted", async () => {
    const host = await applied();
    await expect(host.changes.keep(ALICE, SSHD)).rejects.toMatchObject({ code: "not_found" });
    host.write(SSHD, "one\n");
    await host.changes.keep(ALICE, SSHD);
    expect(host.rows.at(-1)).toMatchObject({ action: "change.keep", target: SSHD, actor: "alice" });
    host.write(SSHD, "two\n");
    expect(await host.changes.drift()).toEqual([expect.objectContaining({ present: "two\n" })]);
    rmSync(join(host.root, SSHD));
    await host.changes.keep(ALICE, SSHD);
    expect(await host.changes.drift()).toEqual([]);
    await expect(host.changes.keep(ALICE, "/etc/passwd")).rejects.toMatchObject({ code: "not_found" });
  });

  it("is none when somebody wrote by hand what castellan wants", async () => {
    const host = await applied();
    const content = "PermitRootLogin prohibit-password\n";
    host.write(SSHD, content);
    const plan = await host.changes.plan(draftOf({ files: [{ path: SSHD, content }] }));
    expect(plan).toMatchObject({ nothingToDo: true, drift: [] });
  });

  it("goes by what was there last: a change that was rolled back wrote nothing", async () => {
    const host = await applied();
    const draft = draftOf({ files: [{ path: SSHD, content: "PermitRootLogin yes\n" }], confirmSeconds: 60 });
    await host.changes.apply(ALICE, await host.changes.plan(draft), { connection: null });
    expect(await host.changes.drift()).toEqual([]);
    await host.changes.rollBack(ALICE, 2, "no");
    expect(await host.changes.drift()).toEqual([]);
  });
});
