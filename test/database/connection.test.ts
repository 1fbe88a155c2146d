import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { readSetting, writeSetting } from "../../src/database/settings.ts";
import { opened, temporaryFolder } from "./support.ts";

const row = (key: string) => ({ key, value: "{}", updated_at: 0 });

describe("transactions", () => {
  it("come one after the other, and a failed one leaves nothing", async () => {
    const { db } = await opened(temporaryFolder(), { create: true });
    const order: string[] = [];
    const work = (name: string, fails: boolean) =>
      db.transaction().execute(async (trx) => {
        order.push(`${name} begins`);
        await trx.insertInto("settings").values(row(name)).execute();
        await new Promise((resolve) => setTimeout(resolve, 10));
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const results = await Promise.allSettled([work("a", false), work("b", true), work("c", false)]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect((await db.selectFrom("settings").select("key").execute()).map(({ key }) => key)).toEqual([
      "a",
      "c",
    ]);
  });

  it("take the write lock at once: two processes never stand in each other's way half done", async () => {
    const folder = temporaryFolder();
    const [one, two] = [await opened(folder, { create: true }), await opened(folder)];
    two.sqlite.pragma("busy_timeout = 50");
    await one.db.transaction().execute(async (trx) => {
      await trx.selectFrom("settings").selectAll().execute();
      const other = two.db
        .transaction()
        .execute((second) => second.insertInto("settings").values(row("b")).execute());
      await expect(other).rejects.toMatchObject({
        code: "database_busy",
        hint: expect.stringMatching(/fuser/),
      });
      await trx.insertInto("settings").values(row("a")).execute();
    });
    await two.db.insertInto("settings").values(row("b")).execute();
    expect(await one.db.selectFrom("settings").select("key").execute()).toHaveLength(2);
  });

  it("of another connection show in the data version, one's own do not", async () => {
    const folder = temporaryFolder();
    const [one, two] = [await opened(folder, { create: true }), await opened(folder)];
    const before = one.dataVersion();
    await one.db.insertInto("settings").values(row("a")).execute();
    expect(one.dataVersion()).toBe(before);
    await two.db.insertInto("settings").values(row("b")).execute();
    expect(one.dataVersion()).not.toBe(before);
  });

  it("survive a process that is killed in the middle", async () => {
    const folder = temporaryFolder();
    const { db } = await opened(folder, { create: true });
    const script = `const { openDatabase } = await import(${JSON.stringify(import.meta.resolve("../../src/database/open.ts"))});
      const { sqlite } = await openDatabase(${JSON.stringify(folder)});
      sqlite.exec("INSERT INTO settings VALUES ('committed', '{}', 0)");
      sqlite.exec("BEGIN IMMEDIATE; INSERT INTO settings VALUES ('half done', '{}', 0)");
      process.kill(process.pid, "SIGKILL");`;
    expect(() => execFileSync(process.execPath, ["--input-type=module", "-e", script])).toThrow(
      /SIGKILL|failed/,
    );
    await db.insertInto("settings").values(row("after")).execute();
    const keys = (await db.selectFrom("settings").select("key").orderBy("key").execute()).map(
      ({ key }) => key,
    );
    expect(keys).toEqual(["after", "committed"]);
  });
});

describe("a setting", () => {
  it("lies over its defaults, so that one added later has a value", async () => {
    const { db } = await opened(temporaryFolder(), { create: true });
    const defaults = { minutes: 15, attempts: 5 };
    expect(await readSetting(db, "policy", defaults)).toEqual(defaults);
    await writeSetting(db, "policy", { minutes: 30 }, 1);
    await writeSetting(db, "policy", { minutes: 45 }, 2);
    expect(await readSetting(db, "policy", defaults)).toEqual({ minutes: 45, attempts: 5 });
  });

  it("that somebody broke is told by name", async () => {
    const { db } = await opened(temporaryFolder(), { create: true });
    await db
      .insertInto("settings")
      .values({ ...row("policy"), value: "{broken" })
      .execute();
    await expect(readSetting(db, "policy", {})).rejects.toMatchObject({
      code: "database_damaged",
      message: expect.stringMatching(/policy/),
    });
  });
});
