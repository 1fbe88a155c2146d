import { readFileSync } from "node:fs";
import type { CheckCase, FixtureAnswer, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";

type Files = Readonly<Record<string, FixtureFile>>;

/** Recorded on a stock Debian 12 (kernel 6.1, systemd 252) and from Debian's own archives. */
function recorded(name: string): string {
  return readFileSync(new URL(`../fixtures/system/${name}`, import.meta.url), "utf8");
}

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const DENIED = { text: "", fault: "denied" } as const;

/** What systemd runs and starts, as its folders show it. */
function units(running: readonly string[], enabled: readonly string[] = []): FixtureSpec {
  return {
    folders: {
      "/etc/systemd/system": {},
      "/sys/fs/cgroup/system.slice": {},
      ...Object.fromEntries(running.map((unit) => [`/sys/fs/cgroup/system.slice/${unit}`, {}])),
    },
    links: Object.fromEntries(
      enabled.map((unit) => [
        `/etc/systemd/system/timers.target.wants/${unit}`,
        `/lib/systemd/system/${unit}`,
      ]),
    ),
  };
}

function joined(...specs: readonly FixtureSpec[]): FixtureSpec {
  const of = <K extends "files" | "folders" | "links" | "commands">(key: K): NonNullable<FixtureSpec[K]> =>
    Object.assign({}, ...specs.map((spec) => spec[key])) as NonNullable<FixtureSpec[K]>;
  const whole: FixtureSpec = Object.assign({}, ...specs);
  return {
    ...whole,
    files: of("files"),
    folders: of("folders"),
    links: of("links"),
    commands: of("commands"),
  };
}

const LISTS = "/var/lib/apt/lists/deb.debian.org_debian";
const STATUS = recorded("dpkg-status");

/** apt's lists with the security archive of 2026-11-20, so many days later, and what dpkg has installed. */
function updates(
  status: string,
  { days = 1, plain = true }: { days?: number; plain?: boolean } = {},
): FixtureSpec {
  const index = `${LISTS}-security_dists_bookworm-security_main_binary-amd64_Packages`;
  const files: Files = {
    "/var/lib/dpkg/status": status,
    [`${LISTS}_dists_bookworm_InRelease`]: recorded("main-InRelease"),
    [`${LISTS}-security_dists_bookworm-security_InRelease`]: recorded("security-InRelease"),
    [plain ? index : `${index}.lz4`]: plain
      ? recorded("security-Packages")
      : "\u0004\u0022M\u0018".padEnd(2_000, "\0"),
    "/usr/lib/apt/apt-helper": "",
  };
  const cat = `/usr/lib/apt/apt-helper cat-file ${index}.lz4`;
  return {
    now: NOW + (days - 1) * DAY,
    files,
    commands: plain ? {} : { [cat]: { stdout: recorded("security-Packages") } },
  };
}

/** Everything as new as the security archive has it. */
const UPDATED = [
  ["3.0.20-1~deb12u2", "3.0.22-1~deb12u2"],
  ["6.1.176-1", "6.1.192-2"],
  ["1.22.1-9+deb12u9", "1.22.1-9+deb12u11"],
  ["5.36.0-7+deb12u3", "5.36.0-7+deb12u4"],
  ["2026b-0+deb12u1", "2026f-0+deb12u1"],
].reduce((text, [old = "", mended = ""]) => text.replaceAll(old, mended), STATUS);

const APT: FixtureSpec = { commands: { "apt-config dump": { stdout: recorded("apt-config") } } };
const TIMERS = ["apt-daily.timer", "apt-daily-upgrade.timer"];
const OFF: FixtureSpec = {
  commands: {
    "apt-config dump": {
      stdout: recorded("apt-config").replace(
        'APT::Periodic::Unattended-Upgrade "1"',
        'APT::Periodic::Unattended-Upgrade "0"',
      ),
    },
  },
};
const SOURCES =
  "deb http://deb.debian.org/debian bookworm main\ndeb http://deb.debian.org/debian-security bookworm-security main\n";
const DEB822 =
  "Types: deb\nURIs: https://repo.example.net/apt\nSuites: stable\nComponents: main\nTrusted: yes\n";

const RELEASE = recorded("os-release");
const RUNNING: Files = {
  "/proc/sys/kernel/osrelease": "6.1.0-50-cloud-amd64\n",
  "/boot/vmlinuz-6.1.0-50-cloud-amd64": "",
  "/proc/300/comm": "nginx\n",
  "/proc/300/maps":
    "7f1c00000000-7f1c00028000 r--p 00000000 fe:00 1234   /usr/lib/x86_64-linux-gnu/libssl.so.3\n",
};
const NEWER: Files = { "/boot/vmlinuz-6.1.0-51-cloud-amd64": "" };

const MARK = "/run/systemd/timesync/synchronized";
const CHRONY = (offset: string, leap: string): FixtureAnswer => ({
  stdout: `C0A80001,192.0.2.1,3,1795262400.123456789,${offset},-0.000003211,0.000021340,12.345,0.001,0.021,0.012345678,0.000123456,64.2,${leap}\n`,
});
const TIMEDATE = "timedatectl show --property=NTPSynchronized --value";

const JOURNALCTL = "journalctl --since=-24h -o cat -n 20 MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e";
const QUIET: FixtureAnswer = { stdout: "-- No entries --\n" };
const JOURNALD: Files = { "/etc/systemd/journald.conf": recorded("journald.conf") };
const NEWEST = "journalctl -n 1 -o short-unix SYSLOG_FACILITY=4 SYSLOG_FACILITY=10";
const HINT: FixtureAnswer = {
  exitCode: 1,
  stderr:
    "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\nNo journal files were opened due to insufficient permissions.\n",
};
const CRON_LINE = `${NOW / 1000 - 1800}.291966 web1 CRON[394]: pam_unix(cron:session): session closed for user root\n`;

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

/** Of the recorded machine, and what is left to wish. */
const STOCK_KERNEL: Readonly<Record<string, string>> = {
  "kernel/randomize_va_space": "2",
  "kernel/kptr_restrict": "0",
  "kernel/dmesg_restrict": "1",
  "kernel/yama/ptrace_scope": "0",
  "kernel/unprivileged_bpf_disabled": "2",
  "kernel/perf_event_paranoid": "3",
  "fs/protected_symlinks": "1",
  "fs/protected_hardlinks": "1",
  "fs/protected_fifos": "1",
  "fs/protected_regular": "2",
  "fs/suid_dumpable": "0",
};
function kernel(changes: Readonly<Record<string, string>> = {}): FixtureSpec {
  const files = Object.entries({ ...STOCK_KERNEL, ...changes }).map(
    ([key, value]) => [`/proc/sys/${key}`, `${value}\n`] as const,
  );
  return { files: Object.fromEntries(files) };
}
const HARD = { "kernel/kptr_restrict": "1", "kernel/yama/ptrace_scope": "1", "fs/protected_fifos": "2" };

const CORE: Files = {
  "/proc/sys/kernel/core_pattern": "core\n",
  "/etc/security/limits.conf": recorded("limits.conf"),
};
const COREDUMP = {
  "/proc/sys/kernel/core_pattern": "|/lib/systemd/systemd-coredump %P %u %g %s %t 9223372036854775808 %h\n",
};

const MOUNTS = recorded("mounts");
const TMPFS = "tmpfs /tmp tmpfs rw,nosuid,nodev,noexec 0 0\ntmpfs /var/tmp tmpfs rw,nosuid,nodev 0 0\n";
function folders(mounts: string, mode = 0o1777): FixtureSpec {
  return {
    files: { "/proc/self/mounts": mounts },
    folders: { "/tmp": { mode }, "/var/tmp": { mode: 0o1777 }, "/dev/shm": { mode: 0o1777 } },
  };
}

function packages(...names: readonly string[]): Files {
  return {
    "/var/lib/dpkg/status": `${STATUS}\n${names.map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n`).join("\n")}`,
  };
}
function listening(stdout: string): FixtureSpec {
  return { commands: { "ss -H -tulpn": { stdout } } };
}
const SSH = 'tcp LISTEN 0      128    0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=306,fd=3))\n';
const INETD = 'tcp LISTEN 0      128    0.0.0.0:23 0.0.0.0:* users:(("inetd",pid=512,fd=4))\n';

const CRON: Files = {
  "/etc/crontab": "",
  "/etc/cron.d/php": "",
  "/etc/cron.daily/logrotate": { text: "", mode: 0o755 },
};
const room = (free: number, freeInodes: number): FixtureSpec => ({
  space: { "/": { bytes: 1e11, freeBytes: free * 1e11, inodes: 1e7, freeInodes: freeInodes * 1e7 } },
});

export const CASES: readonly CheckCase[] = [
  {
    check: "SYS-01",
    rating: "passed",
    about: "all is as new as the security archive",
    host: updates(UPDATED),
  },
  {
    check: "SYS-01",
    rating: "warning",
    about: "openssl, the kernel, nginx, perl and tzdata wait",
    host: updates(STATUS),
  },
  {
    check: "SYS-01",
    rating: "warning",
    about: "the same from compressed lists",
    host: updates(STATUS, { plain: false }),
  },
  {
    check: "SYS-01",
    rating: "warning",
    about: "nothing waits, but the lists are ten days old",
    host: updates(UPDATED, { days: 10 }),
  },
  {
    check: "SYS-01",
    rating: "critical",
    about: "updates wait that were known ten days ago",
    host: updates(STATUS, { days: 10 }),
  },
  {
    check: "SYS-01",
    rating: "unknown",
    about: "apt-get update was never run",
    host: { files: { "/var/lib/dpkg/status": STATUS }, folders: { "/var/lib/apt/lists": {} } },
  },
  { check: "SYS-01", rating: "unknown", about: "no dpkg", host: { files: { "/etc/os-release": RELEASE } } },

  {
    check: "SYS-02",
    rating: "passed",
    about: "as Debian sets it up",
    host: joined(APT, units([], TIMERS), { files: { "/var/lib/dpkg/status": STATUS } }),
  },
  {
    check: "SYS-02",
    rating: "warning",
    about: "switched off in apt.conf.d",
    host: joined(OFF, units([], TIMERS), { files: { "/var/lib/dpkg/status": STATUS } }),
  },
  {
    check: "SYS-02",
    rating: "warning",
    about: "its timer is masked",
    host: joined(APT, units([], ["apt-daily.timer"]), {
      files: { "/var/lib/dpkg/status": STATUS },
      links: { "/etc/systemd/system/apt-daily-upgrade.timer": "/dev/null" },
    }),
  },
  {
    check: "SYS-02",
    rating: "warning",
    about: "the package is not there",
    host: joined(APT, units([], TIMERS), {
      files: { "/var/lib/dpkg/status": STATUS.replaceAll("unattended-upgrades", "attended") },
    }),
  },
  {
    check: "SYS-02",
    rating: "unknown",
    about: "apt-config is not there",
    host: joined(units([], TIMERS), { files: { "/var/lib/dpkg/status": STATUS } }),
  },

  {
    check: "SYS-03",
    rating: "passed",
    about: "Debian's own sources",
    host: joined(APT, { files: { "/etc/apt/sources.list": SOURCES } }),
  },
  {
    check: "SYS-03",
    rating: "critical",
    about: "one line says trusted=yes",
    host: joined(APT, {
      files: {
        "/etc/apt/sources.list": SOURCES,
        "/etc/apt/sources.list.d/x.list": "deb [arch=amd64 trusted=yes] http://repo.example.net/ ./\n",
      },
    }),
  },
  {
    check: "SYS-03",
    rating: "critical",
    about: "a stanza says Trusted: yes",
    host: joined(APT, {
      files: { "/etc/apt/sources.list": SOURCES, "/etc/apt/sources.list.d/x.sources": DEB822 },
    }),
  },
  {
    check: "SYS-03",
    rating: "passed",
    about: "that stanza is switched off",
    host: joined(APT, {
      files: {
        "/etc/apt/sources.list": SOURCES,
        "/etc/apt/sources.list.d/x.sources": `Enabled: no\n${DEB822}`,
      },
    }),
  },
  {
    check: "SYS-03",
    rating: "unknown",
    about: "a source may not be read",
    host: joined(APT, { files: { "/etc/apt/sources.list": DENIED } }),
  },

  {
    check: "SYS-04",
    rating: "passed",
    about: "Debian 12 in its long-term support",
    host: { files: { "/etc/os-release": RELEASE } },
  },
  {
    check: "SYS-04",
    rating: "warning",
    about: "three weeks are left",
    host: { files: { "/etc/os-release": RELEASE }, now: Date.UTC(2028, 5, 9) },
  },
  {
    check: "SYS-04",
    rating: "critical",
    about: "Debian 10",
    host: { files: { "/etc/os-release": RELEASE.replaceAll("12", "10").replaceAll("bookworm", "buster") } },
  },
  {
    check: "SYS-04",
    rating: "critical",
    about: "by distro-info's own date",
    host: {
      files: {
        "/etc/os-release": RELEASE,
        "/usr/share/distro-info/debian.csv":
          "version,codename,series,created,release,eol,eol-lts,eol-elts\n12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-01-10,2026-06-30,2033-06-30\n",
      },
    },
  },
  {
    check: "SYS-04",
    rating: "unknown",
    about: "a release that nobody knows",
    host: { files: { "/etc/os-release": 'ID=void\nPRETTY_NAME="Void Linux"\n' } },
  },

  { check: "SYS-05", rating: "passed", about: "the newest kernel runs", host: { files: RUNNING } },
  {
    check: "SYS-05",
    rating: "passed",
    about: "a container without a kernel of its own",
    host: { files: { "/proc/sys/kernel/osrelease": "6.18.44\n" } },
  },
  {
    check: "SYS-05",
    rating: "warning",
    about: "a newer one came yesterday",
    host: { files: { ...RUNNING, ...NEWER } },
  },
  {
    check: "SYS-05",
    rating: "warning",
    about: "nginx uses a library that was replaced",
    host: {
      files: {
        ...RUNNING,
        "/proc/300/maps":
          "7f1c00000000-7f1c00028000 r--p 00000000 fe:00 1234   /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n",
      },
    },
  },
  {
    check: "SYS-05",
    rating: "warning",
    about: "an update asks for a reboot",
    host: { files: { ...RUNNING, "/run/reboot-required": "", "/run/reboot-required.pkgs": "libc6\n" } },
  },
  {
    check: "SYS-05",
    rating: "critical",
    about: "a newer one waits for two months",
    host: {
      files: { ...RUNNING, "/boot/vmlinuz-6.1.0-51-cloud-amd64": { text: "", mtimeMs: NOW - 60 * DAY } },
    },
  },
  {
    check: "SYS-05",
    rating: "unknown",
    about: "processes may not be looked at",
    host: { files: { ...RUNNING, "/proc/300/maps": DENIED } },
  },

  {
    check: "SYS-06",
    rating: "passed",
    about: "systemd-timesyncd had an answer",
    host: joined(units(["systemd-timesyncd.service"]), {
      files: { [MARK]: { text: "", mtimeMs: NOW - 600_000 } },
    }),
  },
  {
    check: "SYS-06",
    rating: "passed",
    about: "chrony is microseconds off",
    host: joined(units(["chrony.service"]), {
      commands: { "chronyc -c tracking": CHRONY("0.000012345", "Normal") },
    }),
  },
  {
    check: "SYS-06",
    rating: "passed",
    about: "the kernel says that somebody keeps it",
    host: joined(units([]), { commands: { [TIMEDATE]: { stdout: "yes\n" } } }),
  },
  {
    check: "SYS-06",
    rating: "warning",
    about: "chrony is 1.5 s off",
    host: joined(units(["chrony.service"]), {
      commands: { "chronyc -c tracking": CHRONY("-1.512345678", "Normal") },
    }),
  },
  {
    check: "SYS-06",
    rating: "critical",
    about: "nobody keeps it",
    host: joined(units([]), { commands: { [TIMEDATE]: { stdout: "no\n" } } }),
  },
  {
    check: "SYS-06",
    rating: "critical",
    about: "timesyncd gets no answer",
    host: units(["systemd-timesyncd.service"]),
  },
  {
    check: "SYS-06",
    rating: "critical",
    about: "chrony is not synchronised",
    host: joined(units(["chrony.service"]), {
      commands: { "chronyc -c tracking": CHRONY("0.000000000", "Not synchronised") },
    }),
  },
  { check: "SYS-06", rating: "unknown", about: "nobody can be asked", host: units([]) },
  {
    check: "SYS-06",
    rating: "unknown",
    about: "chronyc hangs",
    host: joined(units(["chrony.service"]), { commands: { "chronyc -c tracking": "hang" } }),
  },

  {
    check: "SYS-07",
    rating: "passed",
    about: "Storage=auto and a folder",
    host: { files: JOURNALD, folders: { "/var/log/journal": {} }, commands: { [JOURNALCTL]: QUIET } },
  },
  {
    check: "SYS-07",
    rating: "passed",
    about: "a drop-in says persistent",
    host: {
      files: { ...JOURNALD, "/etc/systemd/journald.conf.d/x.conf": "[Journal]\nStorage=persistent\n" },
      commands: { [JOURNALCTL]: QUIET },
    },
  },
  {
    check: "SYS-07",
    rating: "warning",
    about: "Storage=auto without a folder",
    host: { files: JOURNALD, commands: { [JOURNALCTL]: QUIET } },
  },
  {
    check: "SYS-07",
    rating: "warning",
    about: "a drop-in says volatile",
    host: {
      files: { ...JOURNALD, "/etc/systemd/journald.conf.d/x.conf": "[Journal]\nStorage=volatile\n" },
      folders: { "/var/log/journal": {} },
      commands: { [JOURNALCTL]: QUIET },
    },
  },
  {
    check: "SYS-07",
    rating: "warning",
    about: "lines were dropped",
    host: {
      files: JOURNALD,
      folders: { "/var/log/journal": {} },
      commands: { [JOURNALCTL]: { stdout: "Suppressed 81112 messages from ssh.service\n" } },
    },
  },
  {
    check: "SYS-07",
    rating: "unknown",
    about: "only root sees the whole journal",
    host: { files: JOURNALD, folders: { "/var/log/journal": {} }, commands: { [JOURNALCTL]: HINT } },
  },

  {
    check: "SYS-08",
    rating: "passed",
    about: "auth.log was written an hour ago",
    host: {
      files: { "/var/log/auth.log": { text: "x\n", mtimeMs: NOW - 3_600_000 } },
      commands: { [NEWEST]: "missing" },
    },
  },
  {
    check: "SYS-08",
    rating: "passed",
    about: "the journal has a line of today",
    host: { commands: { [NEWEST]: { stdout: CRON_LINE } } },
  },
  {
    check: "SYS-08",
    rating: "critical",
    about: "nothing since last week",
    host: {
      files: { "/var/log/auth.log": { text: "x\n", mtimeMs: NOW - 7 * DAY } },
      commands: { [NEWEST]: QUIET },
    },
  },
  {
    check: "SYS-08",
    rating: "critical",
    about: "no log at all",
    host: { commands: { [NEWEST]: "missing" } },
  },
  {
    check: "SYS-08",
    rating: "unknown",
    about: "only root sees the journal",
    host: { commands: { [NEWEST]: HINT } },
  },

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

  { check: "SYS-13", rating: "passed", about: "all set", host: kernel(HARD) },
  { check: "SYS-13", rating: "warning", about: "a stock Debian 12", host: kernel() },
  {
    check: "SYS-13",
    rating: "critical",
    about: "addresses are not random",
    host: kernel({ ...HARD, "kernel/randomize_va_space": "0" }),
  },
  {
    check: "SYS-13",
    rating: "critical",
    about: "links in /tmp are followed",
    host: kernel({ ...HARD, "fs/protected_symlinks": "0" }),
  },
  {
    check: "SYS-13",
    rating: "unknown",
    about: "one may not be read",
    host: joined(kernel(HARD), { files: { "/proc/sys/kernel/kptr_restrict": DENIED } }),
  },

  {
    check: "SYS-14",
    rating: "passed",
    about: "a hard limit of 0",
    host: { files: { ...CORE, "/etc/security/limits.d/core.conf": "* hard core 0\n" } },
  },
  {
    check: "SYS-14",
    rating: "passed",
    about: "the pattern leads to /bin/false",
    host: { files: { ...CORE, "/proc/sys/kernel/core_pattern": "|/bin/false\n" } },
  },
  {
    check: "SYS-14",
    rating: "passed",
    about: "systemd-coredump keeps nothing",
    host: {
      files: {
        ...CORE,
        ...COREDUMP,
        "/etc/systemd/coredump.conf.d/x.conf": "[Coredump]\nStorage=none\nProcessSizeMax=0\n",
      },
    },
  },
  { check: "SYS-14", rating: "warning", about: "Debian's own limits.conf", host: { files: CORE } },
  {
    check: "SYS-14",
    rating: "warning",
    about: "systemd-coredump as it comes",
    host: { files: { ...CORE, ...COREDUMP } },
  },
  {
    check: "SYS-14",
    rating: "unknown",
    about: "limits.conf may not be read",
    host: { files: { ...CORE, "/etc/security/limits.conf": DENIED } },
  },

  {
    check: "SYS-15",
    rating: "passed",
    about: "file systems of their own",
    host: folders(`${MOUNTS}${TMPFS}`),
  },
  { check: "SYS-15", rating: "warning", about: "Debian's own: /tmp is part of /", host: folders(MOUNTS) },
  {
    check: "SYS-15",
    rating: "critical",
    about: "/tmp has lost its sticky bit",
    host: folders(`${MOUNTS}${TMPFS}`, 0o777),
  },
  {
    check: "SYS-15",
    rating: "unknown",
    about: "mounts may not be read",
    host: { files: { "/proc/self/mounts": DENIED } },
  },

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

  { check: "SYS-20", rating: "passed", about: "as Debian installs them", host: { files: CRON } },
  {
    check: "SYS-20",
    rating: "critical",
    about: "a cron job that everybody writes",
    host: { files: { ...CRON, "/etc/cron.d/backup": { text: "", mode: 0o666 } } },
  },
  {
    check: "SYS-20",
    rating: "critical",
    about: "a unit that belongs to a customer",
    host: { files: { ...CRON, "/etc/systemd/system/app.service": { text: "", uid: 1001 } } },
  },
  {
    check: "SYS-20",
    rating: "critical",
    about: "a folder that a group writes",
    host: { files: CRON, folders: { "/etc/cron.daily": { mode: 0o775, gid: 1001 } } },
  },
  {
    check: "SYS-20",
    rating: "unknown",
    about: "a folder may not be listed",
    host: { files: CRON, folders: { "/etc/cron.d": { fault: "denied" } } },
  },

  { check: "SYS-21", rating: "passed", about: "half is free", host: room(0.5, 0.5) },
  { check: "SYS-21", rating: "warning", about: "a tenth is free", host: room(0.1, 0.5) },
  { check: "SYS-21", rating: "critical", about: "no inodes are left", host: room(0.5, 0.01) },
  {
    check: "SYS-21",
    rating: "unknown",
    about: "it cannot be asked",
    host: {
      space: {
        get "/"(): never {
          throw new Error("statfs: input/output error");
        },
      },
    },
  },
];
