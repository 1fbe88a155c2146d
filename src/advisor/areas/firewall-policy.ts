import { inputPolicyDraft } from "../../changes/own/input-policy.ts";
import type { InboundFilter } from "../../firewall/inbound.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { OWN_ADDRESSES, RULES } from "../facts/firewall.ts";
import { type Manager, managersOf, tablesOf } from "../facts/firewall-managers.ts";
import { OPEN_PORTS, type OpenPorts } from "../facts/firewall-ports.ts";
import type { Verdict } from "../rating.ts";
import { critical, passed, unknown, warning } from "../verdict.ts";

/** Ports that nobody serves: a policy that closes what was not asked for closes these. */
const UNASKED = [7, 1_011, 7_919, 28_411, 61_001] as const;

interface Sample {
  readonly open: readonly string[];
  readonly closed: readonly string[];
  readonly unclear: readonly string[];
}

/** What somebody from anywhere meets at ports that nobody serves. */
function sample(filter: InboundFilter, family: 4 | 6): Sample {
  const answers = (["tcp", "udp"] as const).flatMap((protocol) =>
    UNASKED.map((port) => ({
      text: `${protocol} ${port}`,
      verdict: filter.verdict({ protocol, port, family }),
    })),
  );
  const of = (wanted: string): string[] =>
    answers.flatMap(({ text, verdict }) => (verdict === wanted ? [text] : []));
  return { open: of("open"), closed: of("closed"), unclear: of("unclear") };
}

/** Whether the rules close what was not asked for; null: they cannot be followed. */
export function closesByDefault(filter: InboundFilter, family: 4 | 6): boolean | null {
  const { open, unclear } = sample(filter, family);
  if (open.length > 0) return false;
  return unclear.length > 0 ? null : true;
}

const activeFilter = defineCheck({
  id: "FW-01",
  area: "firewall",
  title: "Incoming traffic is filtered",
  why:
    "Without a policy that drops, every port that any program opens is on the internet the moment it opens: a database " +
    "after an update, a debug server, a shell that an attacker started.",
  remedy:
    "ufw allow 22/tcp; ufw allow 80,443/tcp; and so for every port that ss -tulpn shows and that must stay open (your " +
    "SSH port first); then: ufw enable. With nftables the same in /etc/nftables.conf, in a chain of type filter hook " +
    "input with policy drop that accepts iif lo and ct state established,related; systemctl enable --now nftables",
  source: "CIS 4.3.4-8, Lynis FIRE-4512/4590",
  gives: ["passed", "warning", "critical"],
  facts: [RULES, OPEN_PORTS],
  judge(rules) {
    const { open, closed, unclear } = sample(rules.filter, 4);
    const managers = managersOf(rules);
    const seen = [...tablesOf(rules), ...ownTable(rules.tables.some(({ name }) => name === "castellan"))];
    if (open.length === 0 && unclear.length === 0) {
      return passed(`ports that were not named are closed${by(managers)}`, [
        ...seen,
        `closed: ${closed.join(", ")}`,
      ]);
    }
    if (open.length === 0)
      return unknown("the rules cannot be followed to their end", [...seen, ...told(unclear)]);
    if (managers.length === 0) {
      return critical("nothing filters what comes in", [
        ...(seen.length > 0 ? seen : ["nft list ruleset: no rules for input"]),
        `open: ${open.join(", ")}`,
      ]);
    }
    return warning("rules exist, but ports that were not named stay open", [
      ...seen,
      `open: ${open.join(", ")}`,
    ]);
  },
  fix: (rules, ports) => policyFix(managersOf(rules), ports, "Close what was not asked for"),
});

