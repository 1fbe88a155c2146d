import { readFileSync } from "node:fs";
import type { CheckCase, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";

type Files = Readonly<Record<string, FixtureFile>>;

/** /proc of a network namespace with one card, recorded as the kernel had it. */
function recorded(name: string): Record<string, string> {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/network/${name}.json`, import.meta.url), "utf8"),
  ) as Record<string, string>;
}

function host(name: string, files: Files = {}): FixtureSpec {
  return { files: { ...recorded(name), ...files } };
}

const RELEASE = "6.1.0-50-cloud-amd64";
const TREE = `/lib/modules/${RELEASE}`;
const MODULES: Files = {
  "/proc/sys/kernel/osrelease": `${RELEASE}\n`,
  "/proc/sys/kernel/modules_disabled": "0\n",
  "/proc/modules":
    "nf_tables 311296 0 - Live 0x0000000000000000\nip_tables 36864 0 - Live 0x0000000000000000\n",
  [`${TREE}/modules.builtin`]: "kernel/net/ipv6/ipv6.ko\nkernel/fs/ext4/ext4.ko\n",
  ...Object.fromEntries(
    ["dccp", "rds", "sctp", "tipc"].map((name) => [`${TREE}/kernel/net/${name}/${name}.ko`, ""]),
  ),
};
const INSTALL = (names: readonly string[]): string =>
  names.map((name) => `install ${name} /bin/false\n`).join("");
const ALL = ["dccp", "rds", "sctp", "tipc"];
const DENIED = { text: "", fault: "denied" } as const;

export const CASES: readonly CheckCase[] = [
  { check: "NET-01", rating: "passed", about: "everything off that should be", host: host("hardened") },
  { check: "NET-01", rating: "warning", about: "as the kernel is born", host: host("stock") },
  {
    check: "NET-01",
    rating: "warning",
    about: "one card still takes redirects although all does not",
    host: host("hardened", { "/proc/sys/net/ipv4/conf/eth0/accept_redirects": "1\n" }),
  },
  {
    check: "NET-01",
    rating: "passed",
    about: "source routes on a card alone are not in force",
    host: host("hardened", { "/proc/sys/net/ipv4/conf/eth0/accept_source_route": "1\n" }),
  },
  { check: "NET-01", rating: "critical", about: "source routes are followed", host: host("routed") },
  {
    check: "NET-01",
    rating: "unknown",
    about: "a setting may not be read",
    host: host("hardened", { "/proc/sys/net/ipv4/conf/all/rp_filter": DENIED }),
  },

  {
    check: "NET-02",
    rating: "passed",
    about: "off",
    host: host("stock", { "/proc/sys/net/ipv4/ip_forward": "0\n" }),
  },
  { check: "NET-02", rating: "passed", about: "on, and Docker needs it", host: host("docker") },
  { check: "NET-02", rating: "warning", about: "on, and nobody needs it", host: host("routed") },
  {
    check: "NET-02",
    rating: "unknown",
    about: "/proc/net/dev may not be read",
    host: host("routed", { "/proc/net/dev": DENIED }),
  },

  {
    check: "NET-03",
    rating: "passed",
    about: "all are kept out",
    host: { files: { ...MODULES, "/etc/modprobe.d/rare.conf": INSTALL(ALL) } },
  },
  {
    check: "NET-03",
    rating: "passed",
    about: "no module may be loaded any more",
    host: { files: { ...MODULES, "/proc/sys/kernel/modules_disabled": "1\n" } },
  },
  {
    check: "NET-03",
    rating: "passed",
    about: "the kernel has none of them",
    host: {
      files: { "/proc/sys/kernel/osrelease": `${RELEASE}\n`, "/proc/modules": "" },
      folders: { [`/lib/modules/${RELEASE}`]: {} },
    },
  },
  {
    check: "NET-03",
    rating: "passed",
    about: "a kernel that loads no modules at all",
    host: { files: { "/proc/sys/kernel/osrelease": `${RELEASE}\n` } },
  },
  {
    check: "NET-03",
    rating: "unknown",
    about: "a container: its host's kernel loads its host's modules",
    host: { files: { "/proc/sys/kernel/osrelease": `${RELEASE}\n`, "/proc/modules": "" } },
  },
  {
    check: "NET-03",
    rating: "unknown",
    about: "nothing can be read",
    host: {},
  },
  {
    check: "NET-03",
    rating: "warning",
    about: "one can be loaded",
    host: { files: { ...MODULES, "/etc/modprobe.d/rare.conf": INSTALL(ALL.slice(1)) } },
  },
  {
    check: "NET-03",
    rating: "warning",
    about: "a blacklist does not stop modprobe",
    host: {
      files: { ...MODULES, "/etc/modprobe.d/rare.conf": ALL.map((name) => `blacklist ${name}\n`).join("") },
    },
  },
  {
    check: "NET-03",
    rating: "warning",
    about: "one is loaded",
    host: {
      files: {
        ...MODULES,
        "/proc/modules": "sctp 421888 2 - Live 0x0000000000000000\n",
        "/etc/modprobe.d/rare.conf": INSTALL(ALL),
      },
    },
  },
  {
    check: "NET-03",
    rating: "unknown",
    about: "modprobe.d may not be read",
    host: { files: { ...MODULES, "/etc/modprobe.d/rare.conf": DENIED } },
  },
];
