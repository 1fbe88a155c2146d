import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import { ALICE, draftOf, SSHD, snapshot, type TestHost, testHost } from "./support.ts";

const FOLDER = dirname(SSHD);

/** A folder outside the host that must stay as it is. */
function outside(): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-outside-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "00-castellan.conf"), "precious\n", { mode: 0o640 });
  return folder;
}

async function refusal(host: TestHost, draft: ChangeDraft = draftOf()): Promise<string> {
  const before = snapshot(host.root);
  const plan = await host.changes.plan(draft);
  await expect(host.changes.apply(ALICE, plan, { connection: null })).rejects.toMatchObject({
    code: "change_refused",
  });
  expect(snapshot(host.root)).toEqual(before);
  expect(plan.refusals).toHaveLength(1);
  return plan.refusals[0] ?? "";
}

describe("what lies in the way is refused before anything is written", () => {
  it("a link in place of the file", async () => {
    const host = testHost();
    const folder = outside();
    symlinkSync(join(folder, "00-castellan.conf"), join(host.root, SSHD));
    expect(await refusal(host)).toMatch(
      /^\/etc\/ssh\/.*00-castellan.conf is not safe.*a symbolic link to \/.*outside/,
    );
    expect(readFileSync(join(folder, "00-castellan.conf"), "utf8")).toBe("precious\n");
  });

  it("a link in place of a folder, of the last one and of one above", async () => {
    for (const part of [FOLDER, "/etc/ssh"]) {
      const host = testHost();
      rmSync(join(host.root, part), { recursive: true });
      const folder = outside();
      if (part !== FOLDER) mkdirSync(join(folder, "sshd_config.d"));
      symlinkSync(folder, join(host.root, part));
      const before = snapshot(folder);
      expect(await refusal(host)).toBe(`${part} is not safe to write: it is a symbolic link`);
      expect(snapshot(folder)).toEqual(before);
    }
  });

  it("a file with a second name", async () => {
    const host = testHost();
    host.write("/etc/victim", "precious\n");
    linkSync(join(host.root, "etc/victim"), join(host.root, SSHD));
    expect(await refusal(host)).toMatch(/has 2 names \(hard links\)$/);
  });

  it("a folder, a pipe, and a file in place of a folder", async () => {
    const host = testHost();
    mkdirSync(join(host.root, SSHD));
    expect(await refusal(host)).toMatch(/it is a folder$/);
    const other = testHost();
    rmSync(join(other.root, FOLDER), { recursive: true });
    writeFileSync(join(other.root, FOLDER), "");
    expect(await refusal(other)).toBe(`${FOLDER} is not safe to write: it is not a folder`);
  });

  it.each([
    ["its group", 0o775],
    ["anybody", 0o757],
    ["anybody, sticky", 0o1777],
  ])("a folder that %s may write to", async (_, mode) => {
    for (const part of [FOLDER, "/etc"]) {
      const host = testHost();
      chmodSync(join(host.root, part), mode);
      const octal = mode.toString(8);
      expect(await refusal(host)).toBe(
        `${part} is not safe to write: others may write to the folder (mode 0${octal})`,
      );
    }
  });

  it.skipIf(process.geteuid?.() !== 0)("a folder that belongs to somebody else (needs root)", async () => {
    const host = testHost();
    chownSync(join(host.root, FOLDER), 1_234, 0);
    expect(await refusal(host)).toBe(
      `${FOLDER} is not safe to write: the folder belongs to uid 1234, not to root`,
    );
  });

  it("a file that is far too large to be ours", async () => {
    const host = testHost();
    host.write(SSHD, "#".repeat(4 * 1024 * 1024 + 1));
    expect(await refusal(host)).toMatch(/it has 4194305 bytes$/);
  });

  it("a link or a second name in place of a file whose permissions are to change", async () => {
    const modes = [{ path: "/etc/ssh/key", mode: 0o600 }];
    const draft = draftOf({ files: [], modes });
    const host = testHost();
    host.write("/etc/victim", "precious\n", 0o644);
    symlinkSync("../victim", join(host.root, "etc/ssh/key"));
    expect(await refusal(host, draft)).toMatch(/neither a file nor a folder$/);
    rmSync(join(host.root, "etc/ssh/key"));
    linkSync(join(host.root, "etc/victim"), join(host.root, "etc/ssh/key"));
    expect(await refusal(host, draft)).toMatch(/2 names \(hard links\)$/);
  });
});

