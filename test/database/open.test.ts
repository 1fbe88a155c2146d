import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { migrations } from "../../src/database/migrations/index.ts";
import { databasePath, openDatabase } from "../../src/database/open.ts";
import { codeOf } from "../../src/errors.ts";
import { databaseOfSchema, isRoot, madeDatabase, opened, temporaryFolder } from "./support.ts";

describe("a first start", () => {
  it("makes a private database of the newest schema, in WAL", async () => {
    const folder = `${temporaryFolder()}/new/state`;
    const { sqlite, path } = await opened(folder, { create: true });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    expect(sqlite.pragma("user_version", { simple: true })).toBe(migrations.length);
    expect(sqlite.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(sqlite.pragma("synchronous", { simple: true })).toBe(2);
    expect(sqlite.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(sqlite.pragma("trusted_schema", { simple: true })).toBe(0);
    expect(sqlite.pragma("integrity_check", { simple: true })).toBe("ok");
  });

  it("is the same whichever of several processes makes it", async () => {
    const folder = temporaryFolder();
    const starter = fileURLToPath(new URL("./starter.ts", import.meta.url));
    const starts = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [starter, folder]));
    const keys = (await Promise.all(starts)).map(({ stdout }) => stdout);
    expect(new Set(keys).size).toBe(1);
    expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
    const { sqlite } = await opened(folder);
    expect(sqlite.prepare("SELECT count(*) FROM settings").pluck().get()).toBe(4);
  }, 30_000);

  it("happens only when it is asked for", async () => {
    const folder = temporaryFolder();
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "database_missing" });
    await expect(openDatabase(folder, { create: true, readOnly: true })).rejects.toMatchObject({
      code: "database_missing",
    });
    expect(existsSync(databasePath(folder))).toBe(false);
  });

  it("says where it may not make a folder", async () => {
    await expect(openDatabase("/proc/castellan", { create: true })).rejects.toMatchObject({
      code: "not_permitted",
    });
  });
});

