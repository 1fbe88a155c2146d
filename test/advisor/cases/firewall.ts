import { existsSync, readFileSync } from "node:fs";
import { inputRules } from "../../../src/changes/own/input-policy.ts";
import type { CheckCase, FixtureAnswer, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";

const FOLDER = new URL("../fixtures/firewall/", import.meta.url);

function recorded(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

/** Lines of `ss -H -tulpn` as iproute2 prints them. */
function sockets(...lines: readonly (readonly [protocol: string, local: string, process: string])[]): string {
  return lines
    .map(([protocol, local, process]) => {
      const [state, peer] = [
        protocol === "tcp" ? "LISTEN" : "UNCONN",
        local.startsWith("[") ? "[::]:*" : "0.0.0.0:*",
      ];
      return `${protocol}   ${state} 0      128          ${local}      ${peer}    users:(("${process}",pid=612,fd=3))\n`;
    })
    .join("");
}

const WEB_HOST = sockets(
  ["tcp", "0.0.0.0:22", "sshd"],
  ["tcp", "[::]:22", "sshd"],
  ["tcp", "0.0.0.0:80", "nginx"],
  ["tcp", "*:443", "nginx"],
  ["tcp", "127.0.0.1:3306", "mariadbd"],
);

interface Parts {
  readonly ss?: FixtureAnswer | string;
  readonly files?: Readonly<Record<string, FixtureFile>>;
  readonly enabled?: readonly string[];
  readonly commands?: Readonly<Record<string, FixtureAnswer>>;
}

/** A host whose rules were recorded in a network namespace of their own, with real nft, iptables and ufw. */
export function firewallHost(
  rules: string,
  { ss = WEB_HOST, files = {}, enabled = [], commands = {} }: Parts = {},
): FixtureSpec {
  const saved = existsSync(new URL(`${rules}.v4`, FOLDER));
  return {
    commands: {
      "nft -j list ruleset": { stdout: recorded(`${rules}.json`) },
      "ip -j -4 route show": { stdout: recorded("route4.json") },
      "ip -j -6 route show": { stdout: recorded("route6.json") },
      ...(saved
        ? {
            "iptables-nft-save": { stdout: recorded(`${rules}.v4`) },
            "ip6tables-nft-save": { stdout: recorded(`${rules}.v6`) },
          }
        : {}),
      "ss -H -tulpn":
        typeof ss === "string" && ss !== "missing" && ss !== "hang" ? { stdout: ss } : (ss as FixtureAnswer),
      ...commands,
    },
    files: {
      "/proc/net/fib_trie": recorded("fib_trie"),
      "/proc/net/if_inet6": recorded("if_inet6"),
      ...files,
    },
    folders: { "/etc/systemd/system": {}, "/sys/fs/cgroup/system.slice/ssh.service": {} },
    links: Object.fromEntries(
      enabled.map((unit) => [
        `/etc/systemd/system/sysinit.target.wants/${unit}`,
        `/lib/systemd/system/${unit}`,
      ]),
    ),
  };
}

const NOT_ROOT: FixtureAnswer = {
  exitCode: 1,
  stderr:
    "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n",
};
const HEX = "20010db8000000000000000000000010 03 40 00 82     eth0\n";
const WEB_FILE = readFileSync(new URL("web.nft", FOLDER), "utf8");
const OWN = inputRules({ tcpPorts: [80, 443], udpPorts: [], sshPorts: [22], logDrops: true });

export const CASES: readonly CheckCase[] = [
  { check: "FW-01", rating: "passed", about: "nftables with policy drop", host: firewallHost("web") },
  {
    check: "FW-01",
    rating: "passed",
    about: "ufw, whose matches only iptables can spell",
    host: firewallHost("ufw"),
  },
  {
    check: "FW-01",
    rating: "passed",
    about: "iptables-nft with policy drop",
    host: firewallHost("iptables"),
  },
  { check: "FW-01", rating: "passed", about: "castellan's own input policy", host: firewallHost("own") },
  {
    check: "FW-01",
    rating: "warning",
    about: "only two ports are dropped by name",
    host: firewallHost("rules-only"),
  },
  { check: "FW-01", rating: "critical", about: "no rules at all", host: firewallHost("none") },
  {
    check: "FW-01",
    rating: "critical",
    about: "castellan's table of locked addresses is no policy",
    host: firewallHost("castellan"),
  },
  {
    check: "FW-01",
    rating: "critical",
    about: "Docker's rules forward for its containers only",
    host: firewallHost("docker"),
  },
  {
    check: "FW-01",
    rating: "unknown",
    about: "a mark decides before the policy does",
    host: firewallHost("marks"),
  },
  {
    check: "FW-01",
    rating: "unknown",
    about: "iptables wrote it, but iptables-save is not there",
    host: firewallHost("ufw", {
      commands: { "iptables-nft-save": "missing", "ip6tables-nft-save": "missing" },
    }),
  },
  {
    check: "FW-01",
    rating: "unknown",
    about: "nft is not installed",
    host: firewallHost("none", { commands: { "nft -j list ruleset": "missing" } }),
  },
  {
    check: "FW-01",
    rating: "unknown",
    about: "not root",
    host: firewallHost("none", { commands: { "nft -j list ruleset": NOT_ROOT } }),
  },
  {
    check: "FW-01",
    rating: "unknown",
    about: "nft hangs",
    host: firewallHost("none", { commands: { "nft -j list ruleset": "hang" } }),
  },

  { check: "FW-02", rating: "passed", about: "an inet table closes both", host: firewallHost("web") },
  { check: "FW-02", rating: "passed", about: "ufw closes both", host: firewallHost("ufw") },
  {
    check: "FW-02",
    rating: "critical",
    about: "a public IPv6 address and rules for IPv4 only",
    host: firewallHost("v4only"),
  },
  {
    check: "FW-02",
    rating: "none",
    about: "only a link-local IPv6 address",
    host: firewallHost("v4only", { files: { "/proc/net/if_inet6": recorded("if_inet6").replace(HEX, "") } }),
  },
  { check: "FW-02", rating: "unknown", about: "a mark decides", host: firewallHost("marks") },

  { check: "FW-03", rating: "passed", about: "ufw alone", host: firewallHost("ufw") },
  { check: "FW-03", rating: "warning", about: "ufw and a table by hand", host: firewallHost("ufw-and-nft") },
  {
    check: "FW-03",
    rating: "warning",
    about: "iptables-legacy beside nftables",
    host: firewallHost("web", {
      files: { "/proc/net/ip_tables_names": "filter\n" },
      commands: {
        "iptables-legacy-save": { stdout: recorded("iptables.v4") },
        "ip6tables-legacy-save": "missing",
      },
    }),
  },
  { check: "FW-03", rating: "none", about: "nobody", host: firewallHost("castellan") },
  {
    check: "FW-03",
    rating: "unknown",
    about: "nft hangs",
    host: firewallHost("web", { commands: { "nft -j list ruleset": "hang" } }),
  },

  {
    check: "FW-04",
    rating: "passed",
    about: "loopback and established are accepted",
    host: firewallHost("web"),
  },
  { check: "FW-04", rating: "passed", about: "as ufw accepts them", host: firewallHost("ufw") },
  { check: "FW-04", rating: "warning", about: "neither is", host: firewallHost("nolo") },
  { check: "FW-04", rating: "none", about: "nothing is filtered", host: firewallHost("none") },
  {
    check: "FW-04",
    rating: "unknown",
    about: "a mark decides",
    host: firewallHost("marks", {
      commands: {
        "nft -j list ruleset": {
          stdout: recorded("marks.json").replace('"established", "related"', '"related"'),
        },
      },
    }),
  },

  {
    check: "FW-05",
    rating: "passed",
    about: "nftables.service loads what runs",
    host: firewallHost("web", { enabled: ["nftables.service"], files: { "/etc/nftables.conf": WEB_FILE } }),
  },
  {
    check: "FW-05",
    rating: "passed",
    about: "ufw is enabled",
    host: firewallHost("ufw", {
      enabled: ["ufw.service"],
      files: { "/etc/ufw/ufw.conf": recorded("ufw.conf") },
    }),
  },
  {
    check: "FW-05",
    rating: "passed",
    about: "castellan's unit is enabled",
    host: firewallHost("own", {
      enabled: ["castellan-firewall.service"],
      files: { "/etc/castellan/input.nft": OWN },
    }),
  },
  {
    check: "FW-05",
    rating: "warning",
    about: "the file has other rules than those that run",
    host: firewallHost("web", {
      enabled: ["nftables.service"],
      files: { "/etc/nftables.conf": "#!/usr/sbin/nft -f\nflush ruleset\n" },
    }),
  },
  {
    check: "FW-05",
    rating: "critical",
    about: "nftables.service is not enabled",
    host: firewallHost("web", { files: { "/etc/nftables.conf": WEB_FILE } }),
  },
  {
    check: "FW-05",
    rating: "critical",
    about: "ufw runs, but is switched off for the next boot",
    host: firewallHost("ufw", {
      enabled: ["ufw.service"],
      files: { "/etc/ufw/ufw.conf": recorded("ufw.conf").replace("=yes", "=no") },
    }),
  },
  {
    check: "FW-05",
    rating: "critical",
    about: "rules of iptables that nobody saves",
    host: firewallHost("iptables"),
  },
  { check: "FW-05", rating: "none", about: "no firewall at all", host: firewallHost("none") },
  {
    check: "FW-05",
    rating: "unknown",
    about: "/etc/nftables.conf may not be read",
    host: firewallHost("web", { files: { "/etc/nftables.conf": { text: "", fault: "denied" } } }),
  },

  {
    check: "FW-06",
    rating: "passed",
    about: "SSH, a web server and a local database",
    host: firewallHost("none"),
  },
  {
    check: "FW-06",
    rating: "passed",
    about: "a public database behind a closed port",
    host: firewallHost("web", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:5432", "postgres"]) }),
  },
  {
    check: "FW-06",
    rating: "warning",
    about: "a program that nobody expects",
    host: firewallHost("none", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:4444", "nc"]) }),
  },
  {
    check: "FW-06",
    rating: "warning",
    about: "a database on a private address",
    host: firewallHost("none", { ss: WEB_HOST + sockets(["tcp", "10.0.0.5:3306", "mariadbd"]) }),
  },
  {
    check: "FW-06",
    rating: "critical",
    about: "Redis on every address, no firewall",
    host: firewallHost("none", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:6379", "redis-server"]) }),
  },
  {
    check: "FW-06",
    rating: "critical",
    about: "memcached over UDP",
    host: firewallHost("castellan", { ss: WEB_HOST + sockets(["udp", "0.0.0.0:11211", "memcached"]) }),
  },
  {
    check: "FW-06",
    rating: "unknown",
    about: "ss is not installed",
    host: firewallHost("none", { ss: "missing" }),
  },
  {
    check: "FW-06",
    rating: "unknown",
    about: "whether it is open cannot be told",
    host: firewallHost("marks", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:4444", "nc"]) }),
  },

  { check: "FW-08", rating: "passed", about: "drops are logged with a limit", host: firewallHost("web") },
  { check: "FW-08", rating: "passed", about: "as ufw logs them", host: firewallHost("ufw") },
  { check: "FW-08", rating: "warning", about: "nothing is logged", host: firewallHost("unlogged") },
  { check: "FW-08", rating: "warning", about: "a log without a limit", host: firewallHost("unlimited") },
  { check: "FW-08", rating: "none", about: "nothing is dropped", host: firewallHost("none") },
  {
    check: "FW-08",
    rating: "unknown",
    about: "nft hangs",
    host: firewallHost("web", { commands: { "nft -j list ruleset": "hang" } }),
  },
];
