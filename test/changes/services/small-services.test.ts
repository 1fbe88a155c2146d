import { describe, expect, it } from "vitest";
import { fail2banDraft } from "../../../src/changes/own/fail2ban.ts";
import { inputPolicyDraft } from "../../../src/changes/own/input-policy.ts";
import { nginxDraft } from "../../../src/changes/own/nginx.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { sysctlDraft } from "../../../src/changes/own/sysctl.ts";
import { coredumpDraft, journaldDraft } from "../../../src/changes/own/system.ts";
import { upgradesDraft } from "../../../src/changes/own/upgrades.ts";
import { openAptService } from "../../../src/changes/services/apt.ts";
import { openServices } from "../../../src/changes/services/open.ts";
import { openSysctlService } from "../../../src/changes/services/sysctl.ts";
import { openSystemdService } from "../../../src/changes/services/systemd.ts";
import { ABOUT } from "../own/builders.ts";
import { draftOf, serviceHost, stagesLeft, titled, verdicts, whyNot } from "./service-host.ts";

const KERNEL = {
  "proc/sys/kernel/kptr_restrict": "0\n",
  "proc/sys/kernel/printk": "4\t4\t1\t7\n",
  "proc/sys/net/core/default_qdisc": "pfifo_fast\n",
  "usr/lib/systemd/systemd-sysctl": "",
};
const KPTR = sysctlDraft(null, { "kernel.kptr_restrict": "1" }, ABOUT);

describe("kernel settings", () => {
  const check = (files: Readonly<Record<string, string>>, draft = KPTR) =>
    openSysctlService(serviceHost({ ...KERNEL, ...files }).parts).check(draft);

  it("are known to the kernel and stay over a boot", async () => {
    expect(verdicts(await check({}))).toEqual({
      "the kernel knows kernel.kptr_restrict": true,
      "kernel.kptr_restrict stays 1 over a boot": true,
    });
  });

  it("that the kernel does not have are refused; without a /proc/sys nobody knows", async () => {
    const missing = sysctlDraft(null, { "kernel.nothing": "1" }, ABOUT);
    expect(verdicts(await check({}, missing))).toEqual({ "the kernel knows kernel.nothing": false });
    const checks = await openSysctlService(serviceHost().parts).check(KPTR);
    expect(verdicts(checks)).toEqual({ "the kernel knows kernel.kptr_restrict": null });
  });

  it.each([
    ["one number for four", { "kernel.printk": "4" }, false],
    ["a word for a number", { "kernel.kptr_restrict": "yes" }, false],
    ["a word for a word", { "net.core.default_qdisc": "fq" }, true],
  ])("given %s: it fits %s", async (_, values, fits) => {
    const [result] = await check({}, sysctlDraft(null, values as unknown as Record<string, string>, ABOUT));
    expect(result?.passed).toBe(fits);
  });

  it.each([
    ["a later name", { "etc/sysctl.d/zzz.conf": "kernel.kptr_restrict=0\n" }, "/etc/sysctl.d/zzz.conf"],
    [
      "a later name of a package",
      { "usr/lib/sysctl.d/zzz.conf": "-kernel/kptr_restrict = 0\n" },
      "/usr/lib/sysctl.d/zzz.conf",
    ],
    [
      "a later name through a link",
      { "etc/sysctl.d/zzz.conf": "->/etc/own.conf", "etc/own.conf": "kernel.kptr_restrict=2" },
      "zzz.conf",
    ],
  ])("are refused when %s sets them to something else at boot", async (_, files, named) => {
    const [, boot] = await check(files as unknown as Record<string, string>);
    expect(boot).toMatchObject({ passed: false, lines: [expect.stringContaining(named)] });
  });

  it.each([
    ["an earlier name", { "etc/sysctl.d/99-sysctl.conf": "kernel.kptr_restrict=0\n" }],
    ["the same value", { "etc/sysctl.d/zzz.conf": "kernel.kptr_restrict = 1\n" }],
    ["a comment", { "etc/sysctl.d/zzz.conf": "# kernel.kptr_restrict = 0\n" }],
    [
      "a file that is hidden by one of its name",
      { "etc/sysctl.d/zzz.conf": "", "usr/lib/sysctl.d/zzz.conf": "kernel.kptr_restrict=0" },
    ],
    ["/etc/sysctl.conf, which systemd does not read", { "etc/sysctl.conf": "kernel.kptr_restrict=0\n" }],
  ])("stay whatever %s says", async (_, files) => {
    expect((await check(files as unknown as Record<string, string>))[1]).toMatchObject({ passed: true });
  });

  it("are taken back by /etc/sysctl.conf where another init reads it last", async () => {
    const { "usr/lib/systemd/systemd-sysctl": _, ...others } = KERNEL;
    const host = serviceHost({ ...others, "etc/sysctl.conf": "kernel.kptr_restrict=0\n" });
    expect((await openSysctlService(host.parts).check(KPTR))[1]).toMatchObject({ passed: false });
  });

  it("are measured where the kernel keeps them, spaces or tabs", async () => {
    const host = serviceHost(KERNEL);
    const service = openSysctlService(host.parts);
    const printk = sysctlDraft(null, { "kernel.printk": "4 4 1 7" }, ABOUT);
    expect(verdicts(await service.probe(printk))).toEqual({ "kernel.printk is 4 4 1 7": true });
    expect(verdicts(await service.probe(KPTR))).toEqual({ "kernel.kptr_restrict is 1": false });
    host.write({ "proc/sys/kernel/kptr_restrict": "1\n" });
    expect(verdicts(await service.probe(KPTR))).toEqual({ "kernel.kptr_restrict is 1": true });
  });

  it("are read nowhere but below /proc/sys, whatever a draft expects", async () => {
    const host = serviceHost({ ...KERNEL, "etc/secret": "1\n" });
    const service = openSysctlService(host.parts);
    const climbing = draftOf(
      {},
      { expect: { "sysctl:../../etc/secret": "1", "sysctl:a.../../etc/secret": "1" } },
    );
    expect(Object.values(verdicts(await service.probe(climbing)))).toEqual([false, false]);
    const setting = draftOf({}, { sysctls: { "kernel./../../etc/secret": "1" } });
    expect(Object.values(verdicts(await service.check(setting)))).toEqual([false]);
  });
});

