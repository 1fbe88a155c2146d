import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { DAY, DENIED, joined, NOW, packages, recorded, units } from "./system-host.ts";

const RELEASE = recorded("os-release");
function listening(stdout: string): FixtureSpec {
  return { commands: { "ss -H -tulpn": { stdout } } };
}
const SSH = 'tcp LISTEN 0      128    0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=306,fd=3))\n';
const INETD = 'tcp LISTEN 0      128    0.0.0.0:23 0.0.0.0:* users:(("inetd",pid=512,fd=4))\n';
const SYSLOG = 'udp UNCONN 0      0      0.0.0.0:514 0.0.0.0:* users:(("rsyslogd",pid=213,fd=6))\n';

export const CASES: readonly CheckCase[] = [
  {
    check: "SYS-16",
    rating: "passed",
    about: "none",
    host: joined(units([]), listening(SSH), { files: packages() }),
  },
  {
    check: "SYS-16",
    rating: "warning",
    about: "the telnet client",
    host: joined(units([]), listening(SSH), { files: packages("inetutils-telnet") }),
  },
  {
    check: "SYS-16",
    rating: "warning",
    about: "rpcbind is installed, but stopped",
    host: joined(units([]), listening(SSH), { files: packages("rpcbind") }),
  },
  {
    check: "SYS-16",
    rating: "critical",
    about: "telnetd answers on port 23",
    host: joined(units(["inetutils-inetd.service"]), listening(SSH + INETD), { files: packages("telnetd") }),
  },
  {
    check: "SYS-16",
    rating: "critical",
    about: "rpcbind runs",
    host: joined(units(["rpcbind.service"]), listening(SSH), { files: packages("rpcbind") }),
  },
  {
    check: "SYS-16",
    rating: "warning",
    about: "rsyslog takes logs on udp 514, which is not rsh's port",
    host: joined(units([]), listening(SSH + SYSLOG), { files: packages("inetutils-inetd") }),
  },
  {
    check: "SYS-16",
    rating: "unknown",
    about: "dpkg's list may not be read",
    host: joined(units([]), listening(SSH), { files: { "/var/lib/dpkg/status": DENIED } }),
  },
  {
    check: "SYS-17",
    rating: "passed",
    about: "ClamAV with signatures of today",
    host: {
      files: {
        "/var/lib/clamav/daily.cld": { text: "", mtimeMs: NOW - 3_600_000 },
        "/var/lib/clamav/main.cvd": { text: "", mtimeMs: NOW - 300 * DAY },
      },
    },
  },
  {
    check: "SYS-17",
    rating: "warning",
    about: "ClamAV with signatures of last month",
    host: { files: { "/var/lib/clamav/daily.cld": { text: "", mtimeMs: NOW - 30 * DAY } } },
  },
  { check: "SYS-17", rating: "warning", about: "none", host: { files: { "/etc/os-release": RELEASE } } },
  {
    check: "SYS-17",
    rating: "unknown",
    about: "its folder may not be read",
    host: { folders: { "/var/lib/clamav": { fault: "denied" } } },
  },
  {
    check: "SYS-18",
    rating: "passed",
    about: "aide has its data base",
    host: { files: { "/var/lib/aide/aide.db": "" } },
  },
  {
    check: "SYS-18",
    rating: "warning",
    about: "aide was installed, but never initialised",
    host: { files: { "/var/lib/aide/aide.db.new": "" } },
  },
  {
    check: "SYS-18",
    rating: "unknown",
    about: "its folder may not be read",
    host: { folders: { "/var/lib/aide": { fault: "denied" } } },
  },
  { check: "SYS-19", rating: "unknown", about: "a host without /usr/bin", host: {} },
  { check: "SYS-19", rating: "passed", about: "no compiler", host: { files: { "/usr/bin/bash": "" } } },
  {
    check: "SYS-19",
    rating: "passed",
    about: "for root only",
    host: {
      files: { "/usr/bin/x86_64-linux-gnu-gcc-12": { text: "", mode: 0o750 } },
      links: { "/usr/bin/gcc": "gcc-12" },
    },
  },
  {
    check: "SYS-19",
    rating: "warning",
    about: "as Debian installs gcc",
    host: {
      files: { "/usr/bin/x86_64-linux-gnu-gcc-12": { text: "", mode: 0o755 } },
      links: { "/usr/bin/gcc": "gcc-12" },
    },
  },
  {
    check: "SYS-19",
    rating: "unknown",
    about: "/usr/bin may not be listed",
    host: { folders: { "/usr/bin": { fault: "denied" } } },
  },
];
