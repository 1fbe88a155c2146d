import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/guard.ts";
import { bootContainer, containerMissing } from "./container.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Machine } from "./machine.ts";

const missing = containerMissing();
const PATIENCE_MS = 60_000;
/** Seconds until an unconfirmed change goes back: the shortest window that there is. */
const WINDOW = 30;
const APPLY = `sudo castellan ssh apply --recommended --yes --window ${WINDOW} --accept root --json`;

/** What `change list` says of a change, as far as the tests look. */
interface Listed {
  readonly id: number;
  readonly state: string;
  readonly reason: string | null;
}

describe.skipIf(missing !== null)(
  `hardening ssh over ssh, in a whole Debian 12${missing === null ? "" : ` (${missing})`}`,
  () => {
    let machine: Machine;
    let gate: Gate;
    let before: string;

    beforeAll(async () => {
      machine = await bootContainer();
      gate = await openGate(machine);
      before = await gate.manifest();
    });

    afterAll(async () => {
      await machine?.end();
    });

    afterEach(async () => {
      await machine.run("systemctl stop castellan-guard");
    });

    const newest = async (): Promise<Listed> => {
      const [first] = JSON.parse(await machine.must("castellan change list --json")) as Listed[];
      if (first === undefined) throw new Error("no change");
      return first;
    };

    const isAsBefore = async (reason: string): Promise<void> => {
      await gate.awaitDropIn(false);
      await until(async () => (await newest()).state === "rolled_back", PATIENCE_MS);
      expect((await newest()).reason).toContain(reason);
      expect(await gate.manifest()).toBe(before);
      expect(await gate.entersByKey("root")).toBe(true);
      expect(await gate.entersByPassword()).toBe(true);
    };

    const isHard = async (): Promise<void> => {
      expect(await gate.entersByKey("root")).toBe(false);
      expect(await gate.entersByPassword()).toBe(false);
      expect(await gate.entersByKey("alice")).toBe(true);
      const effective = await machine.must("sshd -T");
      expect(effective).toContain("permitrootlogin no\n");
      expect(effective).toContain("passwordauthentication no\n");
      expect(effective).toContain("maxauthtries 3\n");
    };

    it.each([
      ["with nobody watching", "true"],
      ["with the guard up", "systemd-run --quiet --collect --unit=castellan-guard castellan guard"],
    ])("goes back by itself when nobody confirms, %s", async (_how, prepare) => {
      await machine.must(prepare);
      const { exitCode, stdout, stderr } = await gate.signIn("alice", APPLY);
      expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
      expect(JSON.parse(stdout)).toMatchObject({ state: "applied", deadline: expect.any(String) });
      await isHard();
      await isAsBefore("not confirmed");
    });

    it("goes back when the connection is killed while it applies", async () => {
      const session = gate.signIn("alice", `${APPLY}; sleep 300`);
      await gate.awaitDropIn(true);
      await machine.must("kill -9 $(pgrep -f '^sshd: [a]lice')");
      expect((await session).exitCode).not.toBe(0);
      await isAsBefore("");
    });

    it("goes back when castellan itself is killed as soon as the file is there", async () => {
      const session = gate.signIn("alice", APPLY);
      await gate.awaitDropIn(true);
      await machine.must("kill -9 $(pgrep -f '[m]ain.js ssh apply')");
      expect((await session).exitCode).not.toBe(0);
      await isAsBefore("");
    });

    it("goes back when the machine restarts before anybody confirmed", async () => {
      const { exitCode } = await gate.signIn("alice", APPLY.replace(`--window ${WINDOW}`, "--window 3600"));
      expect(exitCode).toBe(0);
      expect(await gate.hasDropIn()).toBe(true);
      await machine.reboot();
      await gate.rebuild();
      await isAsBefore("restarted");
    });

    it("does not count a confirmation from the connection that applied", async () => {
      const { stdout, stderr } = await gate.signIn("alice", `${APPLY} && sudo castellan ssh confirm --json`);
      expect(JSON.parse(stdout)).toMatchObject({ state: "applied" });
      expect(stderr).toContain("unproven_connection");
      await isAsBefore("not confirmed");
    });

    it("stays once it is confirmed from another connection, over a restart too, and undo returns every byte", async () => {
      expect((await gate.signIn("alice", APPLY)).exitCode).toBe(0);
      const confirmed = await gate.signIn("alice", "sudo castellan ssh confirm --json");
      expect(JSON.parse(confirmed.stdout)).toMatchObject({ state: "confirmed" });
      await machine.must(`sleep ${WINDOW + 5}`);
      await isHard();
      await machine.reboot();
      await gate.rebuild();
      await isHard();
      const { id } = await newest();
      expect((await gate.signIn("alice", `sudo castellan change undo ${id} --yes --json`)).exitCode).toBe(0);
      expect((await gate.signIn("alice", "sudo castellan ssh confirm --json")).exitCode).toBe(0);
      expect(await gate.manifest()).toBe(before);
      expect(await gate.entersByKey("root")).toBe(true);
      expect(await gate.entersByPassword()).toBe(true);
      expect(JSON.parse(await machine.must("castellan audit verify --json"))).toMatchObject({ ok: true });
    });
  },
);