describe("a host without a service", () => {
  it("leaves its settings unknown, and has nothing to reload", async () => {
    const { parts } = serviceHost();
    const drafts = {
      nginx: nginxDraft(null, { server_tokens: "off" }, ABOUT),
      fail2ban: fail2banDraft(null, { sshd: { enabled: "true" } }, ABOUT),
      "php-fpm": draftOf({}),
    };
    const services = openServices(parts);
    for (const [name, draft] of Object.entries(drafts)) {
      const service = services[name as keyof typeof drafts];
      expect(
        (await service.check(draft)).map(({ passed }) => passed),
        name,
      ).toEqual([null]);
      await service.activate();
    }
    expect(stagesLeft()).toEqual([]);
  });
});

const APT = whyNot("apt-config", { root: false });

describe.skipIf(APT !== null)(titled("apt's settings", APT), () => {
  const FILES = { "etc/apt/apt.conf.d/20auto-upgrades": 'APT::Periodic::Unattended-Upgrade "0";\n' };
  const UPGRADES = upgradesDraft(null, { "APT::Periodic::Unattended-Upgrade": "1" }, ABOUT);

  it("are read by apt beside those of the host, and measured", async () => {
    const host = serviceHost(FILES);
    const service = openAptService(host.parts);
    expect(Object.values(verdicts(await service.check(UPGRADES)))).toEqual([true, true]);
    expect(Object.values(verdicts(await service.probe(UPGRADES)))).toEqual([true, false]);
    host.apply(UPGRADES);
    expect(Object.values(verdicts(await service.probe(UPGRADES)))).toEqual([true, true]);
    expect(verdicts(await service.verify())).toEqual({ "apt-config dump": true });
    expect(stagesLeft()).toEqual([]);
  });

  it("are refused when apt cannot read them, by file and line", async () => {
    const broken = draftOf({ [OWN_FILES.upgrades]: 'Foo "x;\n' });
    const [check] = await openAptService(serviceHost(FILES).parts).check(broken);
    expect(check).toMatchObject({ passed: false });
    expect(check?.lines.join()).toMatch(/Syntax error \/etc\/apt\/apt\.conf\.d\/99castellan/);
  });

  it.each([
    ["a later file", { "etc/apt/apt.conf.d/99zz": 'APT::Periodic::Unattended-Upgrade "0";\n' }],
    ["apt.conf itself", { "etc/apt/apt.conf": 'apt::periodic::unattended-upgrade "0";\n' }],
  ])("are refused when %s takes them back", async (_, files) => {
    const host = serviceHost({ ...FILES, ...(files as unknown as Record<string, string>) });
    expect(Object.values(verdicts(await openAptService(host.parts).check(UPGRADES)))).toEqual([true, false]);
  });
});

