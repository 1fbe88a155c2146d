import { CastellanError } from "../../errors.ts";
import { type InboundRules, readInboundRules } from "../../firewall/inbound-read.ts";
import type { AdvisedHost } from "../fact.ts";
import { defineFact } from "../fact.ts";
import { UNITS } from "./system-units.ts";

/** The packet filter: rules in force, and what they let in. */
export const RULES = defineFact("firewall rules", readRules, 5_000);

async function readRules(host: AdvisedHost): Promise<InboundRules> {
  // Where the kernel has no old tables, the old program need not be asked.
  const inUse = await Promise.all(
    ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"].map(
      async (path) => ((await host.text(path)) ?? "").trim() !== "",
    ),
  );
  return await readInboundRules(async (command) => {
    if (command.file.endsWith("-legacy-save") && !inUse[command.file.includes("ip6tables") ? 1 : 0]) {
      throw new CastellanError("command_missing", "no tables of iptables-legacy are in use");
    }
    const result = await host.run(command);
    if (command.file.endsWith("-legacy-save") && (result.exitCode !== 0 || result.stdout.trim() === "")) {
      throw new CastellanError(
        "command_failed",
        `${command.file} does not tell the tables that the kernel holds`,
      );
    }
    return result;
  });
}

/** Addresses of this host that the whole internet can reach. */
export interface OwnAddresses {
  readonly publicV4: readonly string[];
  readonly globalV6: readonly string[];
}

/** The kernel's own tables: proc_pid_net(5). */
export const OWN_ADDRESSES = defineFact("addresses of this host", async (host): Promise<OwnAddresses> => {
  const [trie, inet6] = await Promise.all([host.text("/proc/net/fib_trie"), host.text("/proc/net/if_inet6")]);
  if (trie === null)
    throw new Error("/proc/net/fib_trie is not there: the addresses of this host are not known");
  return { publicV4: localV4(trie).filter(isPublicV4), globalV6: globalV6(inet6 ?? "") };
});

/** `|-- 203.0.113.7` followed by `/32 host LOCAL`. */
function localV4(trie: string): string[] {
  const found = [...trie.matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g)];
  return [...new Set(found.map(([, address = ""]) => address))];
}

/** Not private, shared, link-local or loopback (RFC 6890). */
export function isPublicV4(address: string): boolean {
  return !/^(0|10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
    address,
  );
}

/** Lines of `address index prefix scope flags name`; 2000::/3 is what the internet routes. */
function globalV6(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [hex = "", , , scope] = line.trim().split(/\s+/);
    return scope === "00" && /^[23]/.test(hex) ? [(hex.match(/.{4}/g) ?? []).join(":")] : [];
  });
}

/** What brings the rules back at boot. */
export interface FirewallBoot {
  readonly enabled: ReadonlySet<string>;
  readonly masked: ReadonlySet<string>;
  /** /etc/ufw/ufw.conf says ENABLED=yes; null: ufw is not installed. */
  readonly ufw: boolean | null;
  /** /etc/nftables.conf and the files that it includes, as one text; null: there is none. */
  readonly nftablesFile: string | null;
  /** /etc/iptables/rules.v4 is there. */
  readonly savedRules: boolean;
  /** Lines of boot scripts that call nft or iptables: `/etc/rc.local:3: iptables-restore < /etc/rules`. */
  readonly scripts: readonly string[];
}

export const FIREWALL_BOOT = defineFact("firewall at boot", async (host): Promise<FirewallBoot> => {
  const [units, ufw, saved, nftables, scripts] = await Promise.all([
    host.fact(UNITS),
    host.text("/etc/ufw/ufw.conf"),
    host.stat("/etc/iptables/rules.v4"),
    readNftablesFile(host, "/etc/nftables.conf"),
    readBootScripts(host),
  ]);
  return {
    enabled: units.enabled,
    masked: units.masked,
    ufw: ufw === null ? null : /^ENABLED=["']?yes/m.test(ufw),
    nftablesFile: nftables,
    savedRules: saved !== null,
    scripts,
  };
});

/** interfaces(5), its folders, and rc.local. */
async function readBootScripts(host: AdvisedHost): Promise<string[]> {
  const folders = ["interfaces.d", "if-pre-up.d", "if-up.d"].map((name) => `/etc/network/${name}`);
  const inside = await Promise.all(
    folders.map(async (folder) => ((await host.list(folder)) ?? []).map((name) => `${folder}/${name}`)),
  );
  const paths = ["/etc/rc.local", "/etc/network/interfaces", ...inside.flat()];
  const found = await Promise.all(
    paths.map(async (path) =>
      ((await host.text(path)) ?? "")
        .split("\n")
        .flatMap((line, index) =>
          /^[^#]*\b(nft|ip6?tables(-(nft|legacy))?(-restore)?)\s/.test(line)
            ? [`${path}:${index + 1}: ${line.trim()}`]
            : [],
        ),
    ),
  );
  return found.flat();
}

/** With what it includes (nft(8), INCLUDE FILES), one level deep; comments left out. */
async function readNftablesFile(host: AdvisedHost, path: string): Promise<string | null> {
  const text = await host.text(path);
  if (text === null) return null;
  const bare = withoutComments(text);
  const includes = [...bare.matchAll(/^\s*include\s+"([^"]+)"/gm)].map(([, target = ""]) => target);
  const inner = await Promise.all(includes.map((target) => readIncluded(host, target)));
  return [bare, ...inner].join("\n");
}

async function readIncluded(host: AdvisedHost, target: string): Promise<string> {
  const path = target.startsWith("/") ? target : `/etc/${target}`;
  const folder = path.slice(0, path.lastIndexOf("/"));
  const pattern = path.slice(folder.length + 1);
  const names = pattern.includes("*") ? ((await host.list(folder)) ?? []) : [pattern];
  const [start = "", end = ""] = pattern.split("*");
  const fitting = names.filter(
    (name) => !pattern.includes("*") || (name.startsWith(start) && name.endsWith(end)),
  );
  const texts = await Promise.all(fitting.map((name) => host.text(`${folder}/${name}`)));
  return texts.map((text) => withoutComments(text ?? "")).join("\n");
}

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, "");
}
