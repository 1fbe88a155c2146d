import { describe, expect, it } from "vitest";
import type { DraftUnit, UnitState } from "../../src/changes/change.ts";
import type { Command, CommandResult } from "../../src/host/command.ts";
import { ALICE, draftOf, testHost } from "./support.ts";

/** A systemctl that keeps its units in memory and answers as systemd 252 does. */
function fakeSystemd(units: Record<string, UnitState & { fileState?: string }>) {
  const jobs: string[] = [];
  const answer = (exitCode: number, stdout = "", stderr = ""): CommandResult => ({
    exitCode,
    stdout,
    stderr,
  });
  const isEnabled = (name: string) => {
    const unit = units[name];
    if (unit === undefined)
      return answer(1, "", `Failed to get unit file state for ${name}: No such file or directory\n`);
    return answer(unit.enabled ? 0 : 1, `${unit.fileState ?? (unit.enabled ? "enabled" : "disabled")}\n`);
  };
  const doJob = (verb: string, name: string) => {
    const unit = units[name];
    if (unit === undefined) return answer(5, "", `Failed to ${verb} ${name}: it said no\n`);
    const changed = {
      enable: { enabled: true },
      disable: { enabled: false },
      start: { active: true },
      stop: { active: false },
    }[verb];
    units[name] = { ...unit, ...changed };
    return answer(0);
  };
  const run = async ({ file, args }: Command): Promise<CommandResult> => {
    expect(file).toBe("systemctl");
    const words = args.filter((word) => word !== "--");
    const [verb = "", name = ""] = words;
    if (verb === "is-enabled") return isEnabled(name);
    if (verb === "is-active") return units[name]?.active ? answer(0, "active\n") : answer(3, "inactive\n");
    jobs.push(words.join(" "));
    return verb === "daemon-reload" ? answer(0) : doJob(verb, name);
  };
  return { units, jobs, run };
}

const draft = (units: readonly DraftUnit[]) =>
  draftOf({ kind: "fail2ban.start", files: [], units, services: [] });

/** Nothing but units: no file of this machine is looked at. */
const hostWith = (systemd: ReturnType<typeof fakeSystemd>) => testHost({ root: "/", run: systemd.run });

describe("units", () => {
  it("are enabled, then started; taken back they are stopped, then disabled", async () => {
    const systemd = fakeSystemd({ "fail2ban.service": { enabled: false, active: false } });
    const host = hostWith(systemd);
    const plan = await host.changes.plan(draft([{ name: "fail2ban.service", enabled: true, active: true }]));
    expect(plan.effects).toEqual(["enable and start fail2ban.service"]);
    expect(systemd.jobs).toEqual([]);
    await host.changes.apply(ALICE, plan, { connection: null });
    expect(systemd.jobs).toEqual(["daemon-reload", "enable fail2ban.service", "start fail2ban.service"]);
    systemd.jobs.length = 0;
    await host.changes.apply(ALICE, await host.changes.planUndo(1), { connection: null });
    expect(systemd.jobs).toEqual(["daemon-reload", "stop fail2ban.service", "disable fail2ban.service"]);
    expect(systemd.units["fail2ban.service"]).toEqual({ enabled: false, active: false });
  });

  it("go back to what they were when one of them does not start", async () => {
    const systemd = fakeSystemd({
      "exim4.service": { enabled: true, active: true },
      "fail2ban.service": { enabled: false, active: false },
    });
    const host = hostWith(systemd);
    const plan = await host.changes.plan(
      draft([
        { name: "fail2ban.service", enabled: true, active: true },
        { name: "exim4.service", enabled: false, active: false },
      ]),
    );
    expect(plan.effects).toEqual(["disable and stop exim4.service", "enable and start fail2ban.service"]);
    const refused = systemd.run;
    let starts = 0;
    const changes = host.open({
      run: async (command) => {
        if (command.args[0] === "start" && starts++ === 0) {
          return { exitCode: 1, stdout: "", stderr: "Job for fail2ban.service failed\n" };
        }
        return refused(command);
      },
    });
    await expect(changes.apply(ALICE, plan, { connection: null })).rejects.toMatchObject({
      code: "change_failed",
      message:
        "change 1 was rolled back: systemctl start fail2ban.service failed: Job for fail2ban.service failed",
    });
    expect(systemd.units).toEqual({
      "exim4.service": { enabled: true, active: true },
      "fail2ban.service": { enabled: false, active: false },
    });
  });

  it.each([
    ["a unit that is not there", "nothing.service", {}, "there is no unit nothing.service"],
    [
      "a masked one",
      "apache2.service",
      { "apache2.service": { enabled: false, active: false, fileState: "masked" } },
      "apache2.service is masked: systemd will not enable it",
    ],
    [
      "one that cannot be enabled",
      "static.service",
      { "static.service": { enabled: false, active: false, fileState: "static" } },
      "static.service is static: systemd will not enable it",
    ],
  ])("refuse %s", async (_, name, units, refusal) => {
    const host = hostWith(fakeSystemd(units));
    const plan = await host.changes.plan(draft([{ name, enabled: true, active: true }]));
    expect(plan.refusals).toEqual([refusal]);
  });

  it("have nothing to do where they are so, and say when systemd does not", async () => {
    const host = hostWith(fakeSystemd({ "ssh.service": { enabled: true, active: true } }));
    const wanted = draft([{ name: "ssh.service", enabled: true }]);
    expect((await host.changes.plan(wanted)).nothingToDo).toBe(true);
    const mute = testHost({
      root: "/",
      run: async () => ({ exitCode: 1, stdout: "", stderr: "System has not been booted with systemd\n" }),
    });
    expect((await mute.changes.plan(wanted)).refusals).toEqual([
      "systemd does not say whether ssh.service runs: System has not been booted with systemd",
    ]);
  });
});
