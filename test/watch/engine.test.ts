import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Castellan, openCastellan } from "../../src/castellan.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { type Engine, startEngine } from "../../src/watch/engine.ts";
import type { SourceOpener } from "../../src/watch/followed.ts";
import { openLease } from "../../src/watch/lease.ts";
import { openFileSource } from "../../src/watch/sources/file-source.ts";
import { until } from "../support/guard.ts";

let folder: string;
let log: string;
let castellan: Castellan;
let engine: Engine | undefined;
let ahead = 0;

const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };

async function open(): Promise<void> {
  castellan = await openCastellan({
    state: join(folder, "state"),
    root: folder,
    readOnly: false,
    sandbox: true,
    clock,
  });
}

function openerOfLog(): SourceOpener {
  return {
    name: `file:${log}`,
    kind: "file",
    service: "sshd",
    trust: "forgeable",
    open: (at) => openFileSource({ path: log, service: "sshd" }, at),
  };
}

async function watch(): Promise<Engine> {
  engine = await startEngine(castellan, [openerOfLog()]);
  await engine.drain();
  return engine;
}

beforeEach(async () => {
  ahead = 0;
  folder = mkdtempSync(join(tmpdir(), "castellan-engine-"));
  log = join(folder, "auth.log");
  writeFileSync(log, "");
  await open();
});

afterEach(async () => {
  await engine?.stop();
  engine = undefined;
  await castellan.close();
  rmSync(folder, { recursive: true, force: true });
});

let pid = 100;
/** What sshd logs of one wrong password for an unknown user: three lines, one try. */
function oneTry(address: string, user: string, when = new Date(clock.now())): string {
  pid++;
  const head = `${when.toISOString()} web1 sshd[${pid}]: `;
  return [
    `${head}Invalid user ${user} from ${address} port 4${pid}`,
    `${head}Failed password for invalid user ${user} from ${address} port 4${pid} ssh2`,
    `${head}Connection closed by invalid user ${user} ${address} port 4${pid} [preauth]`,
    "",
  ].join("\n");
}

const locked = async (): Promise<string[]> =>
  (await castellan.lockouts.active()).map((lockout) => lockout.target);

