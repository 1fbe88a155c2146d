import { CastellanError } from "../errors.ts";
import type { NamedSets } from "./inbound-nft-match.ts";
import { isList, isObject, type Json, type JsonObject } from "./inbound-nft-values.ts";

/** A table as nft lists it, sorted but not yet compiled. */
export interface NftTable {
  /** `ip`, `ip6`, `inet`, `netdev`, `bridge`, `arp`. */
  readonly family: string;
  readonly name: string;
  /** Switched off. */
  readonly dormant: boolean;
  readonly sets: NamedSets;
  /** Names of the sets that give each element statements of its own. */
  readonly limiting: readonly string[];
  readonly chains: ReadonlyMap<string, NftChain>;
}

export interface NftChain {
  /** With hook, prio and policy where the kernel calls it. */
  readonly chain: JsonObject;
  /** The expressions of each rule, in order. */
  readonly rules: (readonly JsonObject[])[];
}

/** Parses `nft -j list ruleset`. @throws CastellanError `firewall_unavailable` when it is no such listing */
export function parseNftTables(text: string): NftTable[] {
  const items = itemsOf(text);
  return inner(items, "table").map((table) => {
    const family = String(table["family"]);
    const name = String(table["name"]);
    const here = (kind: string): JsonObject[] =>
      inner(items, kind).filter((item) => item["family"] === family && item["table"] === name);
    const dormant = String(table["flags"] ?? "").includes("dormant");
    const sets = here("set");
    const limiting = sets.flatMap((set) => (set["stmt"] === undefined ? [] : [String(set["name"])]));
    return {
      family,
      name,
      dormant,
      limiting,
      sets: setsOf([...sets, ...here("map")]),
      chains: chainsOf(here),
    };
  });
}

function chainsOf(here: (kind: string) => JsonObject[]): Map<string, NftChain> {
  const chains = new Map<string, NftChain>();
  for (const chain of here("chain")) chains.set(String(chain["name"]), { chain, rules: [] });
  for (const rule of here("rule")) {
    const { expr } = rule;
    chains.get(String(rule["chain"]))?.rules.push(isList(expr) ? expr.filter(isObject) : []);
  }
  return chains;
}

function setsOf(sets: readonly JsonObject[]): NamedSets {
  return new Map(
    sets.map(({ name, elem }): [string, readonly Json[]] => [String(name), isList(elem) ? elem : []]),
  );
}

/** What a rule of iptables cannot say in nft's own words; such a rule is read from iptables-save. */
export function isForeign(rule: readonly JsonObject[]): boolean {
  return rule.some((expression) => expression["xt"] !== undefined);
}

/** `@name` of the sets whose elements carry statements: given by the set itself, or by a rule that adds to it. */
export function limitingSets(tables: readonly NftTable[]): Set<string> {
  const rules = tables.flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules.flat()));
  const adding = rules.flatMap(({ set }) =>
    isObject(set) && set["stmt"] !== undefined ? [String(set["set"])] : [],
  );
  return new Set([...tables.flatMap(({ limiting }) => limiting.map((name) => `@${name}`)), ...adding]);
}

/** Whether some rule takes packets out of connection tracking. */
export function hasNotrack(tables: readonly NftTable[]): boolean {
  return tables.some((table) =>
    [...table.chains.values()].some(({ rules }) => rules.some((rule) => rule.some(takesTracking))),
  );
}

function takesTracking({ notrack, xt }: JsonObject): boolean {
  const name = isObject(xt) ? xt["name"] : undefined;
  return notrack !== undefined || name === "CT" || name === "NOTRACK";
}

function itemsOf(text: string): JsonObject[] {
  try {
    const { nftables } = JSON.parse(text) as { nftables: JsonObject[] };
    return nftables.filter(isObject);
  } catch (error) {
    throw new CastellanError("firewall_unavailable", "what nft listed cannot be read", "", { cause: error });
  }
}

function inner(items: readonly JsonObject[], kind: string): JsonObject[] {
  return items.flatMap((item) => {
    const value = item[kind];
    return isObject(value) ? [value] : [];
  });
}
