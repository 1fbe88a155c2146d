import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Castellan, openCastellan } from "../../src/castellan.ts";
import { keepHouse } from "../../src/guard/upkeep.ts";
import { type Engine, startEngine } from "../../src/watch/engine.ts";

let folder: string;
let castellan: Castellan;
let engine: Engine;
let news: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "castellan-upkeep-"));
  castellan = await openCastellan({
    state: join(folder, "state"),
    root: folder,
    readOnly: false,
    sandbox: true,
  });
  engine = await startEngine(castellan, []);
  news = [];
});

afterEach(async () => {
  await engine.stop();
  await castellan.close();
  rmSync(folder, { recursive: true, force: true });
});

it("rolls back what nobody confirmed even when nothing else can be done, and says each failure once", async () => {
  const full = async (): Promise<never> => {
    throw new Error("database or disk is full");
  };
  let settled = 0;
  const broken: Castellan = {
    ...castellan,
    database: { ...castellan.database, dataVersion: () => Math.random() },
    lockouts: { ...castellan.lockouts, expire: full },
    changes: {
      ...castellan.changes,
      settle: async () => {
        settled += 1;
        return await castellan.changes.settle();
      },
    },
  };
  const upkeep = keepHouse(broken, { ...engine, refresh: full }, (line) => news.push(line));
  await upkeep.tick();
  await upkeep.tick();
  upkeep.stop();
  expect(settled).toBe(2);
  expect(news.filter((line) => line === "lockouts cannot be ended: database or disk is full")).toHaveLength(
    1,
  );
});

it("says a failure again after it has been over", async () => {
  let fails = true;
  const flickering: Castellan = {
    ...castellan,
    lockouts: {
      ...castellan.lockouts,
      expire: async () => {
        if (fails) throw new Error("database is locked");
        return [];
      },
    },
  };
  const upkeep = keepHouse(flickering, engine, (line) => news.push(line));
  for (const next of [true, false, true]) {
    fails = next;
    await upkeep.tick();
  }
  upkeep.stop();
  expect(news.filter((line) => line.startsWith("lockouts cannot be ended"))).toHaveLength(2);
});
