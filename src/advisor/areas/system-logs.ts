import { journaldDraft } from "../../changes/own/system.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { nowFact } from "../facts/clock.ts";
import { JOURNALD, OWN_SYSTEM_FILES } from "../facts/system-config.ts";
import {
  AUTH_SOURCES,
  JOURNAL_STATE,
  LOG_ROTATION,
  type LogRotation,
  REMOTE_LOGGING,
} from "../facts/system-logs.ts";
import { PACKAGES } from "../facts/system-packages.ts";
import { TIME_SYNC } from "../facts/system-time.ts";
import { UNITS } from "../facts/system-units.ts";
import { critical, passed, warning } from "../verdict.ts";
import { type Problem, warningAt, weigh } from "./weigh.ts";

const DAY_MS = 86_400_000;

const time = defineCheck({
  id: "SYS-06",
  area: "system",
  title: "The clock is right",
  why:
    "Codes of authenticators hold for 30 seconds: a clock that drifts locks everybody out who has a second factor, " +
    "certificates seem to have ended, and logs cannot be laid beside those of others.",
  remedy:
    "apt-get install systemd-timesyncd (or chrony) && timedatectl set-ntp true; timedatectl shows whether it came right. A " +
    "container has its host's clock: do it there",
  source: "CIS 2.3, Lynis TIME-3104/3185",
  gives: ["passed", "warning", "critical"],
  facts: [TIME_SYNC],
  judge({ by, synchronised, offset, evidence }) {
    if (by === null) return critical("nobody keeps the clock right", [evidence]);
    if (!synchronised) return critical(`${by} runs, but the clock is not synchronised`, [evidence]);
    if (offset !== null && offset > 3) return critical(`the clock is ${offset.toFixed(1)} s off`, [evidence]);
    if (offset !== null && offset >= 1) return warning(`the clock is ${offset.toFixed(1)} s off`, [evidence]);
    return passed(`synchronised by ${by}`, [evidence]);
  },
});

const journal = defineCheck({
  id: "SYS-07",
  area: "system",
  title: "The journal survives a reboot",
  why:
    "A journal in memory is gone after a reboot, and with it the traces of who made the host reboot. Where lines are " +
    "dropped somebody can hide behind the noise that he makes.",
  remedy:
    "mkdir -p /etc/systemd/journald.conf.d && printf '[Journal]\\nStorage=persistent\\n' > " +
    "/etc/systemd/journald.conf.d/60-persistent.conf && systemctl restart systemd-journald. Dropped lines: RateLimitBurst= " +
    "in the same file, or quiet the unit that is named",
  source: "CIS 6.1",
  gives: ["passed", "warning"],
  facts: [JOURNALD, JOURNAL_STATE, OWN_SYSTEM_FILES],
  judge(settings, { hasFolder, suppressed }) {
    const storage = settings.get("Storage");
    const kept = isPersistent(storage?.value, hasFolder);
    const seen = `Storage=${storage?.value ?? "auto"}${storage === undefined ? " (the default)" : ` in ${storage.file}`}; /var/log/journal is ${hasFolder ? "" : "not "}there`;
    const problems: Problem[] = [
      ...(kept ? [] : [warningAt("the journal is kept in memory only", seen)]),
      ...suppressed.map((line) => warningAt("the journal dropped lines in the last day", line)),
    ];
    return weigh(problems, {
      summary: "the journal is kept on disk, nothing was dropped in the last day",
      evidence: [seen],
    });
  },
  fix(settings, { hasFolder }, own): Fix | null {
    if (isPersistent(settings.get("Storage")?.value, hasFolder) || own.journald === undefined) return null;
    const about = { title: "Keep the journal over a reboot", reason: "its traces are lost otherwise" };
    return { via: "change", draft: journaldDraft(own.journald, { Storage: "persistent" }, about) };
  },
});

/** journald.conf(5): auto is persistent where /var/log/journal is there. */
function isPersistent(storage = "auto", hasFolder = false): boolean {
  return storage === "persistent" || (storage === "auto" && hasFolder);
}

const authSource = defineCheck({
  id: "SYS-08",
  area: "system",
  title: "Sign-ins are logged",
  why: "castellan, fail2ban and you see an attack only in the log of sign-ins. When nothing is written there, silence looks like peace.",
  remedy: "systemctl status systemd-journald rsyslog; for a text file: apt-get install rsyslog",
  source: "own",
  gives: ["passed", "warning", "critical"],
  facts: [AUTH_SOURCES, nowFact],
  judge(sources, now) {
    const evidence = sources.map(
      ({ name, newestAt }) =>
        `${name}: ${newestAt === null ? "empty" : `newest line ${new Date(newestAt).toISOString()}`}`,
    );
    const fresh = sources.find(({ newestAt }) => newestAt !== null && now - newestAt < DAY_MS);
    if (fresh !== undefined) return passed(`${fresh.name} is written`, evidence);
    if (sources.length === 0)
      return critical("sign-ins are logged nowhere", ["neither auth.log, secure nor a journal"]);
    // A host to which nobody comes and that has no cron is quiet for days.
    const isQuiet = sources.some(({ newestAt }) => newestAt !== null && now - newestAt < 7 * DAY_MS);
    return isQuiet
      ? warning("no line about sign-ins in the last day", evidence)
      : critical("no line about sign-ins in the last week", evidence);
  },
});

