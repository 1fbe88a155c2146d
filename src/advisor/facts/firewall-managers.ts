import type { NftTable } from "../../firewall/inbound-nft-tables.ts";
import type { InboundRules } from "../../firewall/inbound-read.ts";

/** Who writes rules for what comes in. */
export interface Manager {
  readonly name: "ufw" | "firewalld" | "csf" | "castellan" | "iptables" | "iptables-legacy" | "nftables";
  /** Where its rules are: `table inet filter`. */
  readonly where: string;
}

/** Tables that only drop addresses that were caught: they stand beside any policy. */
const BLOCKERS = /^(castellan|f2b-table|fail2ban|crowdsec6?|sshguard|blocklist)$/;
/** Tables of programs that forward for their guests. */
const GUESTS =
  /^(docker|docker-bridges|libvirt_network|lxd|incus|lxc|podman|netavark|kube-proxy|tailscale|wg-quick.*)$/;

/** Everybody whose rules decide about what comes in; castellan's table of locked addresses is none of them. */
export function managersOf({ tables, legacy }: Pick<InboundRules, "tables" | "legacy">): Manager[] {
  const found = [
    ...tables.flatMap(managerOfTable),
    ...[...legacy].flatMap(([family, saved]): Manager[] => {
      const chain = saved.tables.get("filter")?.get("INPUT");
      const used = chain !== undefined && (chain.policy === "drop" || chain.rules.length > 0);
      return used ? [{ name: "iptables-legacy", where: `IPv${family} filter INPUT (iptables-legacy)` }] : [];
    }),
  ];
  const names = new Set<string>();
  return found.filter(({ name }) => !names.has(name) && names.add(name));
}

/** Every table of one manager, for evidence. */
export function tablesOf(rules: Pick<InboundRules, "tables">): string[] {
  return rules.tables.flatMap((table) => managerOfTable(table).map(({ name, where }) => `${where}: ${name}`));
}

function managerOfTable(table: NftTable): Manager[] {
  const where = `table ${table.family} ${table.name}`;
  if (table.dormant || BLOCKERS.test(table.name) || GUESTS.test(table.name)) return [];
  if (!decides(table)) return [];
  if (table.name === "castellan_input") return [{ name: "castellan", where }];
  if (table.name === "firewalld") return [{ name: "firewalld", where }];
  const chains = [...table.chains.keys()];
  if (chains.some((name) => /^ufw6?-/.test(name))) return [{ name: "ufw", where }];
  if (chains.includes("LOCALINPUT")) return [{ name: "csf", where }];
  const byIptables = (table.family === "ip" || table.family === "ip6") && table.name === "filter";
  return [{ name: byIptables && chains.includes("INPUT") ? "iptables" : "nftables", where }];
}

/** Has a filter chain on input that does more than let through, fail2ban's own jumps left out. */
function decides(table: NftTable): boolean {
  return [...table.chains.values()].some(({ chain, rules }) => {
    if (chain["hook"] !== "input" || chain["type"] !== "filter") return false;
    if (chain["policy"] === "drop") return true;
    return rules.some((rule) => rule.some(isVerdict) && !rule.some(isJumpToBlocker));
  });
}

function isVerdict(expression: Readonly<Record<string, unknown>>): boolean {
  return ["accept", "drop", "reject", "jump", "goto", "vmap", "xt"].some((kind) => kind in expression);
}

function isJumpToBlocker({ jump }: Readonly<Record<string, unknown>>): boolean {
  const target = (jump as { target?: string } | undefined)?.target ?? "";
  return /^(f2b-|sshguard|DOCKER|CROWDSEC|LIBVIRT_)/.test(target);
}
