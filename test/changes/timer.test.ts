import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootTime, isRunning, startTicks } from "../../src/changes/boot.ts";
import { recoverPath, recoverUnit, unitNames } from "../../src/changes/recover-unit.ts";
import { execArgument } from "../../src/changes/systemd-text.ts";

describe("the unit that rolls back at boot", () => {
  it("runs castellan before sshd listens, only while a change waits", () => {
    const unit = recoverUnit("/var/lib/castellan", ["/usr/bin/node", "/opt/castellan/dist/main.js"]);
    expect(unit).toContain(
      'ExecStart="/usr/bin/node" "/opt/castellan/dist/main.js" "change" "settle" "--state" "/var/lib/castellan"\n',
    );
    expect(unit).toContain("ConditionDirectoryNotEmpty=/var/lib/castellan/changes/open\n");
    expect(unit).toMatch(/^Before=sysinit.target ssh.service sshd.service ssh.socket /m);
  });

  it("has a name of its own for each state folder, as has the timer", () => {
    expect(unitNames("/var/lib/castellan")).toEqual({
      recover: "castellan-recover.service",
      rollBack: "castellan-rollback",
    });
    expect(recoverPath("/srv/a b\n$%")).toMatch(
      /^\/etc\/systemd\/system\/castellan-recover-[0-9a-f]{8}\.service$/,
    );
    expect(unitNames("/srv/one")).not.toEqual(unitNames("/srv/two"));
  });

  it("keeps names that mean something to systemd as they are", () => {
    expect(execArgument('/a b/$HOME/%h/"x"\\y;')).toBe('"/a b/$$HOME/%%h/\\"x\\"\\\\y;"');
    expect(() => execArgument("a\nExecStart=/bin/sh")).toThrow(/cannot stand in a unit file/);
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return;
        const quoted = execArgument(text).slice(1, -1);
        expect(quoted).not.toMatch(/(^|[^\\])(\\\\)*"/);
        const back = quoted
          .replaceAll("$$", "$")
          .replaceAll("%%", "%")
          .replace(/\\(["\\])/g, "$1");
        expect(back).toBe(text);
      }),
    );
  });

  it.skipIf(!existsSync("/usr/bin/systemd-analyze"))("stands before systemd-analyze (needs systemd)", () => {
    const folder = mkdtempSync(join(tmpdir(), "castellan-unit-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { recover } = unitNames("/var/lib/a b%");
    const path = join(folder, recover);
    writeFileSync(path, recoverUnit("/var/lib/a b%", [process.execPath, "/opt/$x/main.js"]));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", path]);
    const about = stderr
      .toString()
      .split("\n")
      .filter((line) => line.includes(recover));
    expect([status, about]).toEqual([0, []]);
  });
});

describe("time since boot", () => {
  it("is on the scale of what /proc says of processes, and not behind this one", () => {
    const { ticks, bootId } = bootTime({});
    const own = startTicks("/proc", process.pid) ?? Number.NaN;
    const age = ticks - own;
    expect(age).toBeGreaterThanOrEqual(Math.floor(process.uptime() * 100) - 1);
    expect(age).toBeLessThan((process.uptime() + 30) * 100);
    expect(bootId).toMatch(/^[0-9a-f-]{36} \d+$/);
  });

  it("does not trust an uptime that counts from a container's start", () => {
    const folder = mkdtempSync(join(tmpdir(), "castellan-proc-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "uptime"), "3.00 0.00\n");
    expect(bootTime({ proc: folder }).ticks).toBe(300);
    spawnSync("mkdir", [join(folder, "self")]);
    const fields = ["S", ...new Array(18).fill("0"), "900000"].join(" ");
    writeFileSync(join(folder, "self/stat"), `42 (a ) b) ${fields} 0\n`);
    expect(bootTime({ proc: folder }).ticks).toBeGreaterThanOrEqual(900_000);
  });

  it("tells a process from another one of the same number", () => {
    const begun = startTicks("/proc", process.pid) ?? 0;
    expect(isRunning("/proc", { pid: process.pid, startTicks: begun })).toBe(true);
    expect(isRunning("/proc", { pid: process.pid, startTicks: begun + 1 })).toBe(false);
    expect(startTicks("/proc", 2 ** 30)).toBeNull();
  });
});
