import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { DAY, type Files, joined, NOW, recorded, STATUS, units } from "./system-host.ts";

const LISTS = "/var/lib/apt/lists/deb.debian.org_debian";

/** apt's lists with the security archive of 2026-11-20, so many days later, and what dpkg has installed. */
export function updates(
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

const SWITCHED_OFF: FixtureSpec = {
  commands: {
    "apt-config dump": { stdout: `${recorded("apt-config")}APT::Periodic::Enable "0";\n` },
  },
};

const RELEASE = recorded("os-release");

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
    about: "apt's timers are told to do nothing",
    host: joined(SWITCHED_OFF, units([], TIMERS), { files: { "/var/lib/dpkg/status": STATUS } }),
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
];
