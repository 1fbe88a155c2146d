import type { Family } from "../host/address.ts";
import {
  comesBy,
  destinationOf,
  negatedIf,
  PROTOCOL_NUMBERS,
  type Probe,
  STATE_BITS,
  stateOf,
  TCP_FLAGS,
  tcpFlagsOf,
} from "./inbound-probe.ts";
import { addressSpan, exactly, oneOf, type Possible, type Span, type Tristate } from "./inbound-values.ts";

export type Test = (probe: Probe) => Tristate;

/** What an option asks of a packet, given the words that follow it. */
interface Option {
  readonly takes: number;
  test(words: readonly string[], place: { family: Family; untracked: boolean }): Test;
}

const unclear: Test = () => null;
const yes: Test = () => true;
const no: Test = () => false;

/** A rule of iptables-save, parted. */
export interface SavedRule {
  readonly tests: readonly Test[];
  /** `-j` or `-g`, the target, and the target's own options; empty: none. */
  readonly target: readonly string[];
}

/** Compiles what a rule asks. A word that is not known may ask anything. */
export function readRule(words: readonly string[], family: Family, untracked: boolean): SavedRule {
  const tests: Test[] = [];
  let negated = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "-j" || word === "-g") return { tests, target: words.slice(at) };
    if (word === "!") {
      negated = true;
      continue;
    }
    const option = OPTIONS[word];
    const test = option?.test(words.slice(at + 1, at + 1 + option.takes), { family, untracked }) ?? unclear;
    const turned = negated;
    tests.push((probe) => negatedIf(turned, test(probe)));
    at += option?.takes ?? 0;
    negated = false;
  }
  return { tests, target: [] };
}

const pass: Option = { takes: 1, test: () => yes };
const mute = (takes: number): Option => ({ takes, test: () => yes });

const OPTIONS: Readonly<Record<string, Option>> = {
  "-p": { takes: 1, test: ([name = ""]) => protocolTest(name) },
  "-s": { takes: 1, test: ([text = ""], { family }) => addressTest(text, family, (probe) => probe.sender) },
  "-d": { takes: 1, test: ([text = ""], { family }) => addressTest(text, family, destinationOf) },
  "-i": {
    takes: 1,
    test:
      ([name = ""]) =>
      (probe) =>
        comesBy(probe, name, "+"),
  },
  "-f": { takes: 0, test: () => no },
  "-c": mute(2),
  "-m": { takes: 1, test: ([name = ""]) => (ABSENT_MODULES.has(name) ? no : yes) },
  "--comment": pass,
  "--dport": { takes: 1, test: ([ports = ""]) => portTest(ports) },
  "--dports": { takes: 1, test: ([ports = ""]) => portTest(ports) },
  "--tcp-flags": { takes: 2, test: ([mask = "", set = ""]) => flagsTest(mask, set) },
  "--ctstate": { takes: 1, test: ([states = ""], { untracked }) => stateTest(states, untracked) },
  "--state": { takes: 1, test: ([states = ""], { untracked }) => stateTest(states, untracked) },
  "--dst-type": { takes: 1, test: ([types = ""]) => typeTest(types, "LOCAL") },
  "--src-type": { takes: 1, test: ([types = ""]) => typeTest(types, "UNICAST") },
  "--pkt-type": { takes: 1, test: ([type = ""]) => (type === "unicast" ? yes : no) },
  "--src-range": { takes: 1, test: ([range = ""], { family }) => rangeTest(range, family) },
  // One packet by itself is below every limit, and nobody has remembered its sender.
  "--limit": pass,
  "--limit-burst": pass,
  "--hashlimit-upto": pass,
  "--hashlimit-above": { takes: 1, test: () => no },
  ...Object.fromEntries(
    ["burst", "mode", "name", "srcmask", "dstmask", "htable-size", "htable-max", "htable-expire"].map(
      (name) => [`--hashlimit-${name}`, pass],
    ),
  ),
  "--connlimit-above": { takes: 1, test: () => no },
  "--connlimit-upto": pass,
  "--connlimit-mask": pass,
  "--connlimit-saddr": mute(0),
  "--set": mute(0),
  "--rcheck": { takes: 0, test: () => no },
  "--update": { takes: 0, test: () => no },
  "--seconds": pass,
  "--hitcount": pass,
  "--name": pass,
  "--mask": pass,
  "--rsource": mute(0),
};

/** Matches on headers that an ordinary TCP or UDP packet has not. */
const ABSENT_MODULES = new Set([
  "ah",
  "esp",
  "dccp",
  "sctp",
  "frag",
  "hbh",
  "dst",
  "rt",
  "mh",
  "icmp",
  "icmp6",
  "ipv6-icmp",
]);

function protocolTest(name: string): Test {
  const number = PROTOCOL_NUMBERS[name] ?? (/^\d+$/.test(name) ? Number(name) : undefined);
  if (name === "all" || number === 0) return yes;
  return number === undefined ? no : (probe) => PROTOCOL_NUMBERS[probe.protocol] === number;
}

function addressTest(text: string, family: Family, of: (probe: Probe) => Possible): Test {
  const span = addressSpan(text, family);
  return span === null ? unclear : (probe) => of(probe).within([span]);
}

function rangeTest(text: string, family: Family): Test {
  const [first, last] = text.split("-").map((address) => addressSpan(address, family));
  if (!first || !last) return unclear;
  return (probe) => probe.sender.within([{ first: first.first, last: last.last }]);
}

/** `22`, `1024:`, `80,443,8000:8100`. */
function portTest(text: string): Test {
  const spans = text.split(",").map((part): Span | null => {
    const [, first, colon, last] = /^(\d*)(:?)(\d*)$/.exec(part) ?? [];
    if (first === undefined || (first === "" && colon === "")) return null;
    const from = BigInt(first === "" ? 0 : first);
    return { first: from, last: colon === "" ? from : BigInt(last === "" ? 65_535 : (last ?? 0)) };
  });
  const known = spans.filter((span) => span !== null);
  if (known.length < spans.length) return unclear;
  return (probe) => exactly(probe.port).within(known);
}

function flagsTest(mask: string, set: string): Test {
  const masked = flagBits(mask);
  const wanted = flagBits(set);
  if (masked === null || wanted === null) return unclear;
  return (probe) => {
    if (probe.protocol !== "tcp") return false;
    const values = (tcpFlagsOf(probe).values ?? []).map((value) => value & masked);
    return oneOf(values).within([{ first: wanted, last: wanted }]);
  };
}

function flagBits(text: string): bigint | null {
  if (text === "NONE") return 0n;
  if (text === "ALL") return 63n;
  return text.split(",").reduce<bigint | null>((sum, name) => {
    const bit = TCP_FLAGS[name.toLowerCase()];
    return sum === null || bit === undefined ? null : sum | BigInt(bit);
  }, 0n);
}

function stateTest(text: string, untracked: boolean): Test {
  const bits = text.split(",").map((name) => STATE_BITS[name.toLowerCase()]);
  // DNAT and SNAT stand for what was done to the connection, not for its state.
  const known = bits.flatMap((bit) => (bit === undefined ? [] : [{ first: BigInt(bit), last: BigInt(bit) }]));
  return (probe) => {
    const answer = stateOf(probe, untracked).within(known);
    return answer === false && known.length < bits.length ? null : answer;
  };
}

function typeTest(types: string, ours: string): Test {
  return types.split(",").includes(ours) ? yes : no;
}
