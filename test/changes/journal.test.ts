import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { ALICE, draftOf, SSHD, type TestHost, testHost } from "./support.ts";

const isRoot = process.geteuid?.() === 0;
const RECORD = "changes/1/record.json";

async function waiting(): Promise<TestHost> {
  const host = testHost();
  host.write(SSHD, "PermitRootLogin yes\n");
  const plan = await host.changes.plan(draftOf({ confirmSeconds: 60 }));
  await host.changes.apply(ALICE, plan, { connection: null, overwrite: [SSHD] });
  host.clock.time += 60_000;
  return host;
}

function edit(host: TestHost, change: (text: string) => string): void {
  const path = join(host.state, RECORD);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

/** Nothing is carried out by a journal that cannot be believed, and whoever asks is told. */
async function isRefused(host: TestHost, code: string): Promise<void> {
  await expect(host.changes.settle()).rejects.toMatchObject({ code });
  await expect(host.changes.rollBack(ALICE, 1, "no")).rejects.toMatchObject({ code });
  expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
}

describe("a record that is not as castellan wrote it", () => {
  it.each([
    ["is cut short", (text: string) => text.slice(0, -20)],
    ["is empty", () => ""],
    ["holds no record", () => "null\n"],
    ["is another kind of record", () => "[1, 2]\n"],
    [
      "has a flipped bit in a file's old content",
      (text: string) => text.replace("UGVybWl0Um9vd", "UGVybWl0Um9vf"),
    ],
    ["has another path", (text: string) => text.replaceAll("00-castellan", "01-castellan")],
    ["has another number", (text: string) => text.replace('"id":1', '"id":2')],
  ])("is damaged when it %s: nothing is done by it", async (_, damage) => {
    const host = await waiting();
    edit(host, damage);
    await isRefused(host, "database_damaged");
  });

  it("is damaged when it is far too large to be one", async () => {
    const host = await waiting();
    truncateSync(join(host.state, RECORD), 3 * 2 ** 30);
    await isRefused(host, "database_damaged");
  });

  it("is left to the newer castellan that wrote it: there may be steps in it that this one does not know", async () => {
    const host = await waiting();
    edit(host, (text) => text.replace(/"version":\d+/, '"version":99'));
    await isRefused(host, "database_newer");
  });

  it("keeps no other change from being settled, whichever of them is older", async () => {
    const host = testHost();
    await host.changes.apply(ALICE, await host.changes.plan(draftOf()), { connection: null });
    const plan = await host.changes.plan(
      draftOf({ files: [{ path: SSHD, content: "PermitRootLogin maybe\n" }], confirmSeconds: 60 }),
    );
    await host.changes.apply(ALICE, plan, { connection: null });
    writeFileSync(join(host.state, "changes/open/1"), "", { mode: 0o600 });
    edit(host, () => "{");
    host.clock.time += 60_000;
    await expect(host.changes.settle()).rejects.toMatchObject({ code: "database_damaged" });
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
  });
});

describe("a journal that somebody else could have written", () => {
  it.each(["changes", "changes/open", "changes/1", RECORD])(
    "is not believed: others may write to %s",
    async (part) => {
      const host = await waiting();
      chmodSync(join(host.state, part), 0o770);
      await isRefused(host, "unsafe_permissions");
    },
  );

  it.skipIf(!isRoot).each(["changes", "changes/open", "changes/1", RECORD])(
    "is not believed: %s belongs to another user (needs root)",
    async (part) => {
      const host = await waiting();
      chownSync(join(host.state, part), 1_234, 1_234);
      await isRefused(host, "unsafe_permissions");
    },
  );

  it.each(["changes", "changes/1", RECORD])("is not believed: %s is a link", async (part) => {
    const host = await waiting();
    const [path, moved] = [join(host.state, part), join(host.root, "elsewhere")];
    renameSync(path, moved);
    symlinkSync(moved, path);
    await isRefused(host, "unsafe_permissions");
  });

  it("is believed when others may only read it: that must not keep anybody out", async () => {
    const host = await waiting();
    for (const part of ["", "changes", "changes/open", "changes/1"]) chmodSync(join(host.state, part), 0o755);
    chmodSync(join(host.state, RECORD), 0o644);
    expect(await host.changes.settle()).toEqual([expect.objectContaining({ state: "rolled_back" })]);
    expect(host.read(SSHD)).toBe("PermitRootLogin yes\n");
  });
});

describe("a journal of which somebody has removed old parts", () => {
  it("goes on: numbers rise, what is left can be undone", async () => {
    const host = testHost();
    for (const level of ["no", "yes", "maybe"]) {
      const draft = draftOf({ files: [{ path: SSHD, content: `PermitRootLogin ${level}\n` }] });
      await host.changes.apply(ALICE, await host.changes.plan(draft), { connection: null });
    }
    for (const id of ["1", "2"]) rmSync(join(host.state, "changes", id), { recursive: true });
    const undone = await host.changes.apply(ALICE, await host.changes.planUndo(3), { connection: null });
    expect(undone.id).toBe(4);
    expect(host.read(SSHD)).toBe("PermitRootLogin yes\n");
  });

  it("tells of a change that has the number of a removed one", async () => {
    const host = testHost();
    for (const _ of ["first", "second"]) {
      await host.changes.apply(ALICE, await host.changes.plan(draftOf({ confirmSeconds: 60 })), {
        connection: null,
      });
      await host.changes.rollBack(GUARD_ACTOR, 1, "for the test");
      rmSync(join(host.state, "changes/1"), { recursive: true });
      host.clock.time += 1;
    }
    const told = host.rows.map(({ action }) => action);
    expect(told).toEqual(["change.apply", "change.rollback", "change.apply", "change.rollback"]);
  });

  it("does not read all of a long past to answer for a change that waits", async () => {
    const host = await waiting();
    host.clock.time -= 60_000;
    for (let id = 2; id < 50; id += 1) {
      mkdirSync(join(host.state, "changes", String(id)), { mode: 0o700 });
      writeFileSync(join(host.state, "changes", String(id), "record.json"), "{", { mode: 0o600 });
    }
    expect((await host.changes.get(1)).state).toBe("applied");
    expect((await host.changes.waiting())?.id).toBe(1);
  });
});
