import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

export type Family = 4 | 6;

/** An address as a number of 32 or 128 bits. */
export interface AddressValue {
  readonly family: Family;
  readonly value: bigint;
}

/** All addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** A network in canonical form: no host bits. */
export interface Network extends AddressRange {
  readonly prefix: number;
}

const BITS: Record<Family, number> = { 4: 32, 6: 128 };
/** The longest text that can be an address: 45 characters (RFC 4291) and a zone (IFNAMSIZ is 16). */
const LONGEST = 64;

/** How many bits an address of the family has. */
export function bitsOf(family: Family): number {
  return BITS[family];
}

/**
 * The one way an address is written: dotted IPv4 without leading zeros, or IPv6 as in RFC 5952. IPv4-mapped IPv6 is
 * folded to IPv4, a zone (`%eth0`) is dropped.
 *
 * @returns null for anything else: names, `010.0.0.1`, `1.2`, brackets, blanks
 */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  const address = parseAddress(text);
  return address === null ? null : formatAddress(address);
}

/** The number behind an address text, IPv4-mapped IPv6 folded; null when {@link canonicalAddress} would be. */
export function parseAddress(text: string): AddressValue | null {
  if (text.length > LONGEST) return null;
  if (isIPv4(text)) return { family: 4, value: BigInt(ipv4Number(text)) };
  if (!isIPv6(text)) return null;
  const value = ipv6Value(text.split("%", 1)[0] ?? "");
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** The canonical text of an address. */
export function formatAddress({ family, value }: AddressValue): string {
  const parts = (width: bigint, count: number): number[] =>
    Array.from({ length: count }, (_, i) =>
      Number((value >> (BigInt(count - 1 - i) * width)) % (1n << width)),
    );
  if (family === 4) return parts(8n, 4).join(".");
  return new ipaddr.IPv6(parts(16n, 8)).toRFC5952String();
}

/**
 * A network from `ADDRESS/PREFIX`, with host bits cut off; an IPv4-mapped one (`::ffff:10.0.0.0/104`) becomes IPv4.
 *
 * @returns null when the text is no network: no mask, a mask out of range or with leading zeros, a zone
 */
export function parseNetwork(text: string): Network | null {
  const [, address = "", digits = ""] = /^([^/%]{1,45})\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const folded = parsed.family === 4 && address.includes(":");
  const prefix = Number(digits) - (folded ? 96 : 0);
  if (prefix < 0 || prefix > BITS[parsed.family]) return null;
  return networkAround(parsed, prefix);
}

/** The network of `prefix` bits that the address lies in. */
export function networkAround({ family, value }: AddressValue, prefix: number): Network {
  const hostBits = BigInt(BITS[family] - prefix);
  const first = (value >> hostBits) << hostBits;
  return { family, prefix, first, last: first + (1n << hostBits) - 1n };
}

/** `ADDRESS/PREFIX`. */
export function formatNetwork({ family, first, prefix }: Network): string {
  return `${formatAddress({ family, value: first })}/${prefix}`;
}

/** The fewest networks that together are the range. */
export function networksOf({ family, first, last }: AddressRange): Network[] {
  const found: Network[] = [];
  for (let at = first; at <= last; ) {
    let prefix = BITS[family];
    while (prefix > 0) {
      const wider = networkAround({ family, value: at }, prefix - 1);
      if (wider.first !== at || wider.last > last) break;
      prefix -= 1;
    }
    const network = networkAround({ family, value: at }, prefix);
    found.push(network);
    at = network.last + 1n;
  }
  return found;
}

function ipv4Number(text: string): number {
  return text.split(".").reduce((value, octet) => value * 256 + Number(octet), 0);
}

/** ipaddr.js takes `::1.2.3.4` for an IPv4-mapped address, so that the dotted tail is turned into groups here. */
function ipv6Value(text: string): bigint {
  const tailAt = text.lastIndexOf(":") + 1;
  const tail = text.slice(tailAt);
  if (tail.includes(".")) {
    const value = ipv4Number(tail);
    const groups = `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;
    return ipv6Value(text.slice(0, tailAt) + groups);
  }
  return ipaddr.IPv6.parse(text).parts.reduce((value, part) => (value << 16n) | BigInt(part), 0n);
}
