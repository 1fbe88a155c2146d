import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { DAY, DENIED, type Files, joined, NOW, recorded } from "./system-host.ts";

const APT: FixtureSpec = { commands: { "apt-config dump": { stdout: recorded("apt-config") } } };
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
const NEWER_LIST = "/var/lib/dpkg/info/linux-image-6.1.0-51-cloud-amd64.list";

export const CASES: readonly CheckCase[] = [
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
    rating: "passed",
    about: "packages of one's own on this disk, with trusted=yes",
    host: joined(APT, {
      files: {
        "/etc/apt/sources.list": SOURCES,
        "/etc/apt/sources.list.d/own.list": "deb [trusted=yes] file:/srv/packages ./\n",
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
    host: { files: { ...RUNNING, ...NEWER, [NEWER_LIST]: { text: "", mtimeMs: NOW - 60 * DAY } } },
  },
  {
    check: "SYS-05",
    rating: "warning",
    about: "a newer one was built two months ago, and installed yesterday",
    host: {
      files: {
        ...RUNNING,
        "/boot/vmlinuz-6.1.0-51-cloud-amd64": { text: "", mtimeMs: NOW - 60 * DAY },
        [NEWER_LIST]: { text: "", mtimeMs: NOW - DAY },
      },
    },
  },
  {
    check: "SYS-05",
    rating: "unknown",
    about: "processes may not be looked at",
    host: { files: { ...RUNNING, "/proc/300/maps": DENIED } },
  },
];
