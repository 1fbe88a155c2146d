import { isIPv4 } from "node:net";
import { CastellanError } from "../errors.ts";
import {
  type AddressRange,
  bitsOf,
  canonicalAddress,
  type Family,
  formatNetwork,
  type Network,
  networkAround,
  parseAddress,
  parseNetwork,
} from "../host/address.ts";
import { networkIn } from "./prefix-set.ts";

export { canonicalAddress } from "../host/address.ts";
export { createPrefixSet, networkIn, type PrefixSet } from "./prefix-set.ts";

/** What somebody asks to lock or allow. */
export interface Target {
  /** `203.0.113.9/32`, `2001:db8::/64`: no host bits. */
  readonly cidr: string;
  readonly prefix: number;
  readonly family: Family;
  /** So wide that it wants the typed word: IPv4 below /8, IPv6 below /32. */
  readonly wide: boolean;
  /** A bare IPv6 address was taken for its /64: whoever has one address of it has them all. */
  readonly widened: boolean;
}

/** The smallest network that one customer of a provider has (RFC 6177): an attacker rotates in it freely. */
const IPV6_KEY_BITS = 64;
const WIDE_BELOW: Record<Family, number> = { 4: 8, 6: 32 };
/** fe80::/10: all neighbours of a link share one /64, so that each is a network of its own. */
const LINK_LOCAL = networkAround({ family: 6, value: 0xfe80n << 112n }, 10);

/**
 * The key that lockouts count by: the address itself for IPv4, the /64 for IPv6 (link-local: the address).
 *
 * @throws CastellanError `invalid_input` when the text is no address
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return `${address}/32`;
  const parsed = parseAddress(address);
  if (parsed === null) throw notAnAddress(address);
  if (parsed.family === 4) return `${canonicalAddress(address)}/32`;
  return formatNetwork(networkAround(parsed, isWithin(LINK_LOCAL, parsed) ? 128 : IPV6_KEY_BITS));
}

/**
 * Reads an address or a CIDR that a person typed. A bare IPv6 address means its /64, unless `bareIpv6` is 128.
 *
 * @throws CastellanError `invalid_input`: host bits (with the right network in the message), a bad mask, a range,
 *   a name, blanks
 */
export function parseTarget(text: string, options: { bareIpv6?: 64 | 128 } = {}): Target {
  const bare = parseAddress(text);
  if (bare !== null) {
    const cidr =
      options.bareIpv6 === 128 ? `${canonicalAddress(text)}/${bitsOf(bare.family)}` : networkOf(text);
    const network = networkIn(cidr);
    return targetOf(network, bare.family === 6 && network.prefix < 128);
  }
  const network = parseNetwork(text);
  if (network === null) throw notANetwork(text);
  const address = parseAddress(text.slice(0, text.indexOf("/")));
  if (address?.value !== network.first) {
    throw new CastellanError(
      "invalid_input",
      `${text} has host bits set; the network is ${formatNetwork(network)}`,
      `write ${formatNetwork(network)}, or the address alone`,
    );
  }
  return targetOf(network, false);
}

/** Whether the address lies in the network; false when either text is none. */
export function contains(cidr: string, address: string): boolean {
  const network = parseNetwork(cidr);
  const parsed = parseAddress(address);
  return network !== null && parsed !== null && isWithin(network, parsed);
}

/** Whether `inner` lies in `outer` wholly. */
export function covers(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether the ranges have an address in common. */
export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Every network that holds the given one, itself first: what a lockout that covers it can be called. */
export function networksAround({ family, first, prefix }: Network): string[] {
  return Array.from({ length: prefix + 1 }, (_, i) =>
    formatNetwork(networkAround({ family, value: first }, prefix - i)),
  );
}

function isWithin(network: Network, { family, value }: { family: Family; value: bigint }): boolean {
  return network.family === family && network.first <= value && value <= network.last;
}

function targetOf(network: Network, widened: boolean): Target {
  const { family, prefix } = network;
  return { cidr: formatNetwork(network), prefix, family, wide: prefix < WIDE_BELOW[family], widened };
}

function notANetwork(text: string): CastellanError {
  const shown = JSON.stringify(text.slice(0, 80));
  if (/^[\d.]+ ?- ?[\d.]+$|^[\da-f:]+ ?- ?[\da-f:]+$/i.test(text)) {
    return new CastellanError("invalid_input", `${shown} is a range`, "write networks: 203.0.113.0/24");
  }
  return new CastellanError(
    "invalid_input",
    `${shown} is neither an address nor a network`,
    "write 203.0.113.9, 203.0.113.0/24, 2001:db8::1 or 2001:db8::/64; names are never looked up",
  );
}

function notAnAddress(text: string): CastellanError {
  return new CastellanError(
    "invalid_input",
    `${JSON.stringify(text.slice(0, 80))} is no address`,
    "write it as 203.0.113.9 or 2001:db8::1",
  );
}
