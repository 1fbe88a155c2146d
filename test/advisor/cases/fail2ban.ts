import { readFileSync } from "node:fs";
import type { CheckCase, FixtureAnswer, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";

/** Recorded on a Debian 12 with fail2ban 1.0.2; the guesser's address was the host's own there. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../fixtures/fail2ban/${name}`, import.meta.url), "utf8");
}

const NOW = Date.UTC(2026, 10, 22, 0, 30);
const ASKED = "fail2ban-client -i";

interface Parts {
  readonly answer?: FixtureAnswer;
  readonly files?: Readonly<Record<string, FixtureFile>>;
  readonly commands?: Readonly<Record<string, FixtureAnswer>>;
  readonly running?: readonly string[];
  readonly enabled?: boolean;
}

export function host(
  name: "stock" | "auto" | "systemd" | "blind" | "nojails" | "stopped" | "none",
  parts: Parts = {},
): FixtureSpec {
  const { files = {}, commands = {}, running = [], enabled = true } = parts;
  const jail = name === "none" ? "missing" : sshStatus(name);
  const answer: FixtureAnswer =
    name === "none"
      ? "missing"
      : { stdout: recorded(`${name}.out`), stderr: name === "stopped" ? recorded("stopped.err") : "" };
  const groups = ["ssh.service", ...running].map(
    (unit) => [`/sys/fs/cgroup/system.slice/${unit}`, {}] as const,
  );
  return {
    now: NOW,
    commands: { [ASKED]: parts.answer ?? answer, "fail2ban-client status sshd": jail, ...commands },
    files: {
      "/run/fail2ban/fail2ban.pid": "229\n",
      "/proc/229/stat": recorded("proc-stat"),
      "/proc/stat": recorded("system-stat"),
      "/var/log/auth.log": { text: recorded("auth.log"), mtimeMs: NOW - 60_000 },
      "/var/lib/dpkg/status": dpkg("1.0.2-2"),
      ...files,
    },
    folders: {
      "/etc/systemd/system": {},
      "/usr/lib/python3/dist-packages/systemd": {},
      ...Object.fromEntries(groups),
    },
    links: enabled
      ? {
          "/etc/systemd/system/multi-user.target.wants/fail2ban.service":
            "/lib/systemd/system/fail2ban.service",
        }
      : {},
  };
}

function sshStatus(name: string): FixtureAnswer {
  if (name === "stopped" || name === "nojails")
    return { exitCode: 255, stdout: "", stderr: recorded("stopped.err") };
  return { stdout: "Status for the jail: sshd\n|- Filter\n" };
}

function dpkg(version: string): string {
  return `Package: fail2ban\nStatus: install ok installed\nArchitecture: all\nVersion: ${version}\n`;
}

/** The log without its failures: nobody tried anything. */
const CALM = recorded("auth.log").replace(/.*Failed password.*\n/g, "");
const OFFERED_KEYS = [1, 2, 3, 4, 5]
  .map(
    (second) =>
      `2026-11-22T00:20:0${second}.000000+00:00 web1 sshd[311]: Failed publickey for alice from 203.0.113.9 port 41172 ssh2: ED25519 SHA256:${"k".repeat(43)}\n`,
  )
  .join("");
const DENIED: FixtureAnswer = { stdout: recorded("stopped.out"), stderr: recorded("not-root.err") };
const UNMENDED = { "/var/lib/dpkg/status": dpkg("1.0.2-2") };

export const CASES: readonly CheckCase[] = [
  { check: "F2B-01", rating: "passed", about: "it answers", host: host("stock") },
  {
    check: "F2B-01",
    rating: "warning",
    about: "it runs, but is not enabled",
    host: host("stock", { enabled: false }),
  },
  {
    check: "F2B-01",
    rating: "warning",
    about: "not installed, and nobody else locks out",
    host: host("none"),
  },
  { check: "F2B-01", rating: "critical", about: "installed and stopped", host: host("stopped") },
  {
    check: "F2B-01",
    rating: "unknown",
    about: "its socket may not be opened",
    host: host("stock", { answer: DENIED }),
  },
  { check: "F2B-01", rating: "unknown", about: "it hangs", host: host("stock", { answer: "hang" }) },

  {
    check: "F2B-02",
    rating: "passed",
    about: "a jail for sshd, nothing else to sign in at",
    host: host("stock"),
  },
  {
    check: "F2B-02",
    rating: "passed",
    about: "sshd and dovecot run, both have jails",
    host: host("blind", { running: ["dovecot.service"] }),
  },
  {
    check: "F2B-02",
    rating: "warning",
    about: "dovecot and postfix run without jails",
    host: host("stock", { running: ["dovecot.service", "system-postfix.slice"] }),
  },
  { check: "F2B-02", rating: "critical", about: "no jail at all", host: host("nojails") },
  { check: "F2B-02", rating: "none", about: "not installed", host: host("none") },
  { check: "F2B-02", rating: "unknown", about: "it hangs", host: host("stock", { answer: "hang" }) },

  { check: "F2B-03", rating: "passed", about: "it counts what auth.log holds", host: host("auto") },
  {
    check: "F2B-03",
    rating: "passed",
    about: "it counts what the journal holds",
    host: host("systemd", {
      files: { "/var/log/auth.log": "" },
      commands: {
        "journalctl -q --since=@1795306255 -o short-iso -n 5000 _COMM=sshd + _COMM=sshd-session": {
          stdout: recorded("journal.out"),
        },
      },
    }),
  },
  {
    check: "F2B-03",
    rating: "passed",
    about: "nothing failed, and it reads a file that is written",
    host: host("stock", { files: { "/var/log/auth.log": { text: CALM, mtimeMs: NOW - 60_000 } } }),
  },
  {
    check: "F2B-03",
    rating: "passed",
    about: "keys of an agent that were offered and refused (LogLevel VERBOSE): fail2ban counts none either",
    host: host("stock", {
      files: { "/var/log/auth.log": { text: `${CALM}${OFFERED_KEYS}`, mtimeMs: NOW - 60_000 } },
    }),
  },
  {
    check: "F2B-03",
    rating: "warning",
    about: "it saw three of many",
    host: host("auto", {
      files: { "/var/log/auth.log": { text: recorded("auth.log").repeat(5), mtimeMs: NOW - 60_000 } },
    }),
  },
  {
    check: "F2B-03",
    rating: "warning",
    about: "nothing failed, but it reads a file that nobody writes",
    host: host("blind", {
      files: {
        "/var/log/auth.log": CALM,
        "/var/log/other.log": { text: "", mtimeMs: NOW - 30 * 86_400_000 },
      },
    }),
  },
  {
    check: "F2B-03",
    rating: "critical",
    about: "it reads another file and saw none",
    host: host("blind", { files: { "/var/log/other.log": "" } }),
  },
  {
    check: "F2B-03",
    rating: "critical",
    about: "it counted some before a reload, and now reads a file that nobody writes",
    host: host("blind", {
      answer: { stdout: recorded("blind.out").replace(/Total failed:\t0/, "Total failed:\t7") },
      files: { "/var/log/other.log": { text: "", mtimeMs: NOW - 2 * 86_400_000 } },
    }),
  },
  {
    check: "F2B-03",
    rating: "critical",
    about: "the file that it reads is gone",
    host: host("blind", { files: { "/var/log/auth.log": CALM } }),
  },
  { check: "F2B-03", rating: "none", about: "not installed", host: host("none") },
  {
    check: "F2B-03",
    rating: "unknown",
    about: "the log may not be read",
    host: host("auto", { files: { "/var/log/auth.log": { text: "", fault: "denied" } } }),
  },
  {
    check: "F2B-03",
    rating: "unknown",
    about: "neither log nor journal",
    host: host("auto", { files: { "/var/log/auth.log": "" } }),
  },

  { check: "F2B-04", rating: "passed", about: "ten minutes, growing", host: host("auto") },
  { check: "F2B-04", rating: "warning", about: "bans that do not grow", host: host("stock") },
  { check: "F2B-04", rating: "critical", about: "everybody is ignored", host: host("blind") },
  { check: "F2B-04", rating: "none", about: "no jail for sshd", host: host("nojails") },
  {
    check: "F2B-04",
    rating: "unknown",
    about: "its socket may not be opened",
    host: host("stock", { answer: DENIED }),
  },

  {
    check: "F2B-05",
    rating: "passed",
    about: "1.1.1",
    host: host("stock", {
      answer: { stdout: recorded("stock.out").replace("1.0.2\n", "1.1.1\n") },
      files: { "/var/lib/dpkg/status": dpkg("1.1.1-1") },
    }),
  },
  {
    check: "F2B-05",
    rating: "warning",
    about: "1.0.2 without the dovecot jail",
    host: host("stock", { files: UNMENDED }),
  },
  {
    check: "F2B-05",
    rating: "warning",
    about: "dovecot is watched, but the distribution may have mended it",
    host: host("blind", { files: { "/var/lib/dpkg/status": dpkg("1.0.2-2+deb12u1") } }),
  },
  {
    check: "F2B-05",
    rating: "critical",
    about: "1.0.2 watches dovecot",
    host: host("blind", { files: UNMENDED }),
  },
  { check: "F2B-05", rating: "none", about: "not installed", host: host("none") },
  {
    check: "F2B-05",
    rating: "unknown",
    about: "dpkg's list may not be read",
    host: host("stock", { files: { "/var/lib/dpkg/status": { text: "", fault: "denied" } } }),
  },
];
