import { INPUT_UNIT } from "../../changes/own/input-policy.ts";
import type { NftTable } from "../../firewall/inbound-nft-tables.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { FIREWALL_BOOT, type FirewallBoot, RULES } from "../facts/firewall.ts";
import { type Manager, managersOf, tablesOf } from "../facts/firewall-managers.ts";
import { passed, warning } from "../verdict.ts";
import { closesByDefault } from "./firewall-policy.ts";
import { type Problem, weigh } from "./weigh.ts";

const oneManager = defineCheck({
  id: "FW-03",
  area: "firewall",
  title: "One program manages the firewall",
  why:
    "Two managers each see only their own rules: what one opens the other closes, and a reload of one can wipe the " +
    "rules of the other, so that nobody knows what is open.",
  remedy:
    "Decide for one and switch the other off: ufw disable; or systemctl disable --now firewalld; or systemctl disable " +
    "netfilter-persistent (never iptables -F while its policy is DROP: that shuts everybody out)",
  source: "CIS 4.3.2-3",
  gives: ["passed", "warning"],
  facts: [RULES],
  judge(rules) {
    const managers = managersOf(rules);
    const [first] = managers;
    if (first === undefined) return null;
    const evidence = [
      ...tablesOf(rules),
      ...managers.filter(({ name }) => name === "iptables-legacy").map(({ where }) => where),
    ];
    const names = managers.map(({ name }) => name).join(" and ");
    return managers.length > 1
      ? warning(`${names} both write rules`, evidence)
      : passed(`only ${names} writes rules`, evidence);
  },
});

/** How each manager's rules come back at boot: the unit that must be enabled, and what it loads. */
const UNIT_OF: Readonly<Record<Manager["name"], string>> = {
  ufw: "ufw.service",
  firewalld: "firewalld.service",
  csf: "csf.service",
  castellan: INPUT_UNIT,
  iptables: "netfilter-persistent.service",
  "iptables-legacy": "netfilter-persistent.service",
  nftables: "nftables.service",
};

const persistent = defineCheck({
  id: "FW-05",
  area: "firewall",
  title: "Firewall comes back at boot",
  why:
    "Rules live in the kernel's memory. If nothing loads them at boot, the first reboot (an update, a crash that " +
    "somebody provoked) leaves every port open, and nobody is told.",
  remedy:
    "(echo '#!/usr/sbin/nft -f'; echo flush ruleset; nft list table inet filter) > /etc/nftables.conf && nft -c -f " +
    "/etc/nftables.conf && systemctl enable nftables (your table's name). iptables: apt-get install " +
    "iptables-persistent; ufw: ufw enable; firewalld: systemctl enable firewalld",
  source: "CIS 4.3.9-10",
  gives: ["passed", "warning", "critical"],
  facts: [RULES, FIREWALL_BOOT],
  judge(rules, boot) {
    const managers = managersOf(rules);
    if (managers.length === 0) return null;
    const findings = managers.map((manager) => bootProblem(manager, rules.tables, boot));
    return weigh(
      findings.flatMap(({ problem }) => problem ?? []),
      { summary: "the rules are loaded at boot", evidence: findings.map(({ line }) => line) },
    );
  },
  fix(rules, boot): Fix | null {
    const units = managersOf(rules).flatMap((manager) => {
      const { problem } = bootProblem(manager, rules.tables, boot);
      return problem?.mendable === true ? [UNIT_OF[manager.name]] : [];
    });
    if (units.length === 0) return null;
    return {
      via: "change",
      draft: {
        kind: "firewall.boot",
        title: "Load the firewall at boot",
        reason: "without it the next reboot leaves every port open",
        units: units.map((name) => ({ name, enabled: true })),
        services: [],
      },
    };
  },
});

interface BootProblem extends Problem {
  readonly mendable: boolean;
}

interface BootFinding {
  readonly line: string;
  readonly problem?: BootProblem;
}

function bootProblem(manager: Manager, tables: readonly NftTable[], boot: FirewallBoot): BootFinding {
  const { name, where } = manager;
  const unit = UNIT_OF[name];
  if (name === "ufw" && boot.ufw !== true) {
    const evidence = `${where}: /etc/ufw/ufw.conf does not say ENABLED=yes`;
    return found("critical", evidence, "ufw is loaded, but switched off for the next boot");
  }
  const missing = missingTables(name, tables, boot);
  const hasRules = missing.length === 0 && !(name.startsWith("iptables") && !boot.savedRules);
  if (!boot.enabled.has(unit) || boot.masked.has(unit)) {
    const others = BY_UNIT_ONLY.has(name) ? [] : otherLoaders(boot);
    const evidence = [`${where}: ${unit} is not enabled`, ...others].join("; ");
    if (others.length > 0)
      return found("unknown", evidence, `whether the rules of ${name} come back at boot`);
    const isMendable = hasRules && !boot.masked.has(unit);
    return found("critical", evidence, `the rules of ${name} are gone after a reboot`, isMendable);
  }
  if (missing.length > 0) {
    const evidence = `/etc/nftables.conf does not have ${missing.join(", ")}`;
    return found("warning", evidence, "running rules are not those of /etc/nftables.conf");
  }
  if (hasRules) return { line: `${where}: ${unit} is enabled` };
  return found(
    "critical",
    `${unit} is enabled, but there is no /etc/iptables/rules.v4`,
    "no saved rules to load at boot",
  );
}

