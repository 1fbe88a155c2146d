import { CastellanError, codeOf } from "../errors.ts";
import type { Family } from "../host/address.ts";
import type { CommandResult, RunCommand } from "../host/command.ts";
import type { InboundFilter, InboundPacket, ReadInboundFilter } from "./inbound.ts";
import { type BaseChain, inOrder, passes } from "./inbound-chains.ts";
import { compileSaved, legacyChains, parseSaved, type SavedTables, untracks } from "./inbound-iptables.ts";
import { compileNft, type ForeignRule, foreignFamilies } from "./inbound-nft.ts";
import { type NftTable, parseNftTables } from "./inbound-nft-tables.ts";
import { makeProbe, type Probe } from "./inbound-probe.ts";
import { type DeviceOf, readDevices } from "./inbound-route.ts";
import { every, type Tristate } from "./inbound-values.ts";
import { unavailable } from "./nft.ts";

/** `su` without `-` leaves a PATH without the folders of system programs. */
const FOLDERS = ["", "/usr/sbin/", "/sbin/"];
const LISTING_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/** The rules themselves, and what they do. */
export interface InboundRules {
  readonly tables: readonly NftTable[];
  /** Tables of iptables-legacy, by family; empty where none are in use. */
  readonly legacy: ReadonlyMap<Family, SavedTables>;
  readonly filter: InboundFilter;
  /** Whether the host may talk to itself over the loopback interface. */
  readonly loopback: Tristate;
  /** Whether answers to what the host itself asks come in, by family. */
  readonly answers: Readonly<Record<Family, Tristate>>;
}

/**
 * Reads all rules once: nftables, what iptables-nft wrote in words that only iptables knows, and iptables-legacy's own
 * tables. A packet is `open` when the first one and those that follow pass every base chain on ingress, prerouting and
 * input; one packet by itself exceeds no limit. Programs on the device (XDP, tc) and rules for what goes out are not
 * asked.
 */
export const readInboundFilter: ReadInboundFilter = async (run) => (await readInboundRules(run)).filter;

/** As {@link readInboundFilter}, with the rules that it read. */
export async function readInboundRules(run: RunCommand): Promise<InboundRules> {
  const [tables, devices, legacy] = await Promise.all([
    listRuleset(run).then(parseNftTables),
    readDevices(run),
    readLegacy(run),
  ]);
  const saved = new Map<Family, SavedTables>();
  for (const family of foreignFamilies(tables)) {
    const own = await readSaved(run, family, ["nft-save", "save"]);
    if (own !== null) saved.set(family, own);
  }
  const own = [...legacy].flatMap(([family, tables]) => legacyChains(tables, family));
  const chains = inOrder([...compileNft(tables, foreignRules(saved)), ...own]);
  return {
    tables,
    legacy,
    filter: filterOf(chains, devices),
    loopback: every(([4, 6] as const).map((family) => passes(chains, loopbackProbe(family)))),
    answers: { 4: passes(chains, answerProbe(4, devices)), 6: passes(chains, answerProbe(6, devices)) },
  };
}

/** A port of the range that clients get (ip_local_port_range): nobody serves there, answers arrive there. */
const CLIENT_PORT = 43_187;

function answerProbe(family: Family, deviceOf: DeviceOf): Probe {
  const packet = { protocol: "tcp", port: CLIENT_PORT, family } as const;
  return makeProbe(packet, "established", deviceOf(family, undefined));
}

function loopbackProbe(family: Family): Probe {
  const from = family === 4 ? "127.0.0.1" : "::1";
  return makeProbe({ protocol: "tcp", port: CLIENT_PORT, family, from }, "new", "lo");
}

/** @throws CastellanError `firewall_unavailable` */
async function listRuleset(run: RunCommand): Promise<string> {
  const result = await runFirst(run, "nft", ["-j", "list", "ruleset"]);
  if (result === null) throw unavailable("nft is not installed");
  if (result.exitCode === 0) return result.stdout;
  if (/not permitted|Permission denied/i.test(result.stderr)) throw unavailable("needs root");
  throw unavailable(result.stderr.split("\n", 1)[0]?.slice(0, 200) || `nft ended with ${result.exitCode}`);
}

function filterOf(asked: readonly BaseChain[], deviceOf: DeviceOf): InboundFilter {
  return {
    verdict(packet: InboundPacket) {
      const device = deviceOf(packet.family, packet.from);
      const answers = (["new", "established"] as const).map((state) =>
        passes(asked, makeProbe(packet, state, device)),
      );
      if (answers.includes(false)) return "closed";
      return answers.includes(null) ? "unclear" : "open";
    },
  };
}

/** Rules by their place: iptables-save prints them in the order in which nft lists them. */
function foreignRules(saved: ReadonlyMap<Family, SavedTables>): ForeignRule {
  const traits = new Map([...saved].map(([family, tables]) => [family, untracks(tables)]));
  return ({ table, chain, index, of, family }) => {
    const rules = saved.get(family)?.tables.get(table)?.get(chain)?.rules ?? [];
    const words = rules.length === of ? rules[index] : undefined;
    return words === undefined ? undefined : compileSaved(words, family, traits.get(family) ?? false);
  };
}

/** What iptables-legacy holds beside nftables; nothing where it is not installed. */
async function readLegacy(run: RunCommand): Promise<Map<Family, SavedTables>> {
  const found = new Map<Family, SavedTables>();
  await Promise.all(
    ([4, 6] as const).map(async (family) => {
      const saved = await readSaved(run, family, ["legacy-save"]);
      if (saved !== null && saved.tables.size > 0) found.set(family, saved);
    }),
  );
  return found;
}

async function readSaved(
  run: RunCommand,
  family: Family,
  endings: readonly string[],
): Promise<SavedTables | null> {
  for (const ending of endings) {
    const result = await runFirst(run, `${family === 4 ? "iptables" : "ip6tables"}-${ending}`, []);
    if (result?.exitCode === 0) return parseSaved(result.stdout);
  }
  return null;
}

/** null: it is not installed. @throws CastellanError `firewall_unavailable`, `command_timeout` */
async function runFirst(
  run: RunCommand,
  name: string,
  args: readonly string[],
): Promise<CommandResult | null> {
  for (const folder of FOLDERS) {
    try {
      return await run({ file: `${folder}${name}`, args, timeoutMs: TIMEOUT_MS, maxBytes: LISTING_BYTES });
    } catch (error) {
      if (codeOf(error) === "command_missing") continue;
      if (error instanceof CastellanError) throw unavailable(`${name} did not run: ${error.message}`, error);
      throw error;
    }
  }
  return null;
}
