import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChangeState } from "../../src/changes/change.ts";
import type { Changes } from "../../src/changes/changes.ts";
import { openChanges } from "../../src/changes/open.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";
import { CRASH_DRAFTS, CRASH_HOST, type CrashDraft } from "./crash-drafts.ts";
import { recordingLedger } from "./rows.ts";
import { standingServices } from "./standing-services.ts";
import { makeFolder, snapshot } from "./support.ts";

const DRAFTS = Object.keys(CRASH_DRAFTS) as CrashDraft[];
const PROCESSES_AT_ONCE = 2;

let folder = "";
let program = "";
let points = 0;
let copies = 0;

/** One file without TypeScript: a process starts in a quarter of the time. */
beforeAll(async () => {
  // In memory: what survives a kill is the same, and nobody waits for a disk.
  folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "castellan-crash-"));
  program = join(folder, "crash-child.mjs");
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
  await build({
    entryPoints: [join(import.meta.dirname, "crash-child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  for (const [path, content] of Object.entries(CRASH_HOST)) {
    makeFolder(dirname(join(folder, "host/root", path)));
    writeFileSync(join(folder, "host/root", path), content, { mode: 0o644 });
  }
  mkdirSync(join(folder, "host/state"), { mode: 0o700 });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function copyOf(host: string): string {
  copies += 1;
  const copy = join(folder, `copy-${copies}`);
  cpSync(host, copy, { recursive: true });
  return copy;
}

/** castellan on a host, telling its operations. */
function openOn(host: string, operations: string[] = []): Changes {
  return openChanges({
    ...{ state: join(host, "state"), root: join(host, "root"), clock: systemClock, random: systemRandom },
    ...{ run: runCommand, isRoot: true, readOnly: false },
    ledger: recordingLedger([]),
    program: ["/bin/true"],
    services: standingServices(),
    administrators: () => [],
    onStep: (name) => operations.push(name),
  });
}

async function applyOn(host: string, name: CrashDraft, operations: string[] = []): Promise<ChangeState> {
  const changes = openOn(host, operations);
  const plan = await changes.plan(CRASH_DRAFTS[name]);
  expect(plan.refusals).toEqual([]);
  const overwrite = plan.drift.map(({ path }) => path);
  return (await changes.apply(GUARD_ACTOR, plan, { connection: null, overwrite })).state;
}

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
      const copy = copyOf(host);
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
  const oldHost = () => snapshot(join(folder, "host/root"));
  const hasWindow = CRASH_DRAFTS[name].confirmSeconds !== undefined;

  it("leaves everything wholly old or wholly new while it applies", async () => {
    const host = join(folder, "host");
    const operations: string[] = [];
    const whole = copyOf(host);
    const state = await applyOn(whole, name, operations);
    expect(state).toBe(hasWindow ? "applied" : "confirmed");
    const after = snapshot(join(whole, "root"));
    expect(after).not.toEqual(oldHost());
    const wholes = { none: oldHost(), rolled_back: oldHost(), [state]: after };
    await killAtEach(host, "apply", name, operations, wholes);
  }, 60_000);

  it("goes on to roll back after it was killed while it settled what another one left", async () => {
    const operations: string[] = [];
    const whole = copyOf(join(folder, "host"));
    await applyOn(whole, name, operations);
    const died = copyOf(join(folder, "host"));
    // Right before all that was done becomes the state of the record.
    await dieAt(died, "apply", name, operations.findLastIndex((step) => step.includes("create")) + 1);
    const settling: string[] = [];
    await openOn(copyOf(died), settling).settle();
    // The timer of the process that died may end at any moment.
    const sure = settling.filter((step) => !step.startsWith("end process"));
    await killAtEach(died, "settle", name, sure, { rolled_back: oldHost() });
  }, 60_000);

  if (!hasWindow) return;
  it("goes on to roll back after it was killed while somebody took it back", async () => {
    const waiting = copyOf(join(folder, "host"));
    expect(await applyOn(waiting, name)).toBe("applied");
    const after = snapshot(join(waiting, "root"));
    const operations: string[] = [];
    const whole = copyOf(waiting);
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
    const host = copyOf(join(folder, "host"));
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

const isRoot = process.geteuid?.() === 0;
const has = (tool: string) => existsSync(`/usr/sbin/${tool}`) || existsSync(`/usr/bin/${tool}`);

/** The rules and jails on both sides of a change are real ones: their own programs take them. */
describe("what lies there before and after", () => {
  async function bothSides(name: CrashDraft, check: (root: string) => void): Promise<void> {
    const host = copyOf(join(folder, "host"));
    const root = join(host, "root");
    for (const file of ["etc/ssh/sshd_config", "etc/nginx/nginx.conf"]) {
      const text = readFileSync(join(root, file), "utf8").replaceAll("ROOT", root);
      writeFileSync(join(root, file), text);
    }
    check(root);
    await applyOn(host, name);
    check(root);
    if (CRASH_DRAFTS[name].confirmSeconds !== undefined) await openOn(host).rollBack(GUARD_ACTOR, 1, "over");
    check(root);
  }

  it.skipIf(!isRoot || !has("sshd"))("stands before sshd -t (needs root and sshd)", async () => {
    mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    await bothSides("sshd", (root) => {
      const key = join(root, "etc/ssh/key");
      if (!existsSync(key)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
      const { stderr, status } = spawnSync("/usr/sbin/sshd", ["-t", "-f", join(root, "etc/ssh/sshd_config")]);
      expect([status, stderr.toString()]).toEqual([0, ""]);
    });
  });

  it.skipIf(!isRoot || !has("nft"))(
    "stands before nft -c in a network of its own (needs root and nft)",
    async () => {
      await bothSides("nftables", (root) => {
        const rules = join(root, "etc/castellan/input.nft");
        if (!existsSync(rules)) return;
        const { stderr, status } = spawnSync("unshare", ["-n", "nft", "-c", "-f", rules]);
        expect([status, stderr.toString()]).toEqual([0, ""]);
      });
    },
  );

  it.skipIf(!isRoot || !has("nginx"))("stands before nginx -t (needs root and nginx)", async () => {
    await bothSides("nginx", (root) => {
      const { stderr, status } = spawnSync("nginx", ["-t", "-c", join(root, "etc/nginx/nginx.conf")]);
      expect([status, stderr.toString()]).toEqual([0, expect.stringMatching(/test is successful/)]);
    });
  });

  it.skipIf(!has("fail2ban-client"))("stands before fail2ban-client -t (needs fail2ban)", async () => {
    await bothSides("fail2ban", (root) => {
      const settings = join(root, "etc/fail2ban");
      for (const shipped of readdirSync("/etc/fail2ban")) {
        if (shipped !== "jail.d" && !existsSync(join(settings, shipped))) {
          symlinkSync(join("/etc/fail2ban", shipped), join(settings, shipped));
        }
      }
      const { status, stdout, stderr } = spawnSync("fail2ban-client", ["-c", settings, "-t"]);
      expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringMatching(/OK/)]);
    });
  });
});
