import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Castellan, openCastellan } from "../../src/castellan.ts";
import { type Guard, runGuard } from "../../src/guard/run.ts";
import { LEASE_MS } from "../../src/watch/lease.ts";

let folder: string;
let castellan: Castellan;
let guard: Guard | undefined;
let ahead = 0;

const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };

beforeEach(async () => {
  ahead = 0;
  folder = mkdtempSync(join(tmpdir(), "castellan-guard-"));
  castellan = await openCastellan({
    state: join(folder, "state"),
    root: folder,
    readOnly: false,
    sandbox: true,
    clock,
  });
});

afterEach(async () => {
  await guard?.stop();
  guard = undefined;
  await castellan.close();
  rmSync(folder, { recursive: true, force: true });
});

it("keeps its lease while its start takes longer than the lease lasts", async () => {
  let seen: unknown;
  const slow: Castellan = {
    ...castellan,
    ledger: {
      ...castellan.ledger,
      record: async (...entry) => {
        ahead += LEASE_MS + 1;
        await setTimeout(1_500);
        seen = await castellan.watch.engine();
        await castellan.ledger.record(...entry);
      },
    },
  };
  guard = await runGuard(slow, "guard");
  expect(seen).toMatchObject({ kind: "guard", pid: process.pid });
  expect(await castellan.watch.engine()).toMatchObject({ kind: "guard" });
});

it("gives its lease back when it ends", async () => {
  guard = await runGuard(castellan, "screen");
  expect(await castellan.watch.engine()).toMatchObject({ kind: "screen" });
  await guard.stop();
  guard = undefined;
  expect(await castellan.watch.engine()).toBeNull();
});
