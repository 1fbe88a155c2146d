import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/guard.ts";
import { bootContainer, containerMissing } from "./container.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Machine } from "./machine.ts";

const missing = containerMissing();
const PATIENCE_MS = 60_000;
const CLEARED_MS = 10_000;
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
      // Timer and unit are cleared away by whoever rolled back, a moment after it is so.
      await until(async () => (await gate.manifest()) === before, CLEARED_MS).catch(() => {});
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

    describe("another port", () => {
      const listens = async (): Promise<string[]> =>
        (
          await machine.must(
            "ss -H -ltn 'sport = :22 or sport = :2222' | awk '{print $4}' | sed 's/.*://' | sort -u",
          )
        )
          .trim()
          .split("\n");
      const move = `sudo castellan ssh apply --set Port=2222 --yes --window ${WINDOW} --json`;

      const stayed = async (): Promise<number[]> =>
        (JSON.parse(await machine.must("castellan change list --json")) as Listed[])
          .filter(({ state }) => state === "confirmed")
          .map(({ id }) => id);

      /** Takes back, the newest first, what stayed since then. */
      const takeBack = async (earlier: readonly number[]): Promise<void> => {
        for (const id of (await stayed()).filter((each) => !earlier.includes(each))) {
          const undo = JSON.parse(await machine.must(`castellan change undo ${id} --yes --json`)) as Listed;
          if (undo.state === "applied") await machine.must(`castellan change confirm ${undo.id} --unproven`);
        }
      };

      it.each([
        ["the daemon listens itself", "true", "true"],
        [
          "systemd listens for it",
          "systemctl disable --now ssh.service && systemctl enable --now ssh.socket",
          "systemctl disable --now ssh.socket && systemctl enable --now ssh.service",
        ],
      ])(
        "opens first, and closes the old one once somebody came in by it: %s",
        async (_how, prepare, restore) => {
          await machine.must(prepare);
          const stock = await gate.manifest();
          const earlier = await stayed();
          expect(await gate.signIn("alice", move)).toMatchObject({ exitCode: 0 });
          expect(await listens()).toEqual(["22", "2222"]);
          const confirmed = await gate.signIn("alice", "sudo castellan ssh confirm --json", { port: 2222 });
          expect(confirmed.stderr).toBe("");
          expect(await listens()).toEqual(["2222"]);
          expect(await gate.entersByKey("alice", 2222)).toBe(true);
          expect(await gate.entersByKey("alice", 22)).toBe(false);
          await takeBack(earlier);
          expect(await listens()).toEqual(["22"]);
          expect(await gate.manifest()).toBe(stock);
          await machine.must(restore);
        },
      );

      it("keeps the old one open when the proof came over that", async () => {
        const earlier = await stayed();
        expect(await gate.signIn("alice", move)).toMatchObject({ exitCode: 0 });
        expect((await gate.signIn("alice", "sudo castellan ssh confirm --json")).exitCode).toBe(0);
        expect(await listens()).toEqual(["22", "2222"]);
        await takeBack(earlier);
        expect(await gate.manifest()).toBe(before);
      });

      it("is refused where the firewall closes it", async () => {
        await machine.must(
          "nft 'table inet wall { chain in { type filter hook input priority 0; policy drop;" +
            ' iifname "lo" accept; ct state established,related accept; tcp dport 22 accept; }; }\'',
        );
        const { exitCode, stderr } = await gate.signIn("alice", move);
        await machine.must("nft delete table inet wall");
        expect(exitCode).toBe(1);
        expect(JSON.parse(stderr)).toMatchObject({
          error: { code: "would_lock_out", message: expect.stringMatching(/2222/) },
        });
        expect(await listens()).toEqual(["22"]);
        expect(await gate.manifest()).toBe(before);
      });
    });
  },
);
