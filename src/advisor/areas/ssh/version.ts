import { defineCheck } from "../../check.ts";
import { nowFact } from "../../facts/clock.ts";
import { type SshPackage, type SshVersion, sshVersionFact } from "../../facts/ssh-version.ts";
import { sshdSettingsFact } from "../../facts/sshd-effective.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, unknown, warning } from "../../verdict.ts";
import { rateSettings, weakInGeneral } from "./rate.ts";

const DAY_MS = 86_400_000;
/** Older lists say nothing about what is mended meanwhile. */
const FRESH_DAYS = 14;

/** SSH-29: known holes, by the package's version: distributions mend old versions without changing the number upstream. */
export const version = defineCheck({
  id: "SSH-29",
  area: "ssh",
  title: "OpenSSH has no known hole",
  why: "sshd is open to the whole network: a hole in it that is known (CVE-2024-6387) makes anybody root without signing in.",
  remedy: "apt-get update && apt-get install --only-upgrade openssh-server",
  source: "Lynis SSH-7406, ssh-audit",
  gives: ["passed", "warning", "critical"],
  facts: [sshVersionFact, nowFact],
  judge(ssh, now) {
    if (ssh === null) return null;
    return ssh.package === null ? judgeUpstream(ssh) : judgePackage(ssh.package, now);
  },
});

function judgePackage({ installed, hole, release, updates }: SshPackage, now: number): Verdict {
  const status = `/var/lib/dpkg/status: openssh-server ${installed}`;
  if (hole !== null) {
    const summary = `${installed} has CVE-2024-6387: root without signing in`;
    return critical(summary, [status, `mended in ${release} since ${hole}`]);
  }
  if (!updates.known) return unknown(updates.why, [status, updates.why]);
  const { available, listsAt, archives } = updates.value;
  if (available !== null) {
    return warning(`${available} is in the security archive, ${installed} is installed`, [status]);
  }
  if (archives === 0) return unknown("apt has no security archive: what is mended is not known", [status]);
  const days = Math.floor((now - listsAt) / DAY_MS);
  return days > FRESH_DAYS
    ? unknown(`apt's lists are ${days} days old: run apt-get update`, [status])
    : passed(`${installed}: nothing newer in the security archive`, [status]);
}

/** Without a package manager that castellan can ask, only the number is known: distributions mend without changing it. */
function judgeUpstream({ banner, upstream }: SshVersion): Verdict {
  if (upstream === null) return unknown(`${banner}: the version cannot be read`);
  const number = upstream[0] * 100 + upstream[1];
  return number >= 805 && number <= 907
    ? warning(`${banner} may have CVE-2024-6387`, [`sshd -V: ${banner}`])
    : unknown(`${banner}: whether it has open holes cannot be told without dpkg`);
}

/** SSH-28: since OpenSSH 9.8. */
export const penalties = defineCheck({
  id: "SSH-28",
  area: "ssh",
  title: "Who misbehaves waits",
  why: "With its own penalties sshd turns away guessers and those who probe for crashes before they cost a process each.",
  remedy:
    "Put PerSourcePenalties yes and PerSourceNetBlockSize 32:64 into /etc/ssh/sshd_config.d/00-local.conf; sshd -t && systemctl reload ssh",
  source: "sshd_config(5)",
  gives: ["passed", "warning"],
  facts: [sshdSettingsFact],
  judge(settings) {
    const values = settings?.views[0].values;
    if (settings === null || !values?.has("persourcepenalties")) return null;
    const rated = rateSettings(settings, { persourcepenalties: "PerSourcePenalties" });
    const block = values.get("persourcenetblocksize")?.[0] ?? "";
    if (!block.endsWith(":128")) return rated;
    const note = `persourcenetblocksize ${block}: each IPv6 address counts for itself, an attacker has 2^64`;
    return { ...rated, evidence: [...rated.evidence, note] };
  },
  fix: (settings) =>
    settings === null || weakInGeneral(settings, ["persourcepenalties"]).length === 0
      ? null
      : { via: "ssh", wanted: { settings: { persourcepenalties: "yes" } } },
});