const SYSTEMD = whyNot("systemd-analyze");

describe.skipIf(SYSTEMD !== null)(titled("systemd", SYSTEMD), () => {
  const POLICY = inputPolicyDraft({ tcpPorts: [80], udpPorts: [], sshPorts: [22], logDrops: false }, ABOUT);
  const DROP_IN = "/etc/systemd/system/ssh.socket.d/castellan.conf";

  it("takes castellan's own unit", async () => {
    const service = openSystemdService(serviceHost().parts);
    expect(verdicts(await service.check(POLICY))).toEqual({
      "systemd-analyze verify castellan-firewall.service": true,
    });
    expect(stagesLeft()).toEqual([]);
  });

  it.each([
    [
      "a key it would ignore",
      "[Socket]\nListenStraem=2222\n",
      /ssh\.socket\.d\/castellan\.conf:2: Unknown key/,
    ],
    ["a port that is none", "[Socket]\nListenStream=\nListenStream=a b\n", /castellan\.conf:3/],
  ])("refuses %s in an addition to a packaged unit", async (_, text, complaint) => {
    const host = serviceHost({
      "usr/lib/systemd/system/ssh.socket": "[Unit]\nDescription=x\n[Socket]\nListenStream=22\nAccept=yes\n",
    });
    const [check] = await openSystemdService(host.parts).check(draftOf({ [DROP_IN]: text }));
    expect(check).toMatchObject({ name: "systemd-analyze verify ssh.socket", passed: false });
    expect(check?.lines.join("\n")).toMatch(complaint);
  });

  it("does not know whether an addition to a unit stands that is not there", async () => {
    const checks = await openSystemdService(serviceHost().parts).check(
      draftOf({ "/etc/systemd/system/nobody.socket.d/castellan.conf": "[Socket]\nListenStream=1\n" }),
    );
    expect(verdicts(checks)).toEqual({ "systemd-analyze verify nobody.socket": null });
  });

  it("verifies what lies in place", async () => {
    const host = serviceHost();
    const service = openSystemdService(host.parts);
    expect(await service.verify()).toEqual([]);
    host.apply(POLICY);
    expect(Object.values(verdicts(await service.verify()))).toEqual([true]);
    host.write({ [OWN_FILES.inputUnit]: "[Service]\nNo=1\n" });
    expect(Object.values(verdicts(await service.verify()))).toEqual([false]);
  });

  it("puts its own configuration files together as it would itself", async () => {
    const storage = journaldDraft(null, { Storage: "persistent" }, ABOUT);
    const host = serviceHost({ "etc/systemd/journald.conf": "[Journal]\nStorage=volatile\n" });
    const service = openSystemdService(host.parts);
    expect(Object.values(verdicts(await service.check(storage)))).toEqual([true]);
    expect(Object.values(verdicts(await service.probe(storage)))).toEqual([false]);
    host.apply(storage);
    expect(Object.values(verdicts(await service.probe(storage)))).toEqual([true]);
    host.write({ "run/systemd/journald.conf.d/zz.conf": "[Journal]\nStorage=none\n" });
    expect(await service.probe(storage)).toEqual([
      expect.objectContaining({ passed: false, lines: ["journald.conf Storage is none"] }),
    ]);
    const dumps = coredumpDraft(null, { Storage: "none" }, ABOUT);
    expect(Object.values(verdicts(await service.check(dumps)))).toEqual([true]);
  });
});