const ipv6Filter = defineCheck({
  id: "FW-02",
  area: "firewall",
  title: "IPv6 is filtered too",
  why:
    "Rules for IPv4 do not touch IPv6: whoever asks this host over its IPv6 address walks past them, and scanners find " +
    "such addresses in DNS and in certificates.",
  remedy:
    "nftables: write the rules in a table of family inet (both), or repeat them in one of ip6. ufw: IPV6=yes in " +
    "/etc/default/ufw, then: ufw disable && ufw enable. iptables: the same rules by ip6tables",
  source: "CIS 4.4.3",
  gives: ["passed", "critical"],
  facts: [RULES, OWN_ADDRESSES, OPEN_PORTS],
  judge(rules, { globalV6 }) {
    const [address] = globalV6;
    if (address === undefined) return null;
    const { open, unclear } = sample(rules.filter, 6);
    const evidence = [`/proc/net/if_inet6: ${address}`, ...tablesOf(rules)];
    if (open.length > 0)
      return critical("over IPv6, ports that were not named are open", [
        ...evidence,
        `open: ${open.join(", ")}`,
      ]);
    if (unclear.length > 0)
      return unknown("the rules for IPv6 cannot be followed", [...evidence, ...told(unclear)]);
    return passed("over IPv6, ports that were not named are closed", evidence);
  },
  fix: (rules, _addresses, ports) => policyFix(managersOf(rules), ports, "Filter IPv6 as well"),
});

const sanity = defineCheck({
  id: "FW-04",
  area: "firewall",
  title: "Loopback and answers come in",
  why:
    "A filter that drops the loopback or the answers to what the host itself asks breaks updates, name lookups and " +
    "databases, and sooner or later somebody switches it off.",
  remedy:
    "nft insert rule inet filter input ct state established,related accept; nft insert rule inet filter input iif lo " +
    "accept (your table and chain: nft list ruleset), and the same two first in the chain of /etc/nftables.conf",
  source: "CIS 4.3.6-7",
  gives: ["passed", "warning"],
  facts: [RULES],
  judge({ filter, loopback, answers }): Verdict | null {
    if (closesByDefault(filter, 4) === false && closesByDefault(filter, 6) === false) return null;
    const asked = [
      { what: "loopback traffic", answer: loopback },
      { what: "answers over IPv4", answer: answers[4] },
      { what: "answers over IPv6", answer: answers[6] },
    ];
    const lines = asked.map(
      ({ what, answer }) =>
        `${what}: ${answer === null ? "cannot be told" : answer ? "accepted" : "dropped"}`,
    );
    const dropped = asked.filter(({ answer }) => answer === false).map(({ what }) => what);
    if (dropped.length > 0) return warning(`the rules drop ${dropped.join(" and ")}`, lines);
    if (asked.some(({ answer }) => answer === null))
      return unknown("the rules cannot be followed to their end", lines);
    return passed("loopback and established connections are accepted", lines);
  },
});

function by([first]: readonly Manager[]): string {
  return first === undefined ? "" : ` (${first.name})`;
}

function told(unclear: readonly string[]): string[] {
  return [`cannot be told: ${unclear.join(", ")}`];
}

function ownTable(there: boolean): string[] {
  return there ? ["table inet castellan: drops locked addresses only, which is no policy"] : [];
}

/**
 * castellan's own policy, with everything open that is in use. Where somebody else already writes rules there would be
 * two managers: that is for a person to decide.
 */
export function policyFix(
  managers: readonly Manager[],
  ports: OpenPorts,
  title: string,
  close: readonly number[] = [],
): Fix | null {
  if (ports.listeners === null || managers.some(({ name }) => name !== "castellan")) return null;
  if (ports.ssh.length === 0) return null;
  const kept = ports.listeners.filter(({ port }) => ports.ssh.includes(port) || !close.includes(port));
  const of = (protocol: "tcp" | "udp", before: readonly number[] = []): number[] => [
    ...before.filter((port) => !close.includes(port)),
    ...kept.flatMap((listener) => (listener.protocol === protocol ? [listener.port] : [])),
  ];
  const tcpPorts = of("tcp", ports.policy?.tcpPorts);
  const udpPorts = of("udp", ports.policy?.udpPorts);
  const reason = `in use and kept open: ${[...new Set(kept.map(({ protocol, port }) => `${protocol} ${port}`))].join(", ")}`;
  return {
    via: "change",
    draft: inputPolicyDraft({ tcpPorts, udpPorts, sshPorts: ports.ssh, logDrops: true }, { title, reason }),
  };
}

export const POLICY_CHECKS: readonly Check[] = [activeFilter, ipv6Filter, sanity];
