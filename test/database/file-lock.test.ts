import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { tryFileLock, waitForFileLock } from "../../src/database/file-lock.ts";

const HOLDER = `
const { tryFileLock } = await import(process.argv[1]);
process.stdout.write(tryFileLock(process.argv[2]) === null ? "busy" : "held");
setInterval(() => {}, 1_000);
`;

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "lock");
}

/** Another process that takes the lock and holds it until it is killed. */
async function holder(path: string) {
  const module = new URL("../../src/database/file-lock.ts", import.meta.url).href;
  const child = spawn(process.execPath, ["--input-type=module", "-e", HOLDER, module, path]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
  return { child, said };
}

describe("a lock that the kernel holds", () => {
  it("is held by one within a process, leaves nothing beside its file, and can be taken again", () => {
    const path = lockPath();
    const lock = tryFileLock(path);
    expect(lock).not.toBeNull();
    expect(tryFileLock(path)).toBeNull();
    expect(readdirSync(join(path, ".."))).toEqual(["lock"]);
    expect([statSync(path).mode & 0o777, statSync(path).size]).toEqual([0o600, 0]);
    lock?.release();
    const again = tryFileLock(path);
    expect(again).not.toBeNull();
    again?.release();
  });

  it("goes with its process, however that ends", async () => {
    const path = lockPath();
    const { child, said } = await holder(path);
    expect(said).toBe("held");
    expect(tryFileLock(path)).toBeNull();
    expect(await waitForFileLock(path, 100)).toBeNull();
    const waiting = waitForFileLock(path, 10_000);
    child.kill("SIGKILL");
    const lock = await waiting;
    expect(lock).not.toBeNull();
    expect((await holder(path)).said).toBe("busy");
    lock?.release();
  });

  it("says so where no file can be made", () => {
    expect(() => tryFileLock("/proc/nowhere/lock")).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/\/proc\/nowhere\/lock|directory does not exist/),
      }),
    );
  });
});
