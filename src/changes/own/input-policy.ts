import { CastellanError } from "../../errors.ts";
import type { ChangeDraft, DraftFile } from "../change.ts";
import { OWN_FILES } from "./paths.ts";
import { type About, header } from "./settings.ts";

/** castellan's input policy: a table of its own beside `inet castellan`, which holds the lockouts. */
export const INPUT_TABLE = "inet castellan_input";
export const INPUT_UNIT = "castellan-firewall.service";

/** What may come in from outside; all else is dropped. */
export interface InputPolicy {
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  /** Where sshd listens; never left out, whatever `tcpPorts` say. */
  readonly sshPorts: readonly number[];
  /** A few lines a minute in the kernel's log for what is dropped. */
  readonly logDrops: boolean;
  /** Whether systemd loads it at boot; yes unless told. */
  readonly bootUnit?: boolean;
}

/** What a rules file of ours accepts; null: it is not of our making. */
export interface ReadPolicy {
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  readonly logDrops: boolean;
}

/** Most ports of one protocol: who needs more has no policy. */
const MOST_PORTS = 500;

/**
 * Drops what comes in unless it is named, rolled back by itself unless confirmed.
 * @throws CastellanError `invalid_input` for no ssh port, or a port that is none
 */
export function inputPolicyDraft(policy: InputPolicy, about: About): ChangeDraft {
  const { bootUnit = true } = policy;
  const unit: DraftFile = { path: OWN_FILES.inputUnit, content: UNIT };
  return {
    kind: "firewall.input",
    ...about,
    files: [{ path: OWN_FILES.inputRules, content: inputRules(policy) }, ...(bootUnit ? [unit] : [])],
    ...(bootUnit ? { units: [{ name: INPUT_UNIT, enabled: true, active: true }] } : {}),
    services: bootUnit ? ["systemd", "nftables"] : ["nftables"],
    confirmSeconds: 120,
    expect: {
      "nftables:policy": "drop",
      ...Object.fromEntries(ports(policy.sshPorts).map((port) => [`nftables:tcp:${port}`, "accept"])),
    },
  };
}

/** The rules as nft(8) loads them, in one transaction that replaces the table whether it is there or not. */
export function inputRules(policy: InputPolicy): string {
  const { sshPorts, logDrops } = policy;
  if (sshPorts.length === 0) {
    throw new CastellanError(
      "invalid_input",
      "an input policy without an ssh port would shut everybody out",
      "name the ports where sshd listens",
    );
  }
  const accepted = {
    tcpPorts: ports([...policy.tcpPorts, ...sshPorts]),
    udpPorts: ports(policy.udpPorts),
    logDrops,
  };
  const text = format(accepted);
  if (JSON.stringify(readInputRules(text)) !== JSON.stringify(accepted)) {
    throw new CastellanError("invalid_input", "these rules would be read as something else than was meant");
  }
  return text;
}

/** Reads rules of our own making back; null when anything in them is not. */
export function readInputRules(text: string): ReadPolicy | null {
  const policy: ReadPolicy = {
    tcpPorts: portsOf(text, "tcp"),
    udpPorts: portsOf(text, "udp"),
    logDrops: text.includes(LOG),
  };
  return format(policy) === text ? policy : null;
}

const LOG = 'limit rate 5/minute burst 10 packets log prefix "castellan drop: " level info';

function format({ tcpPorts, udpPorts, logDrops }: ReadPolicy): string {
  const rules = [
    'iifname "lo" accept',
    "ct state established,related accept",
    "ct state invalid drop",
    "# what IPv4 and IPv6 themselves need (RFC 4890): path MTU, neighbours, routers, groups",
    "icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept",
    "icmpv6 type { echo-request, destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept",
    "icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
    "icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } ip6 saddr fe80::/10 accept",
    "# answers of DHCP servers",
    "udp sport 67 udp dport 68 accept",
    "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept",
    ...portRule("tcp", tcpPorts),
    ...portRule("udp", udpPorts),
    ...(logDrops ? [LOG] : []),
  ];
  return `${header("#")}
add table ${INPUT_TABLE}
delete table ${INPUT_TABLE}
table ${INPUT_TABLE} {
  chain input {
    type filter hook input priority filter; policy drop;
${rules.map((rule) => `    ${rule}\n`).join("")}  }
}
`;
}

function portRule(protocol: "tcp" | "udp", list: readonly number[]): string[] {
  return list.length === 0 ? [] : [`${protocol} dport { ${list.join(", ")} } accept`];
}

function portsOf(text: string, protocol: "tcp" | "udp"): number[] {
  const list = new RegExp(`^    ${protocol} dport \\{ ([0-9, ]+) \\} accept$`, "m").exec(text)?.[1];
  return list === undefined ? [] : list.split(", ").map(Number);
}

/** Sorted, each once. */
function ports(list: readonly number[]): number[] {
  const wrong = list.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (wrong !== undefined) throw new CastellanError("invalid_input", `${wrong} is no port`, "1 to 65535");
  const sorted = [...new Set(list)].sort((a, b) => a - b);
  if (sorted.length <= MOST_PORTS) return sorted;
  throw new CastellanError("invalid_input", `${sorted.length} ports are no policy`, `at most ${MOST_PORTS}`);
}

/**
 * Loads the rules before the network is up. nftables.service flushes all tables when it starts, stops or reloads: ours
 * comes after it and is loaded again with it.
 */
const UNIT = `${header("#")}
[Unit]
Description=castellan: what may come in
Documentation=man:nft(8)
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=local-fs.target nftables.service
Conflicts=shutdown.target
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
ConditionPathExists=${OWN_FILES.inputRules}

[Service]
Type=oneshot
RemainAfterExit=yes
ProtectSystem=full
ProtectHome=true
ExecStart=/usr/sbin/nft -f ${OWN_FILES.inputRules}
ExecReload=/usr/sbin/nft -f ${OWN_FILES.inputRules}
ExecStop=-/usr/sbin/nft delete table ${INPUT_TABLE}

[Install]
WantedBy=sysinit.target nftables.service
`;
