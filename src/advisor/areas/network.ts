import { isSysctlKey, sysctlDraft } from "../../changes/own/sysctl.ts";
import { modprobeDraft } from "../../changes/own/system.ts";
import { type Check, defineCheck } from "../check.ts";
import {
  FORWARDING_NEEDS,
  NETWORK_SETTINGS,
  type NetworkSettings,
  OWN_MODPROBE,
  OWN_SYSCTL,
  RARE_PROTOCOL_STATES,
} from "../facts/network.ts";
import { passed, warning } from "../verdict.ts";
import { type Problem, weigh } from "./weigh.ts";

/** What one setting of an interface should be, and how the kernel joins it with `all` (ip-sysctl). */
interface Rule {
  readonly family: 4 | 6;
  readonly name: string;
  readonly wanted: string;
  readonly fits: (value: number) => boolean;
  /** The value in force on an interface. */
  readonly join: (all: number, own: number, forwards: boolean) => number;
  readonly rating: "warning" | "critical";
}

const either = (all: number, own: number): number => (all === 1 || own === 1 ? 1 : 0);
const both = (all: number, own: number): number => (all === 1 && own === 1 ? 1 : 0);
const redirects = (all: number, value: number, forwards: boolean): number =>
  forwards ? both(all, value) : either(all, value);
const larger = (all: number, value: number): number => Math.max(all, value);
const own = (_all: number, value: number): number => value;
const off = (value: number): boolean => value <= 0;
const on = (value: number): boolean => value >= 1;

const RULES: readonly Rule[] = [
  { family: 4, name: "accept_source_route", wanted: "0", fits: off, join: both, rating: "critical" },
  { family: 4, name: "accept_redirects", wanted: "0", fits: off, join: redirects, rating: "warning" },
  { family: 4, name: "send_redirects", wanted: "0", fits: off, join: either, rating: "warning" },
  { family: 4, name: "rp_filter", wanted: "1", fits: on, join: larger, rating: "warning" },
  { family: 4, name: "log_martians", wanted: "1", fits: on, join: either, rating: "warning" },
  { family: 6, name: "accept_redirects", wanted: "0", fits: off, join: own, rating: "warning" },
  { family: 6, name: "accept_source_route", wanted: "0", fits: off, join: own, rating: "warning" },
];
const SINGLE: readonly {
  readonly key: string;
  readonly wanted: string;
  readonly fits: (value: number) => boolean;
}[] = [
  { key: "net.ipv4.tcp_syncookies", wanted: "1", fits: on },
  { key: "net.ipv4.icmp_echo_ignore_broadcasts", wanted: "1", fits: on },
  { key: "net.ipv4.icmp_ignore_bogus_error_responses", wanted: "1", fits: on },
];

/** A setting in force that is not as it should be, and what to set so that it is. */
interface Deviation extends Problem {
  readonly set: Readonly<Record<string, string>>;
}

function deviationsOf(settings: NetworkSettings): Deviation[] {
  const groups = ["default", ...settings.interfaces];
  const single = SINGLE.flatMap(({ key, wanted, fits }) => {
    const value = settings.values.get(key);
    return value === undefined || fits(Number(value))
      ? []
      : [deviation("warning", key, value, { [key]: wanted })];
  });
  return [
    ...RULES.flatMap((rule) => groups.flatMap((group) => deviationAt(settings, rule, group))),
    ...single,
  ];
}

function deviationAt({ values }: NetworkSettings, rule: Rule, group: string): Deviation[] {
  if (rule.family === 6 && values.get("net.ipv6.conf.all.disable_ipv6") === "1") return [];
  const prefix = `net.ipv${rule.family}.conf`;
  const all = values.get(`${prefix}.all.${rule.name}`);
  const key = `${prefix}.${group.replaceAll(".", "/")}.${rule.name}`;
  const value = values.get(key);
  if (all === undefined || value === undefined) return [];
  const forwards = values.get("net.ipv4.ip_forward") === "1";
  if (rule.fits(rule.join(Number(all), Number(value), forwards))) return [];
  // An address that is made later begins with the default: it harms nobody yet.
  const rating = group === "default" ? "warning" : rule.rating;
  const set = { [`${prefix}.all.${rule.name}`]: rule.wanted, [key]: rule.wanted };
  return [deviation(rating, key, value, set, all)];
}

function deviation(
  rating: "warning" | "critical",
  key: string,
  value: string,
  set: Readonly<Record<string, string>>,
  all?: string,
): Deviation {
  const path = `/proc/sys/${key.replaceAll(".", "\0").replaceAll("/", ".").replaceAll("\0", "/")}`;
  const beside = all === undefined ? "" : ` (all: ${all})`;
  return { rating, what: `${key} is ${value}`, evidence: `${path}: ${value}${beside}`, set };
}

