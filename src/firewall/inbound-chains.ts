import type { Family } from "../host/address.ts";
import type { Probe } from "./inbound-probe.ts";

/** Where a statement may lead: on to the next statement or the next rule, or to a verdict. */
export type Effect =
  | "next"
  | "miss"
  | "accept"
  | "drop"
  | "return"
  /** Sent somewhere else, or decided by somebody we cannot ask: another port, a program, a proxy. */
  | "divert"
  | { readonly jump: string }
  | { readonly goto: string };

/** One expression of a rule: everything that may come of it for this packet. More than one: it cannot be told. */
export type Statement = (probe: Probe) => readonly Effect[];
export type Rule = readonly Statement[];

/** The chains of one table, by name. */
export type Chains = ReadonlyMap<string, readonly Rule[]>;

/** A chain that the kernel calls. */
export interface BaseChain {
  readonly hook: "ingress" | "prerouting" | "input";
  readonly priority: number;
  readonly families: readonly Family[];
  /** nat chains see only the first packet of a connection. */
  readonly onlyNew: boolean;
  /** It hangs at one network device, which may not be the packet's. */
  readonly oneDevice: boolean;
  readonly policy: "accept" | "drop";
  readonly name: string;
  readonly chains: Chains;
}

/** How a chain may end: a verdict, or back to where it was called. */
type End = "accept" | "drop" | "divert" | "return";
type Ends = ReadonlySet<End>;

const HOOKS = ["ingress", "prerouting", "input"] as const;
/** nf_tables lets chains call each other this deep (NFT_JUMP_STACK_SIZE). */
const DEEPEST = 16;

/** In the order in which the kernel asks them. */
export function inOrder(chains: readonly BaseChain[]): BaseChain[] {
  return [...chains].sort((a, b) => HOOKS.indexOf(a.hook) - HOOKS.indexOf(b.hook) || a.priority - b.priority);
}

/** What becomes of a packet: every base chain must let it pass. `null`: it cannot be told. */
export function passes(chains: readonly BaseChain[], probe: Probe): boolean | null {
  let sure = true;
  for (const chain of chains) {
    if (!chain.families.includes(probe.family)) continue;
    if (chain.onlyNew && probe.state !== "new") continue;
    const ends = endsOf(chain, { ...probe, tracked: isTracked(chain) });
    // Behind a diversion it is another packet that the later chains see.
    if (ends.has("divert")) return null;
    if (!ends.has("accept")) return false;
    if (ends.has("drop")) sure = false;
  }
  return sure ? true : null;
}

/** NF_IP_PRI_CONNTRACK. */
const TRACKING_PRIORITY = -200;

function isTracked({ hook, priority }: BaseChain): boolean {
  return hook === "input" || (hook === "prerouting" && priority > TRACKING_PRIORITY);
}

function endsOf(chain: BaseChain, probe: Probe): Ends {
  const ends = new Set<End>(walk(chain.chains, chain.name, probe, new Map(), DEEPEST));
  if (ends.delete("return")) ends.add(chain.policy);
  if (chain.oneDevice) ends.add("accept");
  return ends;
}

function walk(chains: Chains, name: string, probe: Probe, known: Map<string, Ends>, depth: number): Ends {
  const before = known.get(name);
  if (before !== undefined) return before;
  const rules = chains.get(name);
  if (rules === undefined || depth === 0) return new Set<End>(["divert"]);
  const ends = new Set<End>();
  const call = (target: string): Ends => walk(chains, target, probe, known, depth - 1);
  if (rules.every((rule) => follow(rule, probe, call, ends))) ends.add("return");
  known.set(name, ends);
  return ends;
}

/** Adds how the rule may end its chain; tells whether the next rule may be reached. */
function follow(rule: Rule, probe: Probe, call: (target: string) => Ends, ends: Set<End>): boolean {
  let goesOn = false;
  for (const statement of rule) {
    const effects = statement(probe);
    for (const outcome of effects.flatMap((effect) => outcomesOf(effect, call))) {
      if (outcome === "miss") goesOn = true;
      else ends.add(outcome);
    }
    if (!effects.includes("next")) return goesOn;
  }
  return true;
}

function outcomesOf(effect: Effect, call: (target: string) => Ends): (End | "miss")[] {
  if (effect === "next") return [];
  if (typeof effect === "string") return [effect];
  // What a chain returns to is the place of the last jump: a goto leaves none.
  if ("goto" in effect) return [...call(effect.goto)];
  return [...call(effect.jump)].map((end) => (end === "return" ? "miss" : end));
}