describe("migrations", () => {
  it.each(Array.from({ length: migrations.length }, (_, version) => version))(
    "lead from schema %d to the newest, with what is in it",
    async (version) => {
      const [made, old] = [temporaryFolder(), temporaryFolder()];
      await madeDatabase(made, 0);
      await databaseOfSchema(old, version);
      const [grown, fresh] = [await opened(old, { create: true }), await opened(made)];
      const schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name";
      expect(grown.sqlite.prepare(schema).all()).toEqual(fresh.sqlite.prepare(schema).all());
      expect(grown.sqlite.pragma("user_version", { simple: true })).toBe(migrations.length);
      const names = grown.sqlite.prepare("SELECT name FROM accounts").pluck().all();
      expect(names).toEqual(version === 0 ? [] : ["alice"]);
      expect(grown.sqlite.pragma("foreign_key_check")).toEqual([]);
    },
  );

  it("are not run twice", async () => {
    const folder = temporaryFolder();
    await madeDatabase(folder);
    const { sqlite } = await opened(folder);
    expect(sqlite.prepare("SELECT count(*) FROM accounts").pluck().get()).toBe(40);
  });

  it("refuse a schema from the future, and leave it as it is", async () => {
    const folder = temporaryFolder();
    const path = await madeDatabase(folder);
    const sqlite = new Database(path);
    sqlite.pragma(`user_version = ${migrations.length + 1}`);
    sqlite.close();
    const before = readFileSync(path);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "database_newer",
      hint: expect.stringMatching(/newer castellan/),
    });
    await expect(openDatabase(folder, { create: true })).rejects.toMatchObject({ code: "database_newer" });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("a damaged database", () => {
  /** What becomes of it: refused as damaged, or open with every account still there; never made anew. */
  async function outcome(folder: string): Promise<string> {
    try {
      const database = await openDatabase(folder, { create: true });
      try {
        const rows = await database.db.selectFrom("accounts").select("name").execute();
        return rows.length === 40 ? "whole" : `${rows.length} accounts`;
      } finally {
        await database.close();
      }
    } catch (error) {
      return codeOf(error) ?? String(error);
    }
  }

  it("is refused or read, whichever page is hit, and never made anew", async () => {
    const made = temporaryFolder();
    const path = await madeDatabase(made);
    const whole = readFileSync(path);
    const outcomes: string[] = [];
    for (let page = 0; page * 4_096 < whole.length; page += 1) {
      for (const at of [0, 8, 2_000, 4_090]) {
        const folder = temporaryFolder();
        const hit = Buffer.from(whole);
        hit.subarray(page * 4_096 + at, page * 4_096 + Math.min(at + 40, 4_096)).fill(0xa5);
        writeFileSync(databasePath(folder), hit, { mode: 0o600 });
        outcomes.push(await outcome(folder));
      }
    }
    expect(outcomes.filter((what) => what !== "whole" && what !== "database_damaged")).toEqual([]);
    expect(outcomes.filter((what) => what === "database_damaged").length).toBeGreaterThan(
      outcomes.length / 4,
    );
  }, 60_000);

  it.each([0, 1, 100, 4_096, 8_192, 20_000])("cut to %d bytes is refused", async (size) => {
    const folder = temporaryFolder();
    truncateSync(await madeDatabase(folder), size);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "database_damaged",
      hint: expect.stringMatching(/backup/),
    });
    expect(statSync(databasePath(folder)).size).toBe(size);
  });

  it("that is a text file or another program's database is refused, also at a first start", async () => {
    const folder = temporaryFolder();
    writeFileSync(databasePath(folder), "not a database\n".repeat(1_000), { mode: 0o600 });
    await expect(openDatabase(folder, { create: true })).rejects.toMatchObject({ code: "database_damaged" });
    rmSync(databasePath(folder));
    const sqlite = new Database(databasePath(folder));
    sqlite.exec("CREATE TABLE notes(text)");
    sqlite.close();
    chmodSync(databasePath(folder), 0o600);
    await expect(openDatabase(folder, { create: true })).rejects.toMatchObject({
      code: "database_damaged",
      message: expect.stringMatching(/not a castellan/),
    });
  });

  it("does not pass for a first start when its -wal file is removed", async () => {
    const [folder, copy] = [temporaryFolder(), temporaryFolder()];
    const { db, path } = await opened(folder, { create: true });
    await db.insertInto("settings").values({ key: "a", value: "{}", updated_at: 0 }).execute();
    // As after a power failure, but without the -wal file.
    copyFileSync(path, databasePath(copy));
    const { sqlite } = await opened(copy);
    expect(sqlite.pragma("user_version", { simple: true })).toBe(migrations.length);
    const emptied = temporaryFolder();
    writeFileSync(databasePath(emptied), readFileSync(path).subarray(0, 0), { mode: 0o600 });
    await expect(openDatabase(emptied)).rejects.toMatchObject({
      code: "database_damaged",
      message: expect.stringMatching(/-wal/),
    });
  });

  it("gives coded errors where only a later page is bad", async () => {
    const folder = temporaryFolder();
    const path = await madeDatabase(folder, 60_000 / 60);
    const database = await opened(folder);
    const page = Number(
      database.sqlite.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'").pluck().get(),
    );
    await database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, (page - 1) * 4_096, page * 4_096);
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(5 * 1024 * 1024)]));
    const result = openDatabase(folder).then(async (again) => {
      try {
        await again.db.selectFrom("accounts").selectAll().execute();
      } finally {
        await again.close();
      }
    });
    await expect(result).rejects.toMatchObject({ code: "database_damaged" });
  });
});