function found(rating: BootProblem["rating"], evidence: string, what: string, mendable = false): BootFinding {
  return { line: evidence, problem: { rating, what, evidence, mendable } };
}

/** Nothing but their own unit brings these back. */
const BY_UNIT_ONLY: ReadonlySet<Manager["name"]> = new Set(["ufw", "firewalld", "csf", "castellan"]);
const FIREWALL_UNIT = /firewall|ip6?tables|nftables|netfilter|shorewall|ferm|firehol|fwbuilder/;

/** What may load rules at boot besides the usual unit: what it loads only a person can tell. */
function otherLoaders({ enabled, masked, scripts }: FirewallBoot): string[] {
  const usual = new Set(Object.values(UNIT_OF));
  const units = [...enabled].filter(
    (unit) => FIREWALL_UNIT.test(unit) && !usual.has(unit) && !masked.has(unit),
  );
  return [...units.map((unit) => `${unit} is enabled`), ...scripts];
}

/** Tables that run, but that nftables.service would not load. */
function missingTables(name: Manager["name"], tables: readonly NftTable[], boot: FirewallBoot): string[] {
  if (name !== "nftables") return [];
  return tables
    .filter((table) =>
      managersOf({ tables: [table], legacy: new Map() }).some((manager) => manager.name === "nftables"),
    )
    .filter((table) => !mentions(boot.nftablesFile ?? "", table))
    .map((table) => `table ${table.family} ${table.name}`);
}

/** `table inet filter`, and `table filter` for IPv4. */
function mentions(text: string, { family, name }: NftTable): boolean {
  const words = family === "ip" ? `(?:ip\\s+)?` : `${family}\\s+`;
  return new RegExp(`\\btable\\s+${words}${name.replace(/[^\w-]/g, ".")}(?![\\w-])`).test(text);
}

const logging = defineCheck({
  id: "FW-08",
  area: "firewall",
  title: "Dropped packets are logged",
  why:
    "Without a line in the log a scan before an attack, and a customer's service that the firewall breaks, both go " +
    "unseen. Without a limit whoever sends packets fills the disk.",
  remedy:
    'nft add rule inet filter input limit rate 5/minute log prefix \\"drop: \\" (the same line as last of the input chain ' +
    "in /etc/nftables.conf); ufw: ufw logging on; firewalld: firewall-cmd --set-log-denied=all",
  source: "Lynis FIRE-4586",
  gives: ["passed", "warning"],
  // The rules of others stay theirs, and castellan's own policy always logs.
  facts: [RULES],
  judge(rules) {
    if (closesByDefault(rules.filter, 4) === false) return null;
    const logs = rules.tables.flatMap(logRules);
    const saved = [...rules.legacy.values()].flatMap((legacy) =>
      [...(legacy.tables.get("filter")?.values() ?? [])].flatMap((chain) =>
        chain.rules.filter((words) => words.includes("LOG")),
      ),
    );
    const limited =
      logs.filter(({ hasLimit }) => hasLimit).length +
      saved.filter((words) => words.includes("--limit")).length;
    const all = logs.length + saved.length;
    const evidence = logs.map(
      ({ where, hasLimit }) => `${where}: log ${hasLimit ? "with" : "without"} a limit`,
    );
    if (all === 0) return warning("what is dropped is not logged", ["no log rule in any table"]);
    if (limited === 0) return warning("drops are logged without a limit", evidence);
    return passed("what is dropped is logged, with a limit", evidence);
  },
});

function logRules(table: NftTable): { where: string; hasLimit: boolean }[] {
  return [...table.chains].flatMap(([name, { rules }]) =>
    rules.flatMap((rule) => {
      const isLog = rule.some(
        (expression) => "log" in expression || isXt(expression["xt"], ["LOG", "NFLOG"]),
      );
      const hasLimit = rule.some(
        (expression) => "limit" in expression || isXt(expression["xt"], ["limit", "hashlimit"]),
      );
      return isLog ? [{ where: `table ${table.family} ${table.name}, chain ${name}`, hasLimit }] : [];
    }),
  );
}

function isXt(xt: unknown, names: readonly string[]): boolean {
  const { name } = (xt ?? {}) as { name?: string };
  return name !== undefined && names.includes(name);
}

export const UPKEEP_CHECKS: readonly Check[] = [oneManager, persistent, logging];
