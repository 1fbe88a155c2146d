import { beforeEach, describe, expect, it } from "vitest";
import { bootContainer, containerMissing } from "./container.ts";
import type { Machine } from "./machine.ts";
import { oneHost } from "./one-host.ts";

const missing = containerMissing();
const OWN = "/etc/fail2ban/jail.d/zz-castellan.local";

interface ToldJail {
  readonly name: string;
  readonly maxRetry: number;
  readonly banSeconds: number;
  readonly bans: readonly { readonly address: string; readonly until: string | null }[];
  readonly origins: Readonly<Record<string, { readonly file: string; readonly value: string }>>;
}

interface ToldState {
  readonly kind: string;
  readonly jails: readonly ToldJail[];
  readonly off: readonly { readonly name: string; readonly wanted: boolean }[];
}

describe.skipIf(missing !== null)(
  `a real fail2ban, in a whole Debian 12${missing === null ? "" : ` (${missing})`}`,
  () => {
    let machine: Machine;

    const host = oneHost(async () => ({ machine: await bootContainer() }));

    beforeEach(() => {
      ({ machine } = host());
    });

    const list = async (): Promise<ToldState> => {
      const { stdout } = await machine.run("castellan fail2ban list --json");
      return JSON.parse(stdout) as ToldState;
    };
    const sshd = async (): Promise<ToldJail> =>
      JSON.parse(await machine.must("castellan fail2ban show sshd --json")) as ToldJail;

    it("tells whom a jail holds and until when, and unlock frees them", async () => {
      await machine.must("fail2ban-client set sshd banip 203.0.113.7 2001:db8::9");
      const before = Date.now();
      const { bans, banSeconds } = await sshd();
      expect(bans.map(({ address }) => address).sort()).toEqual(["2001:db8::9", "203.0.113.7"]);
      for (const { until } of bans) {
        const left = Date.parse(until ?? "") - before;
        expect(left).toBeGreaterThan((banSeconds - 60) * 1_000);
        expect(left).toBeLessThan((banSeconds + 60) * 1_000);
      }
      await machine.must("castellan unlock 203.0.113.7");
      expect((await sshd()).bans.map(({ address }) => address)).toEqual(["2001:db8::9"]);
    });

    it("sets a jail, has the server say so, names the line, and undo returns the limits of before", async () => {
      const { maxRetry, banSeconds } = await sshd();
      const change = JSON.parse(
        await machine.must("castellan fail2ban set sshd maxretry=3 bantime=2h --yes --json"),
      ) as { readonly id: number; readonly state: string };
      expect(change.state).toBe("confirmed");
      expect(await machine.must("fail2ban-client get sshd maxretry")).toBe("3\n");
      expect(await sshd()).toMatchObject({
        maxRetry: 3,
        banSeconds: 7_200,
        origins: { maxretry: { file: OWN, value: "3" }, bantime: { file: OWN, value: "2h" } },
      });
      await machine.must(`castellan change undo ${change.id} --yes`);
      expect(await sshd()).toMatchObject({ maxRetry, banSeconds });
      expect((await machine.run(`test -e ${OWN}`)).exitCode).toBe(1);
    });

    it("refuses a jail that fail2ban cannot start, before anything is written", async () => {
      const { exitCode, stderr } = await machine.run("castellan fail2ban set dovecot enabled=true --yes");
      expect(exitCode).toBe(1);
      expect(stderr).toContain("Have not found any log file for dovecot jail");
      expect((await machine.run(`test -e ${OWN}`)).exitCode).toBe(1);
      expect(await list()).toMatchObject({ kind: "running", jails: [{ name: "sshd" }] });
      await machine.must("castellan fail2ban set dovecot enabled=true backend=systemd --yes");
      expect((await list()).jails.map(({ name }) => name).sort()).toEqual(["dovecot", "sshd"]);
    });

    it("tells that the server does not run, and which jails that leaves without a watch", async () => {
      await machine.must("systemctl stop fail2ban");
      const { exitCode, stdout } = await machine.run("castellan fail2ban list --json");
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        kind: "stopped",
        jails: [],
        off: expect.arrayContaining([{ name: "sshd", wanted: true }]),
      });
    });
  },
);