describe.skipIf(process.geteuid?.() !== 0)(
  "a program of somebody else that is to become root's (needs root)",
  () => {
    const PROGRAM = "/etc/ssh/program";

    function theirs(mode: number): { host: TestHost; path: string } {
      const host = testHost();
      host.write(PROGRAM, "#!/bin/sh\n");
      const path = join(host.root, PROGRAM);
      chownSync(path, 1_234, 1_234);
      chmodSync(path, mode);
      return { host, path };
    }

    const look = (path: string) => {
      const { mode, uid, gid } = lstatSync(path);
      return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
    };

    it("does not run as root for everybody afterwards, whatever its mode says", async () => {
      const { host, path } = theirs(0o6755);
      const modes = [{ path: PROGRAM, mode: 0o6755, uid: 0, gid: 0 }];
      const plan = await host.changes.plan(draftOf({ files: [], modes }));
      expect(plan.effects).toEqual([`chmod 0755 and chown 0:0 ${PROGRAM}`]);
      await host.changes.apply(ALICE, plan, { connection: null });
      expect(look(path)).toBe("755 0:0");
      // What it was is what it becomes again.
      await host.changes.apply(ALICE, await host.changes.planUndo(1), { connection: null });
      expect(look(path)).toBe("6755 1234:1234");
    });

    it("nor on the way back, when they have put it there meanwhile", async () => {
      const { host, path } = theirs(0o755);
      chownSync(path, 0, 0);
      chmodSync(path, 0o4755);
      const modes = [{ path: PROGRAM, mode: 0o755, uid: 1_234, gid: 1_234 }];
      const plan = await host.changes.plan(draftOf({ files: [], modes, confirmSeconds: 60 }));
      await host.changes.apply(ALICE, plan, { connection: null });
      writeFileSync(path, "#!/bin/evil\n");
      await host.changes.rollBack(ALICE, 1, "no");
      expect(look(path)).toBe("755 0:0");
    });
  },
);

describe("what is put in the way while a change is made", () => {
  /** Does something right before an operation whose name begins so. */
  async function during(host: TestHost, operation: string, attack: () => void) {
    let done = false;
    const changes = host.open({
      onStep: (name) => {
        if (done || !name.startsWith(operation)) return;
        done = true;
        attack();
      },
    });
    const plan = await changes.plan(draftOf());
    const doing = changes.apply(ALICE, plan, { connection: null });
    return { doing: doing.then(String, (error: Error) => error), attacked: () => done, changes };
  }

  it("a temporary file of that very name is not written through", async () => {
    const host = testHost();
    const folder = outside();
    const victim = join(folder, "00-castellan.conf");
    let planted = "";
    const changes = host.open({
      onStep: (name) => {
        const temporary = /^create (.*\.tmp)$/.exec(name)?.[1];
        if (temporary === undefined || planted !== "") return;
        planted = join(host.root, temporary);
        symlinkSync(victim, planted);
      },
    });
    const plan = await changes.plan(draftOf());
    await expect(changes.apply(ALICE, plan, { connection: null })).rejects.toMatchObject({
      code: "change_failed",
      message: expect.stringMatching(/the system said EEXIST/),
    });
    expect(planted).not.toBe("");
    expect(readFileSync(victim, "utf8")).toBe("precious\n");
    expect(host.read(SSHD)).toBeNull();
    expect(snapshot(host.root)).toEqual(snapshot(testHost().root));
  });

  it("a folder that is swapped for a link: the write goes where the folder went", async () => {
    const host = testHost();
    const folder = outside();
    const before = snapshot(folder);
    const real = join(host.root, FOLDER);
    const { doing, attacked } = await during(host, `create ${FOLDER}/.castellan-`, () => {
      renameSync(real, `${real}.moved`);
      symlinkSync(folder, real);
    });
    await doing;
    expect(attacked()).toBe(true);
    expect(snapshot(folder)).toEqual(before);
    // What was written lies in the real folder; the way back refuses the link and says so.
    expect(await host.changes.get(1)).toMatchObject({ id: 1 });
  });

  it("a swap before the roll-back: it waits, and finishes once the folder is back", async () => {
    const host = testHost();
    const folder = outside();
    const before = snapshot(folder);
    const old = snapshot(host.root);
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
    await host.changes.apply(ALICE, plan, { connection: null });
    const real = join(host.root, FOLDER);
    renameSync(real, `${real}.moved`);
    symlinkSync(folder, real);
    const record = await host.changes.rollBack(ALICE, 1, "no");
    expect(record).toMatchObject({
      state: "rolling_back",
      fault: `write ${SSHD}: ${FOLDER} is not safe to write: it is a symbolic link`,
    });
    expect(snapshot(folder)).toEqual(before);
    rmSync(real);
    renameSync(`${real}.moved`, real);
    host.clock.time += 1_000;
    expect(await host.changes.settle()).toEqual([
      expect.objectContaining({ state: "rolled_back", fault: null }),
    ]);
    expect(snapshot(host.root)).toEqual(old);
  });

  it("a file that appears at the target at the last moment is not overwritten", async () => {
    const host = testHost();
    const { doing } = await during(host, "audit change.apply", () => host.write(SSHD, "somebody else's\n"));
    expect(await doing).toMatchObject({
      code: "change_failed",
      message: expect.stringMatching(/was changed by somebody else at this moment/),
    });
    const record = await host.changes.get(1);
    // It is no longer in the way, and not lost either.
    expect(readFileSync(record.kept[0]?.copy ?? "", "utf8")).toBe("somebody else's\n");
  });
});
