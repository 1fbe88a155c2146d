import { execFile } from "node:child_process";
import { existsSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChangeState } from "../../src/changes/change.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { CRASH_DRAFTS, type CrashDraft } from "./crash-drafts.ts";
import { applyOn, type CrashYard, crashYard, openOn } from "./crash-yard.ts";
import { snapshot } from "./support.ts";

const DRAFTS = Object.keys(CRASH_DRAFTS) as CrashDraft[];
const PROCESSES_AT_ONCE = 2;

let yard: CrashYard;
let program = "";
let points = 0;

/** One file without TypeScript: a process starts in a quarter of the time. */
beforeAll(async () => {
  yard = crashYard();
  program = join(yard.folder, "crash-child.mjs");
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(yard.folder, "node_modules"));
  await build({
    entryPoints: [join(import.meta.dirname, "crash-child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
});

afterAll(() => yard.end());

function dieAt(host: string, doing: string, name: CrashDraft, killAt: number): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, host, doing, name, String(killAt)], (error, _, stderr) => {
      if (error?.signal === "SIGKILL") resolve();
      else reject(new Error(`${doing} of ${name} did not die at ${killAt}: ${stderr}`));
    });
  });
}

/** Kills a process before each of its operations, then lets a fresh castellan settle, and looks at what is there. */
async function killAtEach(
  host: string,
  doing: "apply" | "rollback" | "settle",
  name: CrashDraft,
  operations: readonly string[],
  wholes: Partial<Record<ChangeState | "none", Record<string, string>>>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < operations.length) {
      next += 1;
      const at = next;
      const copy = yard.copyOf(host);
      await dieAt(copy, doing, name, at);
      await openOn(copy).settle();
      await expectWhole(copy, wholes, `${doing} of ${name} killed before ${at}: ${operations[at - 1]}`);
      rmSync(copy, { recursive: true });
      points += 1;
    }
  };
  await Promise.all(Array.from({ length: PROCESSES_AT_ONCE }, work));
}

async function expectWhole(
  host: string,
  wholes: Partial<Record<ChangeState | "none", Record<string, string>>>,
  what: string,
): Promise<void> {
  const [record] = await openOn(host).list();
  const state = record?.state ?? "none";
  expect(Object.keys(wholes), what).toContain(state);
  expect(snapshot(join(host, "root")), `${what}; then ${state}`).toEqual(wholes[state]);
  const journal = join(host, "state/changes");
  if (!existsSync(journal)) return;
  const isOpen = state === "applied";
  const names = readdirSync(journal, { recursive: true, encoding: "utf8" }).sort();
  const inRecord = isOpen ? ["1/record.json", "1/reserve"] : ["1/record.json"];
  expect(
    names.filter((path) => path !== "lock"),
    what,
  ).toEqual([
    ...(record === undefined ? [] : ["1", ...inRecord]),
    ...(names.includes("open") ? ["open"] : []),
    ...(isOpen ? ["open/1"] : []),
  ]);
}

describe.each(DRAFTS)("a process killed at every step of a change of %s", (name) => {
  const oldHost = () => snapshot(join(yard.host, "root"));
  const hasWindow = CRASH_DRAFTS[name].confirmSeconds !== undefined;

  it("leaves everything wholly old or wholly new while it applies", async () => {
    const host = yard.host;
    const operations: string[] = [];
    const whole = yard.copyOf(host);
    const state = await applyOn(whole, name, operations);
    expect(state).toBe(hasWindow ? "applied" : "confirmed");
    const after = snapshot(join(whole, "root"));
    expect(after).not.toEqual(oldHost());
    const wholes = { none: oldHost(), rolled_back: oldHost(), [state]: after };
    await killAtEach(host, "apply", name, operations, wholes);
  }, 60_000);

  it("goes on to roll back after it was killed while it settled what another one left", async () => {
    const operations: string[] = [];
    const whole = yard.copyOf(yard.host);
    await applyOn(whole, name, operations);
    const died = yard.copyOf(yard.host);
    // Right before all that was done becomes the state of the record.
    await dieAt(died, "apply", name, operations.findLastIndex((step) => step.includes("create")) + 1);
    const settling: string[] = [];
    await openOn(yard.copyOf(died), settling).settle();
    // The timer of the process that died may end at any moment.
    const sure = settling.filter((step) => !step.startsWith("end process"));
    await killAtEach(died, "settle", name, sure, { rolled_back: oldHost() });
  }, 60_000);

  if (!hasWindow) return;
  it("goes on to roll back after it was killed while somebody took it back", async () => {
    const waiting = yard.copyOf(yard.host);
    expect(await applyOn(waiting, name)).toBe("applied");
    const after = snapshot(join(waiting, "root"));
    const operations: string[] = [];
    const whole = yard.copyOf(waiting);
    await openOn(whole, operations).rollBack(GUARD_ACTOR, 1, "for the test");
    expect(snapshot(join(whole, "root"))).toEqual(oldHost());
    const sure = operations.filter((step) => !step.startsWith("end process"));
    await killAtEach(waiting, "rollback", name, sure, { applied: after, rolled_back: oldHost() });
  }, 60_000);
});

describe("all these points together", () => {
  it("are at least 200", () => {
    expect(points).toBeGreaterThanOrEqual(200);
  });
});

describe("two processes that change something at once", () => {
  it("one of them does, the other one is told why not", async () => {
    const host = yard.copyOf(yard.host);
    const run = () => spawnedApply(host);
    const outcomes = (await Promise.all([run(), run()])).sort();
    expect(outcomes).toEqual([expect.stringMatching(/change_(waiting|busy)|stale_plan/), "done"]);
    const records = await openOn(host).list();
    expect(records.map(({ id, state }) => [id, state])).toEqual([[1, "applied"]]);
  });
});

/** `done`, or what the process said on its way out. */
function spawnedApply(host: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, host, "apply", "sshd", "0"], (error, _, stderr) => {
      resolve(error === null ? "done" : (/code: '(\w+)'/.exec(stderr)?.[1] ?? stderr));
    });
  });
}
