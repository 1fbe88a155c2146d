import type { FieldKind, Json, JsonObject } from "./inbound-nft-values.ts";
import { isList, isObject, numberOf } from "./inbound-nft-values.ts";
import { destinationOf, type Probe, protocolOf, stateOf, tcpFlagsOf } from "./inbound-probe.ts";
import { ANYTHING, exactly, oneOf, type Possible } from "./inbound-values.ts";

/**
 * The left side of a match. `absent`: the packet has no such field, so the rule does not match at all. `device`: the
 * name of an interface, which is no number.
 */
export type Field =
  | { readonly kind: FieldKind; readonly of: (probe: Probe) => Possible | "absent" }
  | { readonly kind: "device" };

/** What a reader of fields must know of the whole ruleset. */
export interface RulesetTraits {
  /** Some rule says `notrack`: a packet may have no state. */
  readonly untracked: boolean;
  /** Sets whose elements carry limits of their own, in whatever table. */
  readonly limiting: ReadonlySet<string>;
}

const UNKNOWN: Field = { kind: "number", of: () => ANYTHING };
const TRANSPORTS = new Set(["icmp", "icmpv6", "igmp", "sctp", "dccp", "udplite", "ah", "esp", "comp"]);

/** Reads the left side of a match, a concatenation's part, or the key of a map. What is not known may be anything. */
export function fieldOf(left: Json | undefined, traits: RulesetTraits): Field {
  if (!isObject(left)) return UNKNOWN;
  const { payload, meta, ct, fib, exthdr } = left;
  if (isObject(payload)) return payloadField(payload);
  if (isObject(meta)) return metaField(meta);
  if (isObject(ct)) return ctField(ct, traits);
  if (isObject(fib)) return fibField(fib);
  // An ordinary packet carries no extension headers.
  if (isObject(exthdr)) {
    return exthdr["field"] === undefined
      ? known("boolean", exactly(0))
      : { kind: "number", of: () => "absent" };
  }
  if (left["&"] !== undefined) return maskedField(left["&"], traits);
  return UNKNOWN;
}

function payloadField({ protocol, field }: JsonObject): Field {
  if (typeof protocol !== "string") return UNKNOWN;
  if (protocol === "ip" || protocol === "ip6") return internetField(protocol, field);
  if (protocol === "tcp" || protocol === "udp" || protocol === "th") {
    const has = (probe: Probe): boolean => protocol === "th" || probe.protocol === protocol;
    const { kind, of } = transportField(protocol, field);
    return { kind, of: (probe) => (has(probe) ? of(probe) : "absent") };
  }
  return TRANSPORTS.has(protocol) ? { kind: "number", of: () => "absent" } : UNKNOWN;
}

function transportField(
  protocol: string,
  field: Json | undefined,
): { kind: FieldKind; of: (probe: Probe) => Possible } {
  if (field === "dport") return { kind: "port", of: (probe) => exactly(probe.port) };
  if (field === "flags" && protocol === "tcp") return { kind: "tcpFlags", of: tcpFlagsOf };
  return { kind: "port", of: () => ANYTHING };
}

function internetField(protocol: "ip" | "ip6", field: Json | undefined): Field {
  const family = protocol === "ip" ? 4 : 6;
  const address: FieldKind = family === 4 ? "address4" : "address6";
  const here = (kind: FieldKind, of: (probe: Probe) => Possible): Field => ({
    kind,
    of: (probe) => (probe.family === family ? of(probe) : "absent"),
  });
  if (field === "saddr") return here(address, (probe) => probe.sender);
  if (field === "daddr") return here(address, destinationOf);
  if (field === "protocol" || field === "nexthdr") return here("protocol", protocolOf);
  if (field === "version") return here("number", () => exactly(family));
  // Not a fragment; with or without the bit that forbids to make it one.
  if (field === "frag-off") return here("number", () => oneOf([0n, 0x4000n]));
  return here("number", () => ANYTHING);
}

function metaField({ key }: JsonObject): Field {
  switch (key) {
    case "l4proto":
      return { kind: "protocol", of: protocolOf };
    case "nfproto":
      return { kind: "nfproto", of: (probe) => exactly(probe.family === 4 ? 2 : 10) };
    case "protocol":
      return { kind: "ethertype", of: (probe) => exactly(probe.family === 4 ? 0x0800 : 0x86dd) };
    case "iifname":
    case "iif":
      return { kind: "device" };
    case "pkttype":
      return known("packetType", exactly(0));
    case "iiftype":
      return {
        kind: "deviceType",
        of: (probe) => (probe.device === "lo" ? exactly(LOOPBACK) : NOT_LOOPBACK),
      };
    default:
      return UNKNOWN;
  }
}

const LOOPBACK = 772n;
const NOT_LOOPBACK: Possible = {
  within: (spans) =>
    spans.every(({ first, last }) => first === LOOPBACK && last === LOOPBACK) ? false : null,
};

/** Nobody answered it yet, and what was sent elsewhere is never followed to here (`divert`); NAT may have looked at it. */
const NOTHING_DONE = oneOf([0n, 0x80n, 0x100n, 0x180n]);

function ctField({ key, dir }: JsonObject, traits: RulesetTraits): Field {
  if (key === "state") return { kind: "state", of: (probe) => stateOf(probe, traits.untracked) };
  if (key === "status")
    return { kind: "status", of: ({ state }) => (state === "new" ? NOTHING_DONE : ANYTHING) };
  if (key === "direction") return known("number", exactly(0));
  if (dir === undefined && key === "l3proto") {
    return { kind: "nfproto", of: (probe) => exactly(probe.family === 4 ? 2 : 10) };
  }
  return UNKNOWN;
}

/** The packet is for this host, and its sender is where the routes say. */
function fibField({ result, flags }: JsonObject): Field {
  const asks = isList(flags) ? flags : [flags];
  if (result === "type") return known("addressType", exactly(asks.includes("daddr") ? 2 : 1));
  if (result === "oif" && asks.includes("saddr")) return { kind: "boolean", of: () => ROUTED };
  return UNKNOWN;
}

/** The number of an interface: never 0, which is "no route back". */
const ROUTED: Possible = {
  within: (spans) => (spans.every(({ last }) => last === 0n) ? false : null),
};

function maskedField(sides: Json, traits: RulesetTraits): Field {
  if (!isList(sides)) return UNKNOWN;
  const field = fieldOf(sides[0], traits);
  if (field.kind === "device") return UNKNOWN;
  const mask = numberOf(sides[1], field.kind);
  if (mask === null) return UNKNOWN;
  return {
    kind: field.kind,
    of(probe) {
      const possible = field.of(probe);
      if (possible === "absent") return possible;
      return possible.values === undefined ? ANYTHING : oneOf(possible.values.map((value) => value & mask));
    },
  };
}

function known(kind: FieldKind, possible: Possible): Field {
  return { kind, of: () => possible };
}