const rotation = defineCheck({
  id: "SYS-09",
  area: "system",
  title: "Logs are rotated safely",
  why:
    "A log that only grows fills the disk, and then nothing is logged any more. With copytruncate lines are lost between " +
    "copy and cut, and whoever reads along loses its place.",
  remedy:
    "apt-get install logrotate rsyslog; take copytruncate out of /etc/logrotate.d/NAME and send a signal in postrotate",
  source: "Lynis LOGG-2146",
  gives: ["passed", "warning"],
  facts: [LOG_ROTATION],
  judge({ installed, scheduled, rules }) {
    if (rules.length === 0) return null;
    if (!installed)
      return warning(
        "logrotate is not installed",
        rules.map(({ log }) => `${log} only grows`),
      );
    const unscheduled = scheduled
      ? []
      : [warningAt("logrotate is never started", "neither logrotate.timer nor /etc/cron.daily/logrotate")];
    const problems = rules.flatMap(rotationProblem);
    return weigh([...unscheduled, ...problems], {
      summary: "logs are rotated by renaming them",
      evidence: rules.map(({ log, file }) => `${log}: ${file}`),
    });
  },
});

function rotationProblem({ log, file, copyTruncate }: LogRotation["rules"][number]): Problem[] {
  if (file === null) return [warningAt(`nothing rotates ${log}`, `no file of /etc/logrotate.d names ${log}`)];
  return copyTruncate ? [warningAt(`${log} is rotated by copytruncate`, `${file}: copytruncate`)] : [];
}

/** Programs that carry logs away. */
const SHIPPERS =
  /^(systemd-journal-upload|vector|filebeat|fluent-bit|fluentd|td-agent|promtail|alloy|splunk|datadog-agent|nxlog|graylog-sidecar)\.service$/;

const remote = defineCheck({
  id: "SYS-10",
  area: "system",
  title: "Logs are sent to another host",
  why: "Whoever becomes root here wipes the traces first. What left the host before cannot be wiped.",
  remedy:
    "In /etc/rsyslog.d/remote.conf: *.* @@LOGHOST:6514 (with TLS), or install systemd-journal-remote and set URL= for journal-upload",
  source: "CIS 6.1.3.6",
  gives: ["passed", "warning"],
  facts: [REMOTE_LOGGING, UNITS],
  judge(lines, { running }) {
    const shippers = [...running].filter((unit) => SHIPPERS.test(unit));
    // journal-upload has a URL in its file also where it does not run.
    const sending = lines.filter(
      (line) => !line.includes("journal-upload") || running.has("systemd-journal-upload.service"),
    );
    const evidence = [...sending, ...shippers];
    return evidence.length > 0
      ? passed("logs leave this host", evidence)
      : warning("logs stay on this host only", [
          "rsyslog names no other host, and no program that sends logs runs",
        ]);
  },
});

/** auditd, and what records the same by itself. */
const RECORDERS = /^(auditd|falco.*|osqueryd|sysmon|tetragon|laurel|wazuh-agent|auditbeat)\.service$/;

const auditing = defineCheck({
  id: "SYS-11",
  area: "system",
  title: "The kernel's audit trail is on",
  why: "Without it nobody can tell afterwards which files an intruder read or which programs he started.",
  remedy: "apt-get install auditd && systemctl enable --now auditd",
  source: "CIS 6.2.1, Lynis ACCT-9628",
  gives: ["passed", "warning"],
  facts: [UNITS, PACKAGES],
  judge({ running }, packages) {
    const found = [...running].filter((unit) => RECORDERS.test(unit));
    if (found.length > 0) return passed(`${found.join(", ")} runs`, found);
    return packages.has("auditd")
      ? warning("auditd is installed, but does not run", ["no control group of auditd.service"])
      : warning("nobody records what happens on this host", ["neither auditd nor a program like it runs"]);
  },
  fix({ running }, packages): Fix | null {
    if (!packages.has("auditd") || [...running].some((unit) => RECORDERS.test(unit))) return null;
    const units = [{ name: "auditd.service", enabled: true, active: true }];
    const about = { title: "Start auditd, now and at boot", reason: "it is installed, but does not run" };
    return { via: "change", draft: { kind: "system.auditd", ...about, units, services: [] } };
  },
});

export const LOG_CHECKS: readonly Check[] = [time, journal, authSource, rotation, remote, auditing];
