import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fail2banDraft, type Jails } from "../../../src/changes/own/fail2ban.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { openFail2banService } from "../../../src/changes/services/fail2ban.ts";
import { isSameJailValue, parseCommands } from "../../../src/changes/services/fail2ban-settings.ts";
import { ABOUT } from "../own/builders.ts";
import {
  draftOf,
  type ServiceHost,
  serviceHost,
  stagesLeft,
  titled,
  verdicts,
  whyNot,
} from "./service-host.ts";

const WHY = whyNot("fail2ban-client");

/** A host with the fail2ban configuration of the package. */
function host(): ServiceHost {
  const made = serviceHost();
  mkdirSync(join(made.root, "etc"), { recursive: true });
  cpSync("/etc/fail2ban", join(made.root, "etc/fail2ban"), { recursive: true });
  return made;
}

const draft = (jails: Jails) => fail2banDraft(null, jails, ABOUT);
const SSHD = draft({
  DEFAULT: { "bantime.increment": "true" },
  sshd: { enabled: "true", backend: "systemd", bantime: "1h", maxretry: "3" },
});

describe.skipIf(WHY !== null)(titled("fail2ban, asked about a copy", WHY), () => {
  it("says that the jails would stand and what they would be, and touches nothing", async () => {
    const { parts, picture } = host();
    const before = picture();
    expect(verdicts(await openFail2banService(parts).check(SSHD))).toEqual({
      "fail2ban-client -t": true,
      "sshd enabled is true": true,
      "sshd bantime is 1h": true,
      "sshd maxretry is 3": true,
    });
    expect(picture()).toEqual(before);
    expect(stagesLeft()).toEqual([]);
  });

  it("refuses what fail2ban does not understand", async () => {
    const { parts } = host();
    const broken = draftOf({
      [OWN_FILES.fail2ban]: "[sshd]\nenabled = true\nbackend = systemd\nbantime = %(nothing)s\n",
    });
    const checks = await openFail2banService(parts).check(broken);
    expect(verdicts(checks)).toEqual({ "fail2ban-client -t": false });
    expect(checks[0]?.lines.join()).not.toContain("castellan-stage");
  });

  it("refuses what a later file would take back", async () => {
    const made = host();
    made.write({ "etc/fail2ban/jail.local": "[sshd]\nbantime = 5m\n" });
    expect(verdicts(await openFail2banService(made.parts).check(SSHD))).toMatchObject({
      "sshd bantime is 1h": true,
    });
    made.write({ "etc/fail2ban/jail.d/zzz.local": "[sshd]\nbantime = 5m\n" });
    expect(verdicts(await openFail2banService(made.parts).check(SSHD))).toMatchObject({
      "sshd bantime is 1h": false,
    });
  });

  it("does not blame a draft for a log that this machine has not, below another root", async () => {
    const { parts } = host();
    const checks = await openFail2banService(parts).check(
      draft({ sshd: { enabled: "true", backend: "polling" } }),
    );
    expect([true, null]).toContain(checks[0]?.passed);
  });

  it("verifies and measures what lies in place", async () => {
    const made = host();
    const service = openFail2banService(made.parts);
    expect(verdicts(await service.probe(SSHD))).toMatchObject({ "sshd bantime is 1h": false });
    made.apply(SSHD);
    expect(verdicts(await service.verify())).toEqual({ "fail2ban-client -t": true });
    expect(Object.values(verdicts(await service.probe(SSHD)))).toEqual([true, true, true]);
    await service.activate();
  });
});

describe("fail2ban's commands", () => {
  it("are settings by jail", () => {
    const jails = parseCommands(`['set', 'loglevel', 'INFO']
['add', 'sshd', 'systemd']
['set', 'sshd', 'maxretry', 5]
['set', 'sshd', 'bantime', '10m']
['set', 'sshd', 'addjournalmatch', '_SYSTEMD_UNIT=sshd.service', '+', '_COMM=sshd']
['set', 'other', 'bantime', '1m']
['start', 'sshd']
`);
    expect([...jails.keys()]).toEqual(["sshd"]);
    expect([...(jails.get("sshd") ?? [])]).toEqual([
      ["maxretry", "5"],
      ["bantime", "10m"],
    ]);
  });

  it("tell spans in other units than they were written in", () => {
    expect(isSameJailValue("1h", "3600")).toBe(true);
    expect(isSameJailValue("-1", "-1")).toBe(true);
    expect(isSameJailValue("1h", "60")).toBe(false);
    expect(isSameJailValue("true", "false")).toBe(false);
  });
});
