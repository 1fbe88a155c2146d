import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { applyOn, type CrashYard, crashYard, openOn } from "./crash-yard.ts";
import { snapshot, until } from "./support.ts";

const CHILD = join(import.meta.dirname, "interrupted-child.ts");

let yard: CrashYard;
beforeAll(() => {
  yard = crashYard();
});
afterAll(() => yard.end());

/** All that a process said, and how it ended. */
interface Ended {
  readonly said: readonly string[];
  readonly exitCode: number | null;
}

/** Runs the child in a process group of its own, and sends a signal to all of that, as a terminal does, at a line. */
async function signalled(host: string, doing: string, at: RegExp, signal: NodeJS.Signals): Promise<Ended> {
  const child = spawn(process.execPath, [CHILD, host, doing], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { pid = 0 } = child;
  const said: string[] = [];
  const ended = once(child, "close");
  let sent = false;
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (sent || !at.test(line)) continue;
    sent = true;
    await until(() => existsSync(join(host, "begun")));
    process.kill(-pid, signal);
    letGo(host);
  }
  const [exitCode] = await ended;
  expect(sent).toBe(true);
  return { said, exitCode };
}

/** Lets the service of the child end. */
const letGo = (host: string) => writeFileSync(join(host, "go"), "");
const rootOf = (host: string) => snapshot(join(host, "root"));
const WHY = {
  SIGINT: "interrupted (SIGINT: Ctrl-C)",
  SIGTERM: "interrupted (SIGTERM: asked to end)",
  SIGHUP: "interrupted (SIGHUP: the terminal is gone)",
} as const;

describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s in the middle of a change", (signal) => {
  it("finishes the step, takes everything back at once, and says so", async () => {
    const host = yard.copyOf(yard.host);
    const { said, exitCode } = await signalled(host, "apply", /^activate sshd/, signal);
    expect(exitCode).toBe(0);
    expect(said.at(-1)).toBe(`ends: change 1 was rolled back: ${WHY[signal]}`);
    expect(said).toContain(`progress: ${WHY[signal]}: it is finished safely first`);
    // The service was not cut off, and nothing more was begun.
    const before = said.slice(0, said.indexOf(`progress: roll back: ${WHY[signal]}`));
    expect(before).toContain("progress: activate sshd");
    expect(before).not.toContain("progress: probe systemd");
    expect(rootOf(host)).toEqual(rootOf(yard.host));
    const [record] = await openOn(host).list();
    expect(record).toMatchObject({ state: "rolled_back", reason: WHY[signal], fault: null });
  });

  it("does not stop the way back", async () => {
    const host = yard.copyOf(yard.host);
    expect(await applyOn(host, "sshd")).toBe("applied");
    const { said, exitCode } = await signalled(host, "rollback", /^activate sshd/, signal);
    expect([exitCode, said.at(-1)]).toEqual([0, "ends: rolled_back"]);
    expect(rootOf(host)).toEqual(rootOf(yard.host));
    expect((await openOn(host).list())[0]).toMatchObject({ state: "rolled_back", fault: null });
  });
});

describe("Ctrl-Z in the middle of a change", () => {
  it("stops only when the change is made: nobody waits for a process that is stopped", async () => {
    const host = yard.copyOf(yard.host);
    // Below a shell with job control: who has nobody to continue it is not stopped at all (setpgid(2)).
    const script = 'set -m; "$@" & echo "pid $!"; wait -f $!';
    const shell = spawn("bash", ["-c", script, "bash", process.execPath, CHILD, host, "apply"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(shell, "close");
    const said: string[] = [];
    let pid = 0;
    for await (const line of createInterface(shell.stdout)) {
      said.push(line);
      pid ||= Number(/^pid (\d+)$/.exec(line)?.[1] ?? 0);
      if (line !== "activate sshd" || said.filter((other) => other === line).length > 1) continue;
      await until(() => existsSync(join(host, "begun")));
      process.kill(-pid, "SIGTSTP");
      letGo(host);
      void until(() => isStopped(pid))
        // Another one finds nothing half done, and the lock free.
        .then(() => openOn(host).rollBack(GUARD_ACTOR, 1, "while it is stopped"))
        .then(({ state }) => said.push(state))
        .finally(() => process.kill(-pid, "SIGCONT"));
    }
    await ended;
    expect(said.slice(-2)).toEqual(["rolled_back", "ends: applied"]);
    expect(rootOf(host)).toEqual(rootOf(yard.host));
  });
});

describe("a process that is stuck in the middle of a change", () => {
  async function stoppedAt(line: string) {
    const host = yard.copyOf(yard.host);
    const child = spawn(process.execPath, [CHILD, host, "apply", "30"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { pid = 0 } = child;
    const ended = once(child, "exit");
    for await (const said of createInterface(child.stdout)) {
      if (said !== line) continue;
      process.kill(pid, "SIGSTOP");
      break;
    }
    await until(() => isStopped(pid));
    return { host, pid, ended };
  }

  it("keeps nobody out: once the time is over it is killed, and its change taken back", async () => {
    const { host, ended } = await stoppedAt("activate sshd");
    expect(rootOf(host)).not.toEqual(rootOf(yard.host));
    expect(await openOn(host).settle()).toEqual([]);
    const late = openOn(host, [], 30_000);
    expect(await late.settle()).toEqual([]);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(await late.settle()).toEqual([expect.objectContaining({ state: "rolled_back" })]);
    expect(rootOf(host)).toEqual(rootOf(yard.host));
  });

  it("is told from one that has done its work and lives on", async () => {
    const host = yard.copyOf(yard.host);
    letGo(host);
    const child = spawn(process.execPath, [CHILD, host, "apply", "30", "stays"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    for await (const said of createInterface(child.stdout)) if (said === "ends: applied") break;
    const [one, other] = [openOn(host, [], 301_000), openOn(host, [], 301_000)];
    // One of them has the lock, the other one looks who has.
    const settled = (await Promise.all([one.settle(), other.settle()])).flat();
    expect(settled).toEqual([expect.objectContaining({ state: "rolled_back" })]);
    expect(child.exitCode).toBeNull();
    child.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
  });

  it("is left alone as long as it may be at work, and no longer", async () => {
    const { host, pid, ended } = await stoppedAt("activate systemd");
    process.kill(pid, "SIGCONT");
    const operations: string[] = [];
    await openOn(host, operations, 200_000).settle();
    expect(operations).toEqual([]);
    await openOn(host, operations, 301_000).settle();
    expect(operations).toEqual([`kill process ${pid}, stuck at change 1`]);
    expect(await ended).toEqual([null, "SIGKILL"]);
  });
});

function isStopped(pid: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
}
