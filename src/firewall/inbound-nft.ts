import type { Family } from "../host/address.ts";
import type { BaseChain, Rule } from "./inbound-chains.ts";
import type { RulesetTraits } from "./inbound-nft-fields.ts";
import { statementOf } from "./inbound-nft-statements.ts";
import { hasNotrack, isForeign, limitingSets, type NftChain, type NftTable } from "./inbound-nft-tables.ts";

/** Where a rule stands that iptables wrote. */
export interface RulePlace {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly index: number;
  /** How many rules the chain has. */
  readonly of: number;
}

/** A rule as iptables spells it; undefined: not known. */
export type ForeignRule = (place: RulePlace) => Rule | undefined;

const FAMILIES: Readonly<Record<string, readonly Family[]>> = {
  ip: [4],
  ip6: [6],
  inet: [4, 6],
  netdev: [4, 6],
};
const HOOKS = new Set(["ingress", "prerouting", "input"]);

/** Families whose tables hold rules that must be read from iptables-save. */
export function foreignFamilies(tables: readonly NftTable[]): Set<Family> {
  const foreign = tables.filter(({ chains }) =>
    [...chains.values()].some(({ rules }) => rules.some(isForeign)),
  );
  return new Set(foreign.flatMap(({ family }) => FAMILIES[family] ?? []));
}

/** The chains that the kernel calls for packets that come in. */
export function compileNft(tables: readonly NftTable[], foreign: ForeignRule): BaseChain[] {
  const traits: RulesetTraits = { untracked: hasNotrack(tables), limiting: limitingSets(tables) };
  return tables
    .filter(({ dormant }) => !dormant)
    .flatMap((table) => {
      const compiled = compileChains(table, traits, foreign);
      return [...table.chains.values()].flatMap(({ chain }) => baseChain(table, chain, compiled));
    });
}

function compileChains(table: NftTable, traits: RulesetTraits, foreign: ForeignRule): Map<string, Rule[]> {
  const [family, ...more] = FAMILIES[table.family] ?? [];
  const foreignAt = (chain: string, index: number, of: number): Rule | undefined =>
    family === undefined || more.length > 0
      ? undefined
      : foreign({ family, table: table.name, chain, index, of });
  return new Map(
    [...table.chains].map(([name, { rules }]): [string, Rule[]] => [
      name,
      rules.map((rule, index) => {
        const own = isForeign(rule) ? foreignAt(name, index, rules.length) : undefined;
        return own ?? rule.map((expression) => statementOf(expression, table.sets, traits));
      }),
    ]),
  );
}

function baseChain({ family }: NftTable, chain: NftChain["chain"], chains: Map<string, Rule[]>): BaseChain[] {
  const hook = String(chain["hook"]);
  const families = FAMILIES[family];
  if (!HOOKS.has(hook) || families === undefined) return [];
  return [
    {
      hook: hook as BaseChain["hook"],
      priority: Number(chain["prio"]),
      families,
      onlyNew: chain["type"] === "nat",
      oneDevice: hook === "ingress",
      policy: chain["policy"] === "drop" ? "drop" : "accept",
      name: String(chain["name"]),
      chains,
    },
  ];
}
