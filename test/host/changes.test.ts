import { beforeEach, describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../src/changes/change.ts";
import { OWN_FILES } from "../../src/changes/own/paths.ts";
import { sysctlDraft } from "../../src/changes/own/sysctl.ts";
import type { Applied } from "./changes/apply-draft.ts";
import { DRAFT_CASES, LOCKOUT, POLICY } from "./changes/drafts.ts";
import { bootContainer, containerMissing } from "./container.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Machine } from "./machine.ts";
import { oneHost } from "./one-host.ts";

const missing = containerMissing();
const NODE = "/opt/castellan/node_modules/.bin/node";
const APPLY = "/opt/castellan/test/host/changes/apply-draft.ts";
/** Every part of it means something to a shell, to systemd, or to both. */
const ODD_STATE = '/var/lib/a $HOME %h "b" ü';
/** Everything below /etc: names, kinds, modes, owners, links, bytes; and which units are enabled and run. */
const MANIFEST = `find /etc -printf '%p %y %m %U %G %l\\n' | sort
find /etc -type f -exec sha256sum {} + | sort
systemctl list-unit-files --no-legend 'castellan*' 'nftables*' 'nginx*' 'fail2ban*' 'php*'
nft list tables`;

/** What `change list` and `change undo` say, as far as the tests look. */
interface Told {
  readonly id: number;
  readonly state: string;
}

describe.skipIf(missing !== null)(
  `castellan's own files, in a whole Debian 12${missing === null ? "" : ` (${missing})`}`,
  () => {
    let machine: Machine;
    let gate: Gate;

    const host = oneHost(async () => {
      const booted = await bootContainer();
      // The first start makes the state folder.
      await booted.must("castellan change list");
      return { machine: booted, gate: await openGate(booted) };
    });

    beforeEach(() => {
      ({ machine, gate } = host());
    });

    const manifest = async (): Promise<string[]> => (await machine.must(MANIFEST)).split("\n");

    const apply = async (draft: ChangeDraft, { overwrite = "", environment = "" } = {}): Promise<Applied> => {
      const command = [environment, NODE, APPLY, overwrite].join(" ");
      return JSON.parse(await machine.must(command, { input: JSON.stringify(draft) })) as Applied;
    };

    /** Applies what has to succeed, and confirms it where it waits. */
    const applied = async (draft: ChangeDraft, overwrite = ""): Promise<number> => {
      const { record, error } = await apply(draft, { overwrite });
      if (record === null) throw new Error(`${error?.code}: ${error?.message}`);
      expect(record.probes.filter(({ passed }) => passed === false)).toEqual([]);
      await settled(record);
      return record.id;
    };

    const settled = async ({ id, state }: Told): Promise<void> => {
      if (state === "applied") await machine.must(`castellan change confirm ${id} --unproven`);
      else expect(state).toBe("confirmed");
    };

    const undo = async (id: number): Promise<void> => {
      await settled(JSON.parse(await machine.must(`castellan change undo ${id} --yes --json`)) as Told);
    };

    const says = async (command: string): Promise<string> => (await machine.run(command)).stdout.trim();

    /** Waits inside until a command succeeds. */
    const comes = (command: string): Promise<string> =>
      machine.must(
        `for i in $(seq 300); do { ${command}; } >/dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1`,
      );

    /** Whether a stranger outside gets a connection. */
    const answersOutside = async (port: number): Promise<boolean> => {
      const knock = `timeout 3 bash -c 'exec 3<>/dev/tcp/198.51.100.1/${port}'`;
      return (await machine.run(`ip netns exec outside ${knock}`)).exitCode === 0;
    };

    it.each(Object.entries(DRAFT_CASES))("%s: holds, and every byte returns", async (_name, one) => {
      const before = await manifest();
      expect(await says(one.ask)).toMatch(one.unchanged);
      const id = await applied(one.draft);
      expect(await says(one.ask)).toMatch(one.changed);
      expect(await manifest()).not.toEqual(before);
      expect(await says(`stat -c '%a %U %G' ${one.path}`)).toBe("644 root root");
      await undo(id);
      expect(await says(one.ask)).toMatch(one.unchanged);
      expect(await manifest()).toEqual(before);
    });

    it("an input policy drops what it does not name, keeps sshd's port, and comes back with the machine", async () => {
      const before = await manifest();
      expect(await answersOutside(80)).toBe(true);
      const { record } = await apply(POLICY);
      expect(record).toMatchObject({ state: "applied", timer: `castellan-rollback-${record?.id}.timer` });
      await machine.must(`systemctl is-active ${record?.timer}`);
      expect([await answersOutside(80), await answersOutside(22)]).toEqual([false, true]);
      expect(await gate.entersByKey("alice")).toBe(true);
      await settled(record as Told);
      expect((await machine.run(`systemctl is-active ${record?.timer}`)).exitCode).not.toBe(0);
      // nftables.service empties the kernel's tables whenever it is touched.
      for (const verb of ["restart", "reload", "stop", "start"]) {
        await machine.must(`systemctl ${verb} nftables`);
        if (verb !== "stop") await comes("nft list table inet castellan_input");
      }
      await machine.must("systemctl stop nftables");
      await machine.reboot();
      await gate.rebuild();
      expect([await answersOutside(80), await answersOutside(22)]).toEqual([false, true]);
      await undo(record?.id ?? 0);
      expect([await answersOutside(80), await answersOutside(22)]).toEqual([true, true]);
      expect(await manifest()).toEqual(before);
    });

    it("an input policy goes back by itself, wherever the state folder is: a stranger gets in again", async () => {
      const before = await manifest();
      const inFolder = `CASTELLAN_STATE='${ODD_STATE}'`;
      await machine.must(`${inFolder} castellan change list`);
      const { record } = await apply({ ...POLICY, confirmSeconds: 30 }, { environment: inFolder });
      expect(record?.timer).toMatch(/^castellan-rollback-[0-9a-f]{8}-1\.timer$/);
      expect(await answersOutside(80)).toBe(false);
      await comes(`! test -e ${OWN_FILES.inputRules} && ! systemctl is-active 'castellan-rollback-*'`);
      expect(await answersOutside(80)).toBe(true);
      expect(JSON.parse(await machine.must(`${inFolder} castellan change show 1 --json`))).toMatchObject({
        state: "rolled_back",
        reason: "not confirmed in time",
      });
      expect(await manifest()).toEqual(before);
    });

    it("an input policy that would shut sshd's port is refused before anything is written", async () => {
      const before = await manifest();
      const { refusals, error, record } = await apply(LOCKOUT);
      expect(refusals).toEqual([expect.stringMatching(/sshd's ports stay open: port 22 would be closed/)]);
      expect([record, error?.code]).toEqual([null, "change_refused"]);
      expect(await manifest()).toEqual(before);
    });

    it("a file that was edited by hand is shown, kept, and overwritten only with a yes", async () => {
      const about = { title: "Martians", reason: "the test" };
      const first = await applied(sysctlDraft(null, { "net.ipv4.conf.all.log_martians": "1" }, about));
      await machine.must(`echo '# mine' >> ${OWN_FILES.sysctl}`);
      const edited = await machine.must(`cat ${OWN_FILES.sysctl}`);
      const drift = await machine.run("castellan change drift --json");
      expect(drift.exitCode).toBe(1);
      expect(JSON.parse(drift.stdout)).toEqual([
        expect.objectContaining({
          path: OWN_FILES.sysctl,
          changeId: first,
          state: "edited",
          present: edited,
        }),
      ]);
      const again = sysctlDraft(null, { "net.ipv4.conf.all.log_martians": "0" }, about);
      const refused = await apply(again);
      expect([refused.record, refused.error?.code]).toEqual([null, "drifted"]);
      expect(await machine.must(`cat ${OWN_FILES.sysctl}`)).toBe(edited);
      expect(await says("cat /proc/sys/net/ipv4/conf/all/log_martians")).toBe("1");
      const undoing = await machine.run(`castellan change undo ${first} --yes`);
      expect([undoing.exitCode === 0, undoing.stderr]).toEqual([
        false,
        expect.stringContaining("edited by hand"),
      ]);
      const second = await applied(again, OWN_FILES.sysctl);
      expect(await machine.must(`cat ${OWN_FILES.sysctl}`)).not.toContain("mine");
      await undo(second);
      expect(await machine.must(`cat ${OWN_FILES.sysctl}`)).toBe(edited);
      const third = await machine.must(
        `castellan change undo ${first} --yes --json --overwrite ${OWN_FILES.sysctl}`,
      );
      await settled(JSON.parse(third) as Told);
      expect((await machine.run(`test -e ${OWN_FILES.sysctl}`)).exitCode).toBe(1);
    });
  },
);
