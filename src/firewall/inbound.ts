import type { RunCommand } from "../host/command.ts";

/** A packet that comes in, as far as rules decide about it. */
export interface InboundPacket {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  readonly family: 4 | 6;
  /** Canonical; left out: from anywhere. */
  readonly from?: string;
}

/** What all packet filters of this host (nftables, also as iptables writes it) let in. */
export interface InboundFilter {
  /** `open`, `closed`, or `unclear` when a rule cannot be followed (a set, a mark, a jump into the unknown). */
  verdict(packet: InboundPacket): "open" | "closed" | "unclear";
}

/**
 * Reads the ruleset (`nft -j list ruleset`) once.
 * @throws CastellanError `firewall_unavailable`, `command_missing`, `command_timeout`
 */
export type ReadInboundFilter = (run: RunCommand) => Promise<InboundFilter>;
