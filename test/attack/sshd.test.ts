import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GuardProcess, startGuard, until } from "../support/guard.ts";
import { endPty, type PtyApp, startPty } from "../support/pty.ts";
import { openRange, rangeMissing, type SshRange } from "../support/ssh-range.ts";

const missing = rangeMissing();
const CASTELLAN = join(import.meta.dirname, "..", "..", "bin", "castellan");
/** What comes within a second on an idle machine may take longer where many tests run. */
const PATIENCE_MS = 20_000;

describe.skipIf(missing !== null)(
  `a real sshd under a real attack${missing === null ? "" : ` (${missing})`}`,
  () => {
    let range: SshRange;
    let guard: GuardProcess | undefined;
    let state: string;
    let screen: PtyApp | undefined;
    let lastStranger = 69;

    /** An address that nobody has come from: what a failed try of a test has left is not counted at the next. */
    const stranger = (): string => `198.51.100.${++lastStranger}`;

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

    const runGuard = (): Promise<GuardProcess> =>
      startGuard(["--state", state, "--root", range.root], range.inServer);

    const openLive = async (): Promise<PtyApp> => {
      const opened = startPty({
        command: [...range.inServer, CASTELLAN, "--state", state, "--root", range.root],
      });
      await opened.waitFor(/Welcome|Pressure/);
      opened.write("\u001b");
      await opened.waitFor("Pressure");
      opened.write("2");
      await opened.waitFor(/Nobody has tried|FAILED/);
      return opened;
    };

    beforeAll(() => {
      range = openRange();
      state = join(range.folder, "state");
      mkdirSync(state, { mode: 0o700 });
      castellan("allow", "add", "198.51.100.15", "--note", "the office");
    }, 60_000);

    beforeEach(async () => {
      guard ??= await runGuard();
      screen ??= await openLive();
    }, 60_000);

    // A try again begins with a guard and a screen that nothing has happened to.
    afterEach(async ({ task }) => {
      if (task.result?.state === "fail") await endAll();
    });

    afterAll(async () => {
      await endAll();
      range?.close();
    });

    const endAll = async (): Promise<void> => {
      const [open, watching] = [screen, guard];
      [screen, guard] = [undefined, undefined];
      if (open !== undefined) await endPty(open);
      await watching?.end();
    };

    it("shows each failure within two seconds, and locks at the fifth try, not at the second line", async () => {
      const from = stranger();
      const delays: number[] = [];
      for (let tries = 1; tries <= 5; tries++) {
        await range.attack(from, "mallory");
        const began = performance.now();
        const rows = new RegExp(`(${from}[^\\n]*mallory[^\\n]*\\n?[^]*){${Math.min(tries, 4)}}`);
        await screen?.waitFor(rows, PATIENCE_MS);
        delays.push(performance.now() - began);
        if (tries < 5) expect(range.table()).not.toContain(from);
      }
      // The median: on a machine with much to do any single one may be held up.
      expect(delays.sort((one, other) => one - other)[2]).toBeLessThan(2_000);
      await until(() => range.table().includes(from), PATIENCE_MS);
      expect(failures(from)).toBe(5);
      const [, minutes] = new RegExp(`${from} timeout (\\d+)m`).exec(range.table()) ?? [];
      expect([14, 15]).toContain(Number(minutes));
      expect(await range.attack(from, "mallory", { patienceS: 2 })).toContain("timed out");
    }, 120_000);

    it("locks the whole /64 of an IPv6 attacker", async () => {
      for (const last of ["a1", "a2", "a3", "a4", "a5"]) {
        const said = await range.attack(`2001:db8:66::${last}`, "root", { to: "2001:db8:1::1" });
        expect(said).toContain("Permission denied");
      }
      await until(
        () => range.table().includes("2001:db8:66::/64"),
        PATIENCE_MS,
        () => range.table(),
      );
    }, 120_000);

    it("never locks who is on the allow-list, nor the operator's own address", async () => {
      const leave = join(range.folder, `leave-${stranger()}`);
      const office = failures("198.51.100.15");
      const before = failures("198.51.100.12");
      const operator = range.signIn(
        "198.51.100.12",
        `exec 3>&1; ${CASTELLAN} unlock me --json --state ${state} --root ${range.root}; ` +
          `until [ -e ${leave} ]; do sleep 0.2; done`,
      );
      try {
        await until(
          () => castellan("audit", "list", "--json", "--action", "lockout.unlock").includes("198.51.100.12"),
          PATIENCE_MS,
        );
        for (let tries = 0; tries < 6; tries++) {
          await range.attack("198.51.100.15", "root");
          await range.attack("198.51.100.12", "root");
        }
        await until(
          () => failures("198.51.100.15") === office + 6 && failures("198.51.100.12") === before + 6,
          PATIENCE_MS,
        );
        expect(range.table()).not.toContain("198.51.100.15");
        expect(range.table()).not.toContain("198.51.100.12");
      } finally {
        writeFileSync(leave, "");
        await operator;
      }
    }, 120_000);

    it("frees an address everywhere with u", async () => {
      const from = stranger();
      expect(await range.attack(from, "mallory")).toContain("Permission denied");
      castellan("lock", from, "--because", "a test");
      await until(() => range.table().includes(from), PATIENCE_MS);
      screen?.write(`/${from}\r`);
      await screen?.waitFor(`/${from} ·`);
      screen?.write("u");
      await screen?.waitFor(`lockout lifted: ${from}`);
      await until(
        () => !range.table().includes(from),
        PATIENCE_MS,
        () => range.table(),
      );
      expect(castellan("lockout", "list", "--json")).not.toContain(from);
      screen?.write("\u001b");
      expect(await range.attack(from, "mallory")).toContain("Permission denied");
    }, 60_000);

    it("mends a foreign flush of the ruleset within five seconds, and shows it", async () => {
      const locked = stranger();
      castellan("lock", locked, "--because", "a test");
      await until(() => range.table().includes(locked), PATIENCE_MS);
      range.nft("flush", "ruleset");
      await until(
        () => range.table().includes(locked),
        5_000,
        () => range.table(),
      );
      screen?.write("1");
      await screen?.waitFor("MENDED");
      screen?.write("2");
    }, 60_000);

    it("loses nothing, counts nothing twice and locks nobody too long after kill -9 of the guard", async () => {
      const [from, soonFree] = [stranger(), stranger()];
      castellan("lock", soonFree, "--for", "3s", "--because", "soon over");
      for (let tries = 0; tries < 2; tries++) await range.attack(from, "root");
      await until(() => failures(from) === 2, PATIENCE_MS);
      await guard?.crash();
      for (let tries = 0; tries < 2; tries++) await range.attack(from, "root");
      guard = await runGuard();
      await until(
        () => failures(from) === 4,
        PATIENCE_MS,
        () => String(failures(from)),
      );
      await until(() => !castellan("lockout", "list", "--json").includes(soonFree), PATIENCE_MS);
      expect(range.table()).not.toContain(soonFree);
      expect(range.table()).not.toContain(from);
      await range.attack(from, "root");
      await until(() => range.table().includes(from), PATIENCE_MS);
      expect(failures(from)).toBe(5);
    }, 120_000);

    it("leaves an audit log that is whole", () => {
      expect(JSON.parse(castellan("audit", "verify", "--json"))).toMatchObject({ ok: true, firstBad: null });
    });
  },
);
