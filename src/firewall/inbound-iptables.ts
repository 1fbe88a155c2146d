import type { Family } from "../host/address.ts";
import type { BaseChain, Effect, Rule, Statement } from "./inbound-chains.ts";
import { readRule } from "./inbound-iptables-match.ts";
import { effectsOf } from "./inbound-nft-match.ts";
import { every } from "./inbound-values.ts";

/** What `iptables-save` or `ip6tables-save` printed (iptables-save(8)). */
export interface SavedTables {
  /** By table, then chain: its rules in their order. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, SavedChain>>;
}

export interface SavedChain {
  /** null: no built-in chain. */
  readonly policy: "accept" | "drop" | null;
  readonly rules: readonly (readonly string[])[];
}

/** Where the kernel calls the built-in chains (linux/netfilter_ipv4.h). */
const BUILT_IN: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  PREROUTING: { raw: -300, mangle: -150, nat: -100 },
  INPUT: { mangle: -150, filter: 0, security: 50, nat: 100 },
};

export function parseSaved(text: string): SavedTables {
  const tables = new Map<string, Map<string, { policy: SavedChain["policy"]; rules: string[][] }>>();
  let table = new Map<string, { policy: SavedChain["policy"]; rules: string[][] }>();
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) {
      table = new Map();
      tables.set(line.slice(1).trim(), table);
    } else if (line.startsWith(":")) {
      const [name = "", policy] = line.slice(1).split(" ");
      table.set(name, {
        policy: policy === "DROP" ? "drop" : policy === "ACCEPT" ? "accept" : null,
        rules: [],
      });
    } else if (line.startsWith("-A ") || line.startsWith("[")) {
      const words = wordsOf(line);
      const at = words.indexOf("-A");
      table.get(words[at + 1] ?? "")?.rules.push(words.slice(at + 2));
    }
  }
  return { tables };
}

/** Whether some rule takes packets out of connection tracking. */
export function untracks(saved: SavedTables): boolean {
  return [...saved.tables.values()].some((table) =>
    [...table.values()].some(({ rules }) =>
      rules.some((words) => words.includes("--notrack") || words.includes("NOTRACK")),
    ),
  );
}

/** One rule of a chain. */
export function compileSaved(words: readonly string[], family: Family, untracked: boolean): Rule {
  const { tests, target } = readRule(words, family, untracked);
  const matches: Statement = (probe) => effectsOf(every(tests.map((test) => test(probe))));
  const effects = effectsOfTarget(target);
  return [matches, () => effects];
}

/** The tables as iptables-legacy keeps them: their own chains, at the built-in places. */
export function legacyChains(saved: SavedTables, family: Family): BaseChain[] {
  const untracked = untracks(saved);
  return [...saved.tables].flatMap(([table, chains]) => {
    const compiled = new Map(
      [...chains].map(([name, { rules }]): [string, Rule[]] => [
        name,
        rules.map((words) => compileSaved(words, family, untracked)),
      ]),
    );
    return [...chains].flatMap(([name, { policy }]): BaseChain[] => {
      const priority = BUILT_IN[name]?.[table];
      if (priority === undefined || policy === null) return [];
      const hook = name === "INPUT" ? "input" : "prerouting";
      const shape = { hook, priority, families: [family], onlyNew: table === "nat" } as const;
      return [{ ...shape, oneDevice: false, policy, name, chains: compiled }];
    });
  });
}

const VERDICTS: Readonly<Record<string, Effect>> = {
  ACCEPT: "accept",
  DROP: "drop",
  REJECT: "drop",
  RETURN: "return",
};
const PASSING = new Set(
  "AUDIT CHECKSUM CLASSIFY CONNMARK CONNSECMARK CT DSCP ECN HL LOG MARK NFLOG NOTRACK RATEEST SECMARK SET TCPMSS TCPOPTSTRIP TEE TOS TRACE TTL ULOG".split(
    " ",
  ),
);
const DIVERTING = new Set(
  "BALANCE DNAT DNPT IDLETIMER NETMAP NFQUEUE QUEUE REDIRECT SNPT SYNPROXY TARPIT TPROXY".split(" "),
);

function effectsOfTarget([option, target]: readonly string[]): readonly Effect[] {
  if (target === undefined || PASSING.has(target)) return ["miss"];
  if (option === "-g") return [{ goto: target }];
  const verdict = VERDICTS[target];
  if (verdict !== undefined) return [verdict];
  if (DIVERTING.has(target)) return ["divert"];
  return target === "SNAT" || target === "MASQUERADE" ? ["accept"] : [{ jump: target }];
}

/** Words of a line as iptables-save quotes them: in double quotes, with backslash escapes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => plain ?? (quoted ?? "").replace(/\\(.)/g, "$1"),
  );
}
