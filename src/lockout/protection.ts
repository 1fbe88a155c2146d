import { rangeText } from "../firewall/elements.ts";
import type { AddressRange, Network } from "../host/address.ts";
import { canonicalAddress, networkAround, parseAddress } from "../host/address.ts";
import type { HostAddresses } from "../host/network.ts";
import { covers, networkIn, networkOf, overlaps } from "./addresses.ts";
import type { AllowEntry } from "./rows.ts";

/** What must never be locked, and why. */
export interface ProtectionFacts {
  readonly hosts: HostAddresses;
  /** Canonical CIDRs. */
  readonly trustedProxies: readonly string[];
  readonly allowed: readonly AllowEntry[];
}

/** Addresses that are never locked. */
export interface ProtectedRange extends AddressRange {
  readonly why: string;
  /** Whether somebody put it on the allow-list; else the host itself needs it. */
  readonly byList: boolean;
}

/** Sources that no packet from elsewhere can have, or that nobody can sign in from. */
const NOBODY = ["0.0.0.0/32", "255.255.255.255/32", "224.0.0.0/4", "::/128", "ff00::/8"];
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

/** All protected ranges; where several hold an address, the first one tells why. */
export function protectedRanges({ hosts, trustedProxies, allowed }: ProtectionFacts): ProtectedRange[] {
  const host = (cidrs: readonly string[], why: string): ProtectedRange[] =>
    cidrs.map((cidr) => ({ ...networkIn(cidr), why, byList: false }));
  return [
    ...host(LOOPBACK, "loopback"),
    ...host(single(hosts.own), "an address of this host"),
    ...host(single(hosts.gateways), "the default gateway"),
    ...host(single(hosts.resolvers), "a resolver"),
    ...host(trustedProxies, "a trusted proxy"),
    // With privacy extensions (RFC 8981) the next connection comes from another address of the same /64.
    ...host(operatorNetworks(hosts.operators ?? []), "an operator's own connection"),
    ...host(NOBODY, "not an address that anybody signs in from"),
    ...allowed.map(({ cidr, note }) => ({
      ...networkIn(cidr),
      why: note === "" ? "on the allow-list" : `on the allow-list (${note})`,
      byList: true,
    })),
  ];
}

/** Why nothing of the network can be locked; null when something of it can. */
export function whyProtected(network: AddressRange, ranges: readonly ProtectedRange[]): string | null {
  return ranges.find((range) => covers(range, network))?.why ?? null;
}

/** What the host itself needs inside the network, in words: `10.0.0.1, the default gateway`. */
export function hostNeedInside(network: AddressRange, ranges: readonly ProtectedRange[]): string | null {
  const need = ranges.find((range) => !range.byList && overlaps(range, network));
  return need === undefined ? null : `${rangeText(need)}, ${need.why}`;
}

/** The network of an address alone: /32 or /128. */
export function singleNetwork(address: string): Network | null {
  const parsed = parseAddress(address);
  return parsed === null ? null : networkAround(parsed, parsed.family === 4 ? 32 : 128);
}

function single(addresses: readonly string[]): string[] {
  return addresses.map((address) => `${address}/${address.includes(":") ? 128 : 32}`);
}

function operatorNetworks(addresses: readonly string[]): string[] {
  return addresses
    .map(canonicalAddress)
    .filter((address) => address !== null)
    .map(networkOf);
}
