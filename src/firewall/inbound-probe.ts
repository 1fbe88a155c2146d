import type { Family } from "../host/address.ts";
import { parseAddress } from "../host/address.ts";
import type { InboundPacket } from "./inbound.ts";
import {
  ANYTHING,
  anybody,
  exactly,
  not,
  oneOf,
  ownAddress,
  type Possible,
  type Tristate,
} from "./inbound-values.ts";

/** A packet to be judged: the first of a connection, or one that follows. */
export interface Probe {
  readonly family: Family;
  readonly protocol: "tcp" | "udp";
  readonly state: "new" | "established";
  /** Whether connection tracking has seen it: chains before it find every packet invalid. */
  readonly tracked: boolean;
  readonly port: number;
  readonly sender: Possible;
  /** The interface by which it comes in; null: not known, but not the loopback. */
  readonly device: string | null;
}

/** Fields of a packet that both readers of rules ask for. */
export const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  "ipv6-icmp": 58,
  ospf: 89,
  vrrp: 112,
  comp: 108,
  sctp: 132,
  udplite: 136,
};

/** TCP flags, also with the bits that a sender with congestion notification sets (RFC 3168). */
export const TCP_FLAGS: Readonly<Record<string, number>> = {
  fin: 1,
  syn: 2,
  rst: 4,
  psh: 8,
  ack: 16,
  urg: 32,
  ecn: 64,
  cwr: 128,
};
const FIRST_FLAGS = [0x02n, 0xc2n];
const LATER_FLAGS = [0x10n, 0x18n];

/** Bits of the connection's state as the kernel's rules see them. */
export const STATE_BITS: Readonly<Record<string, number>> = {
  invalid: 1,
  established: 2,
  related: 4,
  new: 8,
  untracked: 64,
};

export function makeProbe(packet: InboundPacket, state: Probe["state"], device: string | null): Probe {
  const from = packet.from === undefined ? null : parseAddress(packet.from);
  const sender = packet.from === undefined ? anybody(packet.family) : ANYTHING;
  return {
    family: packet.family,
    protocol: packet.protocol,
    port: packet.port,
    state,
    tracked: true,
    device,
    sender: from?.family === packet.family ? exactly(from.value) : sender,
  };
}

export function protocolOf(probe: Probe): Possible {
  return exactly(PROTOCOL_NUMBERS[probe.protocol] ?? 0);
}

export function tcpFlagsOf(probe: Probe): Possible {
  return oneOf(probe.state === "new" ? FIRST_FLAGS : LATER_FLAGS);
}

/** `untracked`: some rule takes packets out of connection tracking. */
export function stateOf(probe: Probe, untracked: boolean): Possible {
  const state = BigInt(STATE_BITS[probe.tracked ? probe.state : "invalid"] ?? 0);
  return oneOf(untracked ? [state, BigInt(STATE_BITS["untracked"] ?? 0)] : [state]);
}

export function destinationOf(probe: Probe): Possible {
  return ownAddress(probe.family);
}

/** Whether the packet comes in by an interface of this name; a trailing `wildcard` character stands for any rest. */
export function comesBy(probe: Probe, name: string, wildcard: "*" | "+"): Tristate {
  const open = name.endsWith(wildcard);
  const start = open ? name.slice(0, -1) : name;
  if (open && start === "") return true;
  if (probe.device === null) return !open && start === "lo" ? false : null;
  return open ? probe.device.startsWith(start) : probe.device === start;
}

/** Applies a rule's `!`. */
export function negatedIf(negated: boolean, value: Tristate): Tristate {
  return negated ? not(value) : value;
}
