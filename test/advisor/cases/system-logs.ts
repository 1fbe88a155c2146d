import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { DENIED, type Files, joined, packages, recorded, units } from "./system-host.ts";

const ROTATED: FixtureSpec = {
  programs: ["logrotate"],
  files: {
    "/etc/logrotate.conf": recorded("logrotate.conf"),
    "/etc/logrotate.d/rsyslog": recorded("logrotate-rsyslog"),
    "/etc/cron.daily/logrotate": "",
    "/var/log/auth.log": "x\n",
  },
};
const RSYSLOG: Files = { "/etc/rsyslog.conf": recorded("rsyslog.conf") };

const PROFILES = "/sys/kernel/security/apparmor/profiles";
const APPARMOR: Files = {
  "/sys/module/apparmor/parameters/enabled": "Y\n",
  [PROFILES]: recorded("apparmor-profiles"),
};

export const CASES: readonly CheckCase[] = [
  { check: "SYS-09", rating: "passed", about: "as Debian rotates auth.log", host: ROTATED },
  {
    check: "SYS-09",
    rating: "warning",
    about: "copytruncate",
    host: joined(ROTATED, {
      files: {
        "/etc/logrotate.d/rsyslog": recorded("logrotate-rsyslog").replace("weekly", "weekly\n\tcopytruncate"),
      },
    }),
  },
  {
    check: "SYS-09",
    rating: "warning",
    about: "nothing names auth.log",
    host: joined(ROTATED, { files: { "/etc/logrotate.d/rsyslog": "/var/log/syslog\n{\n\tweekly\n}\n" } }),
  },
  {
    check: "SYS-09",
    rating: "warning",
    about: "logrotate is not installed",
    host: { files: { "/var/log/auth.log": "x\n" } },
  },
  { check: "SYS-09", rating: "none", about: "no text log", host: { programs: ["logrotate"] } },
  {
    check: "SYS-09",
    rating: "unknown",
    about: "a rule may not be read",
    host: joined(ROTATED, { files: { "/etc/logrotate.d/rsyslog": DENIED } }),
  },
  {
    check: "SYS-10",
    rating: "passed",
    about: "rsyslog sends over TCP",
    host: joined(units(["rsyslog.service"]), {
      files: { ...RSYSLOG, "/etc/rsyslog.d/remote.conf": "*.* @@log.example.net:6514\n" },
    }),
  },
  {
    check: "SYS-10",
    rating: "passed",
    about: "an action of omfwd",
    host: joined(units(["rsyslog.service"]), {
      files: {
        ...RSYSLOG,
        "/etc/rsyslog.d/remote.conf": 'action(type="omfwd" target="192.0.2.5" port="6514" protocol="tcp")\n',
      },
    }),
  },
  {
    check: "SYS-10",
    rating: "warning",
    about: "Debian's own rsyslog.conf",
    host: joined(units(["rsyslog.service"]), { files: RSYSLOG }),
  },
  {
    check: "SYS-10",
    rating: "warning",
    about: "journal-upload has a URL, but does not run",
    host: joined(units([]), {
      files: { "/etc/systemd/journal-upload.conf": "[Upload]\nURL=https://log.example.net\n" },
    }),
  },
  {
    check: "SYS-10",
    rating: "unknown",
    about: "rsyslog.conf may not be read",
    host: joined(units([]), { files: { "/etc/rsyslog.conf": DENIED } }),
  },
  {
    check: "SYS-11",
    rating: "passed",
    about: "auditd runs",
    host: joined(units(["auditd.service"]), { files: packages("auditd") }),
  },
  {
    check: "SYS-11",
    rating: "warning",
    about: "auditd is installed and stopped",
    host: joined(units([]), { files: packages("auditd") }),
  },
  {
    check: "SYS-11",
    rating: "warning",
    about: "nothing of the kind",
    host: joined(units([]), { files: packages() }),
  },
  { check: "SYS-11", rating: "unknown", about: "systemd does not run", host: { files: packages() } },
  { check: "SYS-12", rating: "passed", about: "Debian's profiles are enforced", host: { files: APPARMOR } },
  {
    check: "SYS-12",
    rating: "passed",
    about: "SELinux enforces",
    host: { files: { "/sys/fs/selinux/enforce": "1" } },
  },
  {
    check: "SYS-12",
    rating: "warning",
    about: "one only complains",
    host: {
      files: {
        ...APPARMOR,
        [PROFILES]: recorded("apparmor-profiles").replace("lsb_release (enforce)", "lsb_release (complain)"),
      },
    },
  },
  {
    check: "SYS-12",
    rating: "warning",
    about: "the kernel was started without it",
    host: { files: { "/sys/module/apparmor/parameters/enabled": "N\n" } },
  },
  {
    check: "SYS-12",
    rating: "unknown",
    about: "the profiles may not be read",
    host: { files: { ...APPARMOR, [PROFILES]: DENIED } },
  },
];
