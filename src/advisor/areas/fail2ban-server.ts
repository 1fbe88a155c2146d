import { fail2banDraft } from "../../changes/own/fail2ban.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { FAIL2BAN } from "../facts/fail2ban.ts";
import { FAIL2BAN_MEANS, type Fail2banMeans } from "../facts/fail2ban-host.ts";
import { loginProtectionFact } from "../facts/ssh-lockout.ts";
import { compareDebVersions } from "../facts/system-deb-version.ts";
import { PACKAGES } from "../facts/system-packages.ts";
import { UNITS } from "../facts/system-units.ts";
import { critical, passed, unknown, warning } from "../verdict.ts";

const UNIT = "fail2ban.service";

const running = defineCheck({
  id: "F2B-01",
  area: "fail2ban",
  title: "Somebody bans who guesses passwords",
  why:
    "Bots try passwords around the clock. Installed but stopped, fail2ban looks like protection and is none: after a " +
    "broken configuration or an update it often stays down unseen.",
  remedy:
    "apt-get install fail2ban. Where it does not start, fail2ban-client -t names the jail at fault (mostly a log that is " +
    "not there); mend it in /etc/fail2ban/jail.d, then: systemctl enable fail2ban && systemctl restart fail2ban",
  source: "Lynis TOOL-5102",
  gives: ["passed", "warning", "critical"],
  facts: [FAIL2BAN, loginProtectionFact, UNITS, FAIL2BAN_MEANS],
  judge(fail2ban, protection, units) {
    const { works, evidence } = protection;
    if (fail2ban === null) {
      if (works === true) return passed("fail2ban is not installed; another lockout works", evidence);
      if (works === null) return unknown("whether another program locks out cannot be told", evidence);
      return warning("nobody bans who guesses passwords", evidence);
    }
    if (fail2ban.version === null) {
      const seen = ["fail2ban-client: the server does not answer", ...evidence];
      return works === true
        ? warning("fail2ban is installed, but does not run (another lockout works)", seen)
        : critical("fail2ban is installed, but does not run", seen);
    }
    const jails = `fail2ban ${fail2ban.version}: ${fail2ban.jails.join(", ") || "no jails"}`;
    return units.enabled.has(UNIT)
      ? passed(`fail2ban ${fail2ban.version} runs`, [jails])
      : warning("fail2ban runs, but is not started at boot", [jails, `${UNIT} is not enabled`]);
  },
  fix: (fail2ban, _protection, units, means) =>
    fail2ban === null ? null : startFix(fail2ban.version === null, units.enabled.has(UNIT), means),
});

/** Enabled and yet down: mostly a jail on a log file that is not there, which the journal replaces. */
function startFix(isDown: boolean, isEnabled: boolean, means: Fail2banMeans | null): Fix | null {
  if (!isDown && isEnabled) return null;
  const about = { title: "Start fail2ban, now and at boot", reason: "installed, but it does not run" };
  const units = [{ name: UNIT, enabled: true, active: true }];
  if (isDown && isEnabled && means?.readsJournal === true) {
    const draft = fail2banDraft(means.present, { sshd: { enabled: "true", backend: "systemd" } }, about);
    return { via: "change", draft: { ...draft, units } };
  }
  return { via: "change", draft: { kind: "fail2ban.start", ...about, units, services: ["fail2ban"] } };
}

/** GHSA-33wh-ccjc-p397 is mended from here on. */
const MENDED = "1.1.1";

/** Whether a jail for dovecot would let anybody halt fail2ban by a line in the log. */
export function isHaltedByDovecot(version: string): boolean {
  return compareDebVersions(version, MENDED) < 0;
}

const version = defineCheck({
  id: "F2B-05",
  area: "fail2ban",
  title: "fail2ban's version",
  why:
    "Before 1.1.1 the filter for dovecot takes seconds for one line that anybody can have logged " +
    "(GHSA-33wh-ccjc-p397): a few such lines and fail2ban no longer sees any attack.",
  remedy:
    "apt-get install -t bookworm-backports fail2ban (where your release has it), or take that jail out: enabled = false " +
    "under [dovecot] in /etc/fail2ban/jail.d/local.local, then: fail2ban-client reload",
  source: "fail2ban ChangeLog, GHSA-33wh-ccjc-p397",
  gives: ["passed", "warning", "critical"],
  facts: [FAIL2BAN, PACKAGES],
  judge(fail2ban, packages) {
    const installed = packages.get("fail2ban")?.version;
    const found = fail2ban?.version ?? installed;
    if (fail2ban === null || found === undefined) return null;
    const evidence = [installed === undefined ? `server: ${found}` : `dpkg: fail2ban ${installed}`];
    if (!isHaltedByDovecot(found)) return passed(`fail2ban ${found}`, evidence);
    if (!fail2ban.jails.includes("dovecot"))
      return warning(`fail2ban ${found} is older than ${MENDED}`, evidence);
    const seen = [...evidence, "the jail dovecot is on"];
    // A distribution may have taken the mend into its own older version.
    return /\+deb\d+u\d+|ubuntu\d+\.\d/.test(installed ?? "")
      ? warning(`fail2ban ${installed} watches dovecot: see whether GHSA-33wh is mended in it`, seen)
      : critical(`fail2ban ${found} watches dovecot by a filter that a line can halt`, seen);
  },
});

export const SERVER_CHECKS: readonly Check[] = [running, version];