const settings = defineCheck({
  id: "NET-01",
  area: "network",
  title: "Network settings of the kernel",
  why:
    "Redirects and source routes let somebody in the same network send this host's traffic past himself; without a " +
    "reverse path filter packets with a forged sender are taken for genuine.",
  remedy:
    "A line for each key named into /etc/sysctl.d/60-network.conf (net.ipv4.conf.all.accept_redirects = 0; rp_filter, " +
    "log_martians and tcp_syncookies = 1), then: sysctl --system",
  source: "CIS 3.3, Lynis KRNL-6000",
  gives: ["passed", "warning", "critical"],
  facts: [NETWORK_SETTINGS, OWN_SYSCTL],
  judge(network) {
    return weigh(deviationsOf(network), {
      summary: "no redirects, no source routes, forged senders are dropped",
      evidence: [`looked at: all, default, ${network.interfaces.join(", ")}`],
    });
  },
  fix(network, present) {
    if (present === undefined) return null;
    const wanted = Object.assign({}, ...deviationsOf(network).map(({ set }) => set)) as Record<
      string,
      string
    >;
    const writable = Object.fromEntries(Object.entries(wanted).filter(([key]) => isSysctlKey(key)));
    if (Object.keys(writable).length === 0) return null;
    const about = { title: "Refuse redirects, source routes and forged senders", reason: "CIS 3.3" };
    return { via: "change", draft: sysctlDraft(present, writable, about) };
  },
});

const forwarding = defineCheck({
  id: "NET-02",
  area: "network",
  title: "Packets are not forwarded needlessly",
  why: "A host that forwards is a way around the firewall of its network: whoever reaches it reaches what is behind it.",
  remedy:
    "net.ipv4.ip_forward = 0 and net.ipv6.conf.all.forwarding = 0 in /etc/sysctl.d/60-network.conf (and out of the file " +
    "that sets them: grep -r forward /etc/sysctl.conf /etc/sysctl.d), then: sysctl --system",
  source: "CIS 3.3.1",
  gives: ["passed", "warning"],
  facts: [NETWORK_SETTINGS, FORWARDING_NEEDS, OWN_SYSCTL],
  judge({ values }, needs) {
    const active = activeForwarding(values);
    const evidence = FORWARDING.map((key) => `${key} = ${values.get(key) ?? "not there"}`);
    if (active.length === 0) return passed("packets are not forwarded", evidence);
    if (needs.length > 0)
      return passed(`forwards for ${needs.slice(0, 3).join(", ")}`, [
        ...evidence,
        `interfaces: ${needs.join(", ")}`,
      ]);
    return warning("packets are forwarded, but no guest or tunnel needs it", [
      ...evidence,
      "no such interface in /proc/net/dev",
    ]);
  },
  fix({ values }, needs, present) {
    const active = activeForwarding(values);
    if (active.length === 0 || needs.length > 0 || present === undefined) return null;
    const wanted = Object.fromEntries(active.map((key) => [key, "0"]));
    const about = { title: "Stop forwarding packets", reason: "no container, guest or tunnel needs it" };
    return { via: "change", draft: sysctlDraft(present, wanted, about) };
  },
});

const FORWARDING = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"] as const;

function activeForwarding(values: ReadonlyMap<string, string>): string[] {
  return FORWARDING.filter((key) => Number(values.get(key) ?? "0") > 0);
}

const protocols = defineCheck({
  id: "NET-03",
  area: "network",
  title: "Rare network protocols are off",
  why:
    "Any user, also a customer's PHP, makes the kernel load DCCP, RDS, SCTP or TIPC by opening a socket; their code had " +
    "several holes that gave root (CVE-2017-6074, CVE-2010-3904, CVE-2021-43267).",
  remedy:
    "printf 'install %s /bin/false\\n' dccp rds sctp tipc > /etc/modprobe.d/rare-protocols.conf; what is loaded goes " +
    "with: modprobe -r NAME",
  source: "CIS 3.2, Lynis NETW-3200",
  gives: ["passed", "warning"],
  facts: [RARE_PROTOCOL_STATES, OWN_MODPROBE],
  judge(found) {
    const problems = found
      .filter(({ state }) => state === "loaded" || state === "loadable")
      .map(
        ({ name, state, evidence }): Problem => ({
          rating: "warning",
          what: state === "loaded" ? `${name} is loaded` : `${name} can be loaded by anybody`,
          evidence,
        }),
      );
    return weigh(problems, {
      summary: "dccp, rds, sctp and tipc cannot be loaded",
      evidence: found.map(({ evidence }) => evidence),
    });
  },
  fix(found, present) {
    const modules = found.filter(({ state }) => state === "loadable").map(({ name }) => name);
    if (modules.length === 0 || present === undefined) return null;
    const about = {
      title: "Keep rare network protocols from being loaded",
      reason: "nobody here speaks them",
    };
    return { via: "change", draft: modprobeDraft(present, modules, about) };
  },
});

export const NETWORK_CHECKS: readonly Check[] = [settings, forwarding, protocols];
