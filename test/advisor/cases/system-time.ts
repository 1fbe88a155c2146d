import type { CheckCase, FixtureAnswer } from "../../support/advised-host.ts";
import { DAY, type Files, joined, NOW, recorded, units } from "./system-host.ts";

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

export const CASES: readonly CheckCase[] = [
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
    host: { folders: { "/var/log": {} }, commands: { [NEWEST]: { stdout: CRON_LINE } } },
  },
  {
    check: "SYS-08",
    rating: "warning",
    about: "nothing for two days: nobody need have come",
    host: {
      files: { "/var/log/auth.log": { text: "x\n", mtimeMs: NOW - 2 * DAY } },
      commands: { [NEWEST]: QUIET },
    },
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
    host: { folders: { "/var/log": {} }, commands: { [NEWEST]: "missing" } },
  },
  {
    check: "SYS-08",
    rating: "unknown",
    about: "only root sees the journal",
    host: { folders: { "/var/log": {} }, commands: { [NEWEST]: HINT } },
  },
  {
    check: "SYS-08",
    rating: "unknown",
    about: "a host without /var/log",
    host: { commands: { [NEWEST]: "missing" } },
  },
];
