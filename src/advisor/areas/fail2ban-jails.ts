import { type Check, defineCheck } from "../check.ts";
import { FAIL2BAN, type SshJail } from "../facts/fail2ban.ts";
import { FAIL2BAN_MEANS, JAIL_FILES, type JailFile } from "../facts/fail2ban-host.ts";
import { LOGGED_FAILURES, type LoggedFailures } from "../facts/fail2ban-log.ts";
import { UNITS } from "../facts/system-units.ts";
import { critical, passed, unknown, warning } from "../verdict.ts";
import { jailFix } from "./fail2ban-fix.ts";
import { isHaltedByDovecot } from "./fail2ban-server.ts";

/** Services where people sign in, and the jail that watches each. */
const WATCHED: readonly { readonly unit: RegExp; readonly jail: RegExp; readonly name: string }[] = [
  { unit: /^dovecot\.service$/, jail: /^dovecot/, name: "dovecot" },
  { unit: /^postfix(@)?\.service$/, jail: /^postfix/, name: "postfix" },
  { unit: /^exim4\.service$/, jail: /^exim/, name: "exim" },
  { unit: /^proftpd\.service$/, jail: /^proftpd/, name: "proftpd" },
  { unit: /^vsftpd\.service$/, jail: /^vsftpd/, name: "vsftpd" },
  { unit: /^pure-ftpd/, jail: /^pure-ftpd/, name: "pure-ftpd" },
];

const jails = defineCheck({
  id: "F2B-02",
  area: "fail2ban",
  title: "A jail for every way in",
  why: "Each service without a jail is a place where passwords can be tried without end: mail and FTP take the same ones as SSH.",
  remedy:
    "enabled = true and backend = systemd under [sshd], [postfix] and so on (the jails named) in " +
    "/etc/fail2ban/jail.d/local.local, then: fail2ban-client reload. [dovecot] only from fail2ban 1.1.1 on: F2B-05",
  source: "Lynis TOOL-5104",
  gives: ["passed", "warning", "critical"],
  facts: [FAIL2BAN, UNITS, FAIL2BAN_MEANS],
  judge(fail2ban, units) {
    if (fail2ban === null || fail2ban.version === null) return null;
    const seen = [`fail2ban-client status: ${fail2ban.jails.join(", ") || "no jails"}`];
    if (fail2ban.jails.length === 0) return critical("fail2ban runs without a single jail", seen);
    const missing = missingJails(fail2ban.jails, units.running);
    if (missing.length === 0)
      return passed(`${fail2ban.jails.length} jail(s): ${fail2ban.jails.join(", ")}`, seen);
    return warning(`no jail for ${missing.join(", ")}`, [
      ...seen,
      ...missing.map((name) => {
        const but = mayBeHalted(name, fail2ban.version) ? " (update fail2ban before: F2B-05)" : "";
        return `${name} runs, no jail watches it${but}`;
      }),
    ]);
  },
  fix: (fail2ban, units, means) =>
    jailFix(
      means,
      Object.fromEntries(
        missingJails(fail2ban?.jails ?? [], units.running)
          .filter((name) => !mayBeHalted(name, fail2ban?.version ?? null))
          .map((name) => [name, { enabled: "true", backend: "systemd" }]),
      ),
      {
        title: "Watch every service where people sign in",
        reason: "passwords can be tried there without end",
      },
    ),
});

/** A jail that would turn F2B-05 critical is none to set up. */
function mayBeHalted(jail: string, version: string | null): boolean {
  return jail === "dovecot" && version !== null && isHaltedByDovecot(version);
}

function missingJails(present: readonly string[], units: ReadonlySet<string>): string[] {
  const used = WATCHED.filter(({ unit }) => [...units].some((name) => unit.test(name)));
  const missing = used.filter(({ jail }) => !present.some((name) => jail.test(name))).map(({ name }) => name);
  return present.some((name) => /ssh/.test(name)) ? missing : ["sshd", ...missing];
}