describe("permissions", () => {
  it.each([0o644, 0o640, 0o604, 0o666])(
    "mode %o of the database is refused, and told how to mend",
    async (mode) => {
      const folder = temporaryFolder();
      chmodSync(await madeDatabase(folder), mode);
      await expect(openDatabase(folder)).rejects.toMatchObject({
        code: "unsafe_permissions",
        hint: expect.stringMatching(/chmod 0600/),
      });
    },
  );

  it.each([0o755, 0o750, 0o701])("mode %o of the folder is refused", async (mode) => {
    const folder = temporaryFolder();
    await madeDatabase(folder);
    chmodSync(folder, mode);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "unsafe_permissions",
      hint: expect.stringMatching(/chmod 0700/),
    });
  });

  it.skipIf(!isRoot)("another owner is refused (needs root)", async () => {
    const folder = temporaryFolder();
    chownSync(await madeDatabase(folder), 65_534, 65_534);
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "unsafe_permissions",
      message: expect.stringMatching(/uid 65534/),
    });
  });

  it("a link is refused, also one that leads nowhere", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const path = await madeDatabase(other);
    symlinkSync(path, databasePath(folder));
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "unsafe_permissions",
      message: expect.stringMatching(/symbolic link/),
    });
    rmSync(databasePath(folder));
    symlinkSync(`${other}/nothing`, databasePath(folder));
    await expect(openDatabase(folder, { create: true })).rejects.toMatchObject({
      code: "unsafe_permissions",
    });
    expect(existsSync(`${other}/nothing`)).toBe(false);
  });

  it("a folder or a pipe in its place is refused", async () => {
    const folder = temporaryFolder();
    mkdirSync(databasePath(folder), { mode: 0o700 });
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "unsafe_permissions" });
    rmSync(databasePath(folder), { recursive: true });
    execFileSync("mkfifo", ["-m", "600", databasePath(folder)]);
    await expect(openDatabase(folder)).rejects.toMatchObject({ code: "unsafe_permissions" });
  });

  it.skipIf(!isRoot)(
    "somebody else is told that they may not, not that there is nothing (needs root)",
    async () => {
      const folder = temporaryFolder();
      await madeDatabase(folder);
      const starter = fileURLToPath(new URL("./starter.ts", import.meta.url));
      const result = promisify(execFile)(process.execPath, [starter, folder], { uid: 65_534, gid: 65_534 });
      await expect(result).rejects.toMatchObject({ stderr: expect.stringMatching(/not_permitted/) });
    },
  );
});

describe("a read-only connection", () => {
  it("reads, and writes nothing", async () => {
    const folder = temporaryFolder();
    await madeDatabase(folder);
    const { db, sqlite } = await opened(folder, { readOnly: true });
    expect(await db.selectFrom("accounts").select("name").execute()).toHaveLength(40);
    const insert = db.insertInto("settings").values({ key: "a", value: "{}", updated_at: 0 }).execute();
    await expect(insert).rejects.toMatchObject({ code: "storage_read_only" });
    expect(sqlite.pragma("trusted_schema", { simple: true })).toBe(0);
  });
});

describe("a full disk", () => {
  it.skipIf(!isRoot)(
    "is told as such, at the first start and later, and loses nothing (needs root)",
    async () => {
      const folder = `${temporaryFolder()}/small`;
      mkdirSync(folder);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=96k,mode=0700", "tmpfs", folder]);
      try {
        await expect(openDatabase(folder, { create: true })).rejects.toMatchObject({ code: "storage_full" });
        execFileSync("mount", ["-o", "remount,size=4m", folder]);
        for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`);
        await madeDatabase(folder);
        const database = await openDatabase(folder);
        const value = JSON.stringify("x".repeat(100_000));
        const fill = async () => {
          for (let at = 0; at < 100; at += 1) {
            await database.db
              .insertInto("settings")
              .values({ key: `${at}`, value, updated_at: 0 })
              .execute();
          }
        };
        await expect(fill()).rejects.toMatchObject({ code: "storage_full" });
        expect(await database.db.selectFrom("accounts").select("name").execute()).toHaveLength(40);
        await database.close();
      } finally {
        execFileSync("umount", [folder]);
      }
    },
  );

  it.skipIf(!isRoot)("read-only file system is told as such (needs root)", async () => {
    const folder = `${temporaryFolder()}/small`;
    mkdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", folder]);
    try {
      await madeDatabase(folder);
      execFileSync("mount", ["-o", "remount,ro", folder]);
      await expect(openDatabase(folder)).rejects.toMatchObject({ code: "storage_read_only" });
    } finally {
      execFileSync("umount", [folder]);
    }
  });
});
