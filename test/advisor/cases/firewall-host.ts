import { existsSync, readFileSync } from "node:fs";
import type { FixtureAnswer, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";

const FOLDER = new URL("../fixtures/firewall/", import.meta.url);

export function recorded(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

/** Lines of `ss -H -tulpn` as iproute2 prints them. */
export function sockets(
  ...lines: readonly (readonly [protocol: string, local: string, process: string])[]
): string {
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

export const WEB_HOST = sockets(
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
