import { inputRules } from "../../../src/changes/own/input-policy.ts";
import type { CheckCase, FixtureAnswer } from "../../support/advised-host.ts";
import { firewallHost, recorded } from "./firewall-host.ts";

const NOT_ROOT: FixtureAnswer = {
  exitCode: 1,
  stderr:
    "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n",
};
const HEX = "20010db8000000000000000000000010 03 40 00 82     eth0\n";
const WEB_FILE = recorded("web.nft");
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
  {
    check: "FW-05",
    rating: "unknown",
    about: "a unit of somebody's own may load them",
    host: firewallHost("iptables", { enabled: ["shorewall.service"] }),
  },
  {
    check: "FW-05",
    rating: "unknown",
    about: "a script of interfaces(5) loads some",
    host: firewallHost("web", {
      files: {
        "/etc/nftables.conf": WEB_FILE,
        "/etc/network/if-pre-up.d/firewall": "#!/bin/sh\n# nft by hand\nnft -f /etc/firewall.nft\n",
      },
    }),
  },
  {
    check: "FW-05",
    rating: "critical",
    about: "the script only speaks of it",
    host: firewallHost("web", {
      files: {
        "/etc/nftables.conf": WEB_FILE,
        "/etc/network/if-pre-up.d/firewall": "#!/bin/sh\n# nft by hand\nexit 0\n",
      },
    }),
  },
  { check: "FW-05", rating: "none", about: "no firewall at all", host: firewallHost("none") },
  {
    check: "FW-05",
    rating: "unknown",
    about: "/etc/nftables.conf may not be read",
    host: firewallHost("web", { files: { "/etc/nftables.conf": { text: "", fault: "denied" } } }),
  },
];
