import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { CastellanError } from "../../src/errors.ts";
import { type Command, type RunCommand, runCommand } from "../../src/host/command.ts";
import { bannedAddresses, unbanInFail2ban } from "../../src/lockout/fail2ban.ts";
import { until } from "../firewall/network-namespace.ts";
import { ALICE, openRoom, type Room } from "./room.ts";

const BANNED = "[{'sshd': ['203.0.113.9', '2001:db8::1', '198.51.100.7']}, {'recidive': ['203.0.113.9']}]\n";

function fake(answers: Record<string, { exitCode: number; stdout?: string; stderr?: string }>) {
  const asked: Command[] = [];
  const run: RunCommand = async (command) => {
    asked.push(command);
    const answer = answers[command.args[0] ?? ""];
    if (answer === undefined) throw new CastellanError("command_missing", "fail2ban-client is not installed");
    return { stdout: "", stderr: "", ...answer };
  };
  return { asked, run };
}

describe("asking fail2ban", () => {
  test("unbans what it bans in the network, each address once", async () => {
    expect(bannedAddresses(BANNED)).toEqual(["203.0.113.9", "2001:db8::1", "198.51.100.7"]);
    const { asked, run } = fake({
      banned: { exitCode: 0, stdout: BANNED },
      unban: { exitCode: 0, stdout: "1\n" },
    });
    expect(await unbanInFail2ban(run, "203.0.113.0/24")).toEqual({ unbanned: ["203.0.113.9"], fault: null });
    expect(asked.map(({ args }) => args)).toEqual([["banned"], ["unban", "203.0.113.9"]]);
    expect(await unbanInFail2ban(run, "2001:db8::/64")).toEqual({ unbanned: ["2001:db8::1"], fault: null });
    expect(await unbanInFail2ban(run, "192.0.2.0/24")).toEqual({ unbanned: [], fault: null });
  });

  test("that is not installed, or does not run, is no fault", async () => {
    expect(await unbanInFail2ban(fake({}).run, "203.0.113.9/32")).toBeNull();
    const stderr =
      "ERROR  Failed to access socket path: /var/run/fail2ban/fail2ban.sock. Is fail2ban running?\n";
    expect(
      await unbanInFail2ban(fake({ banned: { exitCode: 255, stderr } }).run, "203.0.113.9/32"),
    ).toBeNull();
  });

  test("that refuses is a fault, in its own words", async () => {
    const stderr =
      "ERROR  Permission denied to socket: /var/run/fail2ban/fail2ban.sock, (you must be root)\n";
    expect(await unbanInFail2ban(fake({ banned: { exitCode: 255, stderr } }).run, "203.0.113.9/32")).toEqual({
      unbanned: [],
      fault: stderr.trim(),
    });
  });

  test("never hands on what is no address", () => {
    expect(bannedAddresses("[{'x': ['--help', '1.2.3', '$(id)', '1.2.3.4; id', '203.0.113.9']}]")).toEqual([
      "203.0.113.9",
    ]);
  });
});

describe("an unlock", () => {
  let room: Room | undefined;
  afterEach(async () => {
    await room?.close();
  });

  test("reports what fail2ban did, also in the audit log", async () => {
    const { run } = fake({ banned: { exitCode: 0, stdout: BANNED }, unban: { exitCode: 0 } });
    room = await openRoom({ run });
    expect(await room.lockouts.release(ALICE, "203.0.113.9")).toEqual({
      freed: [],
      fail2ban: { unbanned: ["203.0.113.9"], fault: null },
      fault: null,
    });
    expect(await room.audit()).toEqual([
      "lockout.unlock 203.0.113.9/32 done",
      "fail2ban.unban 203.0.113.9/32 done",
    ]);
  });
});

const whyNoServer = probe();
function probe(): string | null {
  if (process.geteuid?.() !== 0) return "needs root";
  try {
    execFileSync("fail2ban-server", ["--version"], { stdio: "ignore" });
    return null;
  } catch {
    return "fail2ban is not installed";
  }
}

describe.skipIf(whyNoServer !== null)(
  `a real fail2ban${whyNoServer === null ? "" : ` [skipped: ${whyNoServer}]`}`,
  () => {
    test("bans, is asked, and bans no more", async () => {
      const folder = mkdtempSync(join(tmpdir(), "castellan-fail2ban-"));
      for (const name of ["filter.d", "action.d"]) mkdirSync(join(folder, name));
      const socket = join(folder, "socket");
      writeFileSync(join(folder, "log"), "");
      writeFileSync(
        join(folder, "fail2ban.conf"),
        `[Definition]\nloglevel = ERROR\nlogtarget = ${folder}/own.log\nsyslogsocket = auto\nsocket = ${socket}\npidfile = ${folder}/pid\ndbfile = None\ndbmaxmatches = 1\ndbpurgeage = 1\n`,
      );
      writeFileSync(join(folder, "filter.d/none.conf"), "[Definition]\nfailregex = ^never <HOST>$\n");
      writeFileSync(
        join(folder, "action.d/none.conf"),
        "[Definition]\nactionban = true\nactionunban = true\n",
      );
      writeFileSync(
        join(folder, "jail.conf"),
        `[probe]\nenabled = true\nbackend = polling\nfilter = none\naction = none\nlogpath = ${folder}/log\nbantime = 600\nfindtime = 600\nmaxretry = 3\n`,
      );
      const server = spawn(
        "fail2ban-server",
        ["-f", "-c", folder, "-s", socket, "-p", join(folder, "pid"), "start"],
        {
          stdio: "ignore",
        },
      );
      const run: RunCommand = (command) => runCommand({ ...command, args: ["-s", socket, ...command.args] });
      const ask = async (...args: string[]) => (await run({ file: "fail2ban-client", args })).stdout;
      try {
        await until(async () => (await ask("ping")).includes("pong"), 30_000);
        await until(async () => (await ask("status")).includes("probe"), 30_000);
        await ask("set", "probe", "banip", "203.0.113.9", "2001:db8::1", "198.51.100.7");
        await until(async () => (await ask("banned")).includes("198.51.100.7"));
        expect(await unbanInFail2ban(run, "203.0.113.9/32")).toEqual({
          unbanned: ["203.0.113.9"],
          fault: null,
        });
        expect(await unbanInFail2ban(run, "2001:db8::/64")).toEqual({
          unbanned: ["2001:db8::1"],
          fault: null,
        });
        expect(bannedAddresses(await ask("banned"))).toEqual(["198.51.100.7"]);
      } finally {
        server.kill("SIGTERM");
        await new Promise((resolve) => server.once("exit", resolve));
        rmSync(folder, { recursive: true });
      }
      expect(await unbanInFail2ban(run, "203.0.113.9/32")).toBeNull();
    }, 60_000);
  },
);
