import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardProcess, startGuard, until } from "../support/guard.ts";
import { endPty, type PtyApp, startPty } from "../support/pty.ts";
import { openRange, rangeMissing, type SshRange } from "../support/ssh-range.ts";

const missing = rangeMissing();
const CASTELLAN = join(import.meta.dirname, "..", "..", "bin", "castellan");

describe.skipIf(missing !== null)(
  `a real sshd under a real attack${missing === null ? "" : ` (${missing})`}`,
  () => {
    let range: SshRange;
    let guard: GuardProcess;
    let state: string;
    let screen: PtyApp;

    const castellan = (...args: string[]): string =>
      execFileSync(
        range.inServer[0],
        [...range.inServer.slice(1), CASTELLAN, ...args, "--state", state, "--root", range.root],
        {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
    const failures = (address: string): number =>
      (
        JSON.parse(castellan("attempt", "list", "--json", "--address", address, "--limit", "100")) as {
          count: number;
          outcome: string;
        }[]
      )
        .filter((attempt) => attempt.outcome === "failure")
        .reduce((sum, attempt) => sum + attempt.count, 0);

    beforeAll(async () => {
      range = openRange();
      state = join(range.folder, "state");
      mkdirSync(state, { mode: 0o700 });
      castellan("allow", "add", "198.51.100.15", "--note", "the office");
      guard = await startGuard(["--state", state, "--root", range.root], range.inServer);
      screen = startPty({ command: [...range.inServer, CASTELLAN, "--state", state, "--root", range.root] });
      await screen.waitFor("Welcome");
      screen.write("\u001b");
      await screen.waitFor("Pressure");
      screen.write("2");
      await screen.waitFor("Nobody has tried");
    }, 60_000);

    afterAll(async () => {
      if (screen !== undefined) await endPty(screen);
      await guard?.end();
      range?.close();
    });

    it("shows each failure within a second, and locks at the fifth try, not at the second line", async () => {
      for (let tries = 1; tries <= 5; tries++) {
        await range.attack("198.51.100.66", "mallory");
        const began = performance.now();
        await screen.waitFor(
          new RegExp(`(198\\.51\\.100\\.66[^\\n]*mallory[^\\n]*\\n?[^]*){${Math.min(tries, 4)}}`),
          3_000,
        );
        expect(performance.now() - began).toBeLessThan(2_000);
        if (tries < 5) expect(range.table()).not.toContain("198.51.100.66");
      }
      await until(() => range.table().includes("198.51.100.66"), 2_000);
      expect(failures("198.51.100.66")).toBe(5);
      const [, minutes] = /198\.51\.100\.66 timeout (\d+)m/.exec(range.table()) ?? [];
      expect([14, 15]).toContain(Number(minutes));
      expect(await range.attack("198.51.100.66", "mallory")).toContain("timed out");
    }, 60_000);

    it("locks the whole /64 of an IPv6 attacker", async () => {
      for (const last of ["a1", "a2", "a3", "a4", "a5"]) {
        await range.attack(`2001:db8:66::${last}`, "root", { to: "2001:db8:1::1" });
      }
      await until(
        () => range.table().includes("2001:db8:66::/64"),
        2_000,
        () => range.table(),
      );
    }, 60_000);

    it("never locks who is on the allow-list, nor the operator's own address", async () => {
      const operator = range.signIn(
        "198.51.100.12",
        `exec 3>&1; ${CASTELLAN} unlock me --json --state ${state} --root ${range.root}; sleep 12`,
      );
      await until(
        () => castellan("audit", "list", "--json", "--action", "lockout.unlock").includes("198.51.100.12"),
        8_000,
      );
      for (let tries = 0; tries < 6; tries++) {
        await range.attack("198.51.100.15", "root");
        await range.attack("198.51.100.12", "root");
      }
      await until(() => failures("198.51.100.15") === 6 && failures("198.51.100.12") === 6, 3_000);
      expect(range.table()).not.toContain("198.51.100.15");
      expect(range.table()).not.toContain("198.51.100.12");
      await operator;
    }, 60_000);

    it("frees an address everywhere with u", async () => {
      expect(range.table()).toContain("198.51.100.66");
      screen.write("/198.51.100.66\r");
      await screen.waitFor("/198.51.100.66 ·");
      screen.write("u");
      await screen.waitFor("lockout lifted: 198.51.100.66");
      await until(
        () => !range.table().includes("198.51.100.66"),
        2_000,
        () => range.table(),
      );
      expect(castellan("lockout", "list", "--json")).not.toContain("198.51.100.66");
      screen.write("\u001b");
      expect(await range.attack("198.51.100.66", "mallory")).toContain("Permission denied");
    }, 30_000);

    it("mends a foreign flush of the ruleset within five seconds, and shows it", async () => {
      range.nft("flush", "ruleset");
      const took = await until(
        () => range.table().includes("2001:db8:66::/64"),
        5_000,
        () => range.table(),
      );
      expect(took).toBeLessThan(5_000);
      screen.write("1");
      await screen.waitFor("MENDED", 5_000);
    }, 30_000);

    it("loses nothing, counts nothing twice and locks nobody too long after kill -9 of the guard", async () => {
      castellan("lock", "198.51.100.69", "--for", "3s", "--because", "soon over");
      for (let tries = 0; tries < 2; tries++) await range.attack("198.51.100.68", "root");
      await until(() => failures("198.51.100.68") === 2, 3_000);
      await guard.crash();
      for (let tries = 0; tries < 2; tries++) await range.attack("198.51.100.68", "root");
      guard = await startGuard(["--state", state, "--root", range.root], range.inServer);
      await until(
        () => failures("198.51.100.68") === 4,
        8_000,
        () => String(failures("198.51.100.68")),
      );
      await until(() => !castellan("lockout", "list", "--json").includes("198.51.100.69"), 8_000);
      expect(range.table()).not.toContain("198.51.100.69");
      expect(range.table()).not.toContain("198.51.100.68");
      await range.attack("198.51.100.68", "root");
      await until(() => range.table().includes("198.51.100.68"), 2_000);
      expect(failures("198.51.100.68")).toBe(5);
    }, 60_000);

    it("leaves an audit log that is whole", () => {
      expect(JSON.parse(castellan("audit", "verify", "--json"))).toMatchObject({ ok: true, firstBad: null });
    });
  },
);