/** From so many failures on a jail that saw none is blind. */
const ENOUGH = 3;
/** From so many failures on a tenth of them must have been seen. */
const MANY = 30;
const STALE_MS = 7 * 86_400_000;

const sight = defineCheck({
  id: "F2B-03",
  area: "fail2ban",
  title: "fail2ban sees what the log shows",
  why:
    "A jail that reads a file which nobody writes (Debian 12 logs to the journal) bans nobody, while its status says that " +
    "all is well. Only what it counted against what the log holds shows it.",
  remedy:
    "apt-get install python3-systemd; backend = systemd under [sshd] in /etc/fail2ban/jail.d/local.local; systemctl " +
    "restart fail2ban; then fail2ban-client status sshd counts the next failure",
  source: "own; Debian bug 770171",
  gives: ["passed", "warning", "critical"],
  facts: [FAIL2BAN, LOGGED_FAILURES, JAIL_FILES, FAIL2BAN_MEANS],
  judge(fail2ban, logged, files) {
    const jail = fail2ban?.ssh ?? null;
    if (jail === null) return null;
    const evidence = [
      sourceText(jail),
      `jail sshd counted ${jail.totalFailed}`,
      loggedText(logged),
      ...files.map(fileText),
    ];
    if (jail.totalFailed === 0 && logged.count >= ENOUGH) {
      return critical(`the jail for sshd saw none of ${logged.count} failures`, evidence);
    }
    // What it counted may be from before a reload: from files that are not written it sees nothing now.
    const newest = newestOf(files);
    if (newest !== null && newest < logged.since && logged.count >= ENOUGH) {
      return critical(`the jail for sshd reads a file that ${logged.count} failures passed by`, evidence);
    }
    if (logged.count >= MANY && jail.totalFailed * 10 < logged.count) {
      return warning(`the jail for sshd saw ${jail.totalFailed} of ${logged.count} failures`, evidence);
    }
    if (jail.totalFailed > 0)
      return passed(`saw ${jail.totalFailed} failures, the log ${logged.count}`, evidence);
    return quiet(jail, files, logged, evidence);
  },
  fix: (fail2ban, _logged, _files, means) =>
    fail2ban?.ssh == null || fail2ban.ssh.journal !== null
      ? null
      : jailFix(
          means,
          { sshd: { enabled: "true", backend: "systemd" } },
          { title: "Let fail2ban read the journal for sshd", reason: "it does not see what the log shows" },
        ),
});

/** Nothing failed, nothing was seen: what is left to judge is where it looks. */
function quiet(
  jail: SshJail,
  files: readonly JailFile[],
  logged: LoggedFailures,
  evidence: readonly string[],
) {
  if (jail.journal !== null) return passed("nothing failed since it began; it reads the journal", evidence);
  const newest = newestOf(files);
  if (newest === null) return critical("the jail for sshd reads no file that is there", evidence);
  const age = logged.since - newest;
  if (age > STALE_MS) return warning("the jail for sshd reads a file that nobody writes", evidence);
  return files.length > 0
    ? passed("nothing failed since it began; its file is written", evidence)
    : unknown("where the jail for sshd reads is not told", evidence);
}

/** When the newest line of its files was written; null: none of them is there. */
function newestOf(files: readonly JailFile[]): number | null {
  const times = files.flatMap(({ changedAt }) => changedAt ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

function sourceText({ journal, files }: SshJail): string {
  return journal === null ? `reads ${files.join(", ") || "no file"}` : `reads the journal: ${journal}`;
}

function loggedText({ count, from, since }: LoggedFailures): string {
  return `${from}: ${count} failures since ${new Date(since).toISOString().slice(0, 16)}Z`;
}

function fileText({ path, changedAt }: JailFile): string {
  return changedAt === null
    ? `${path} is not there`
    : `${path} was last written ${new Date(changedAt).toISOString().slice(0, 16)}Z`;
}

export const JAIL_CHECKS: readonly Check[] = [jails, sight];