it("locks at the fifth try, though each try is three lines", async () => {
  const running = await watch();
  for (let tries = 1; tries <= 4; tries++) appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await running.drain();
  expect(await locked()).toEqual([]);
  appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await running.drain();
  expect(await locked()).toEqual(["203.0.113.9/32"]);
  expect((await castellan.watch.attempts({ limit: 50 })).map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
});

it("goes on counting where the engine before it stopped, and counts nothing twice", async () => {
  await watch();
  for (let tries = 1; tries <= 3; tries++) appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await engine?.drain();
  await engine?.stop();
  // One line of a try before the stop, the others after it.
  appendFileSync(log, oneTry("203.0.113.9", "bob"));
  const running = await watch();
  expect(await locked()).toEqual([]);
  appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await running.drain();
  expect(await locked()).toEqual(["203.0.113.9/32"]);
  const attempts = await castellan.watch.attempts({ limit: 50 });
  expect(attempts.reduce((sum, { count }) => sum + count, 0)).toBe(5);
});

it("joins the lines of a try that a restart has torn apart", async () => {
  const [first = "", ...rest] = oneTry("203.0.113.9", "bob").split("\n");
  const running = await watch();
  appendFileSync(log, `${first}\n`);
  await running.drain();
  await running.stop();
  appendFileSync(log, rest.join("\n"));
  await watch();
  const attempts = await castellan.watch.attempts({ limit: 50 });
  expect(attempts.reduce((sum, { count }) => sum + count, 0)).toBe(1);
});

it("locks nobody for what was in the log before it came", async () => {
  for (let tries = 0; tries < 50; tries++) appendFileSync(log, oneTry("203.0.113.9", "bob"));
  const running = await watch();
  expect(await locked()).toEqual([]);
  expect(await castellan.watch.attempts({ limit: 100 })).toHaveLength(50);
  const hour = new Date(clock.now() - 3_600_000);
  await running.stop();
  for (let tries = 0; tries < 5; tries++) appendFileSync(log, oneTry("203.0.113.8", "bob", hour));
  await watch();
  expect(await locked()).toEqual([]);
});

it("forgets what counted when an address is unlocked, also by another process", async () => {
  const running = await watch();
  for (let tries = 0; tries < 5; tries++) appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await running.drain();
  await castellan.lockouts.unlock(GUARD_ACTOR, "203.0.113.9");
  await running.refresh();
  for (let tries = 0; tries < 4; tries++) appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await running.drain();
  expect(await locked()).toEqual([]);
});

it("counts what PAM alone tells, once it is clear that nothing else will", async () => {
  const running = await watch();
  const head = `${new Date(clock.now()).toISOString()} web1 sshd[7]: `;
  appendFileSync(
    log,
    `${head}pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root\n`,
  );
  await running.drain();
  expect(await castellan.watch.attempts({ limit: 5 })).toEqual([]);
  ahead = 60_000;
  await until(async () => (await castellan.watch.attempts({ limit: 5 })).length === 1, 30_000);
  expect(await castellan.watch.attempts({ limit: 5 })).toMatchObject([
    { address: "203.0.113.9", username: "root", count: 1 },
  ]);
});

it("counts an account once, whether it is tried by name or by e-mail address", async () => {
  await castellan.accounts.create(GUARD_ACTOR, { name: "maria", role: "admin", email: "maria@example.com" });
  await castellan.lockouts.setPolicy(GUARD_ACTOR, { accountAttempts: 6 });
  const running = await watch();
  for (let from = 1; from <= 3; from++) {
    appendFileSync(log, oneTry(`203.0.113.${from}`, "maria"));
    appendFileSync(log, oneTry(`198.51.100.${from}`, "Maria@example.com"));
  }
  await running.drain();
  expect(await locked()).toContain("maria");
});

it("reads a batch again when it could not be stored, and doubles nothing", async () => {
  const running = await watch();
  // The next insert fails once, as on a full disk.
  castellan.database.sqlite.exec(
    "CREATE TRIGGER full BEFORE INSERT ON attempts BEGIN SELECT RAISE(ABORT, 'full'); END",
  );
  appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await running.drain();
  expect((await castellan.watch.sources())[0]?.fault).toContain("cannot be stored");
  castellan.database.sqlite.exec("DROP TRIGGER full");
  await until(async () => (await castellan.watch.attempts({ limit: 5 })).length === 1, 30_000);
  const attempts = await castellan.watch.attempts({ limit: 50, everyLine: true });
  expect(attempts).toHaveLength(3);
});

it("keeps nothing once another engine has taken over", async () => {
  const old = openLease(castellan, { holder: "old", kind: "screen", pid: process.pid });
  expect(await old.hold()).toBe(true);
  engine = await startEngine({ ...castellan, isOurs: old.isOurs }, [openerOfLog()]);
  await engine.drain();
  appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await engine.drain();
  const guard = openLease(castellan, { holder: "guard", kind: "guard", pid: process.pid });
  expect(await guard.hold()).toBe(true);
  appendFileSync(log, oneTry("203.0.113.9", "bob"));
  await engine.drain();
  expect(await castellan.watch.attempts({ limit: 50 })).toHaveLength(1);
  const next = await startEngine({ ...castellan, isOurs: guard.isOurs }, [openerOfLog()]);
  await next.drain();
  expect(await castellan.watch.attempts({ limit: 50, everyLine: true })).toHaveLength(6);
  await next.stop();
});

it("locks nobody for what a log held while it could not be read", async () => {
  const running = await watch();
  await running.drain();
  rmSync(log);
  mkdirSync(log);
  await until(async () => {
    await running.drain();
    return (await castellan.watch.sources())[0]?.fault !== null;
  }, 30_000);
  rmSync(log, { recursive: true });
  const hour = new Date(clock.now() - 3_600_000);
  writeFileSync(log, Array.from({ length: 6 }, () => oneTry("203.0.113.9", "bob", hour)).join(""));
  await until(async () => {
    await running.drain();
    return (await castellan.watch.attempts({ limit: 50 })).length === 6;
  }, 30_000);
  expect(await locked()).toEqual([]);
});
