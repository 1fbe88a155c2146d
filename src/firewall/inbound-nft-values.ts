import type { Family } from "../host/address.ts";
import { PROTOCOL_NUMBERS, STATE_BITS, TCP_FLAGS } from "./inbound-probe.ts";
import { addressSpan, prefixSpan, type Span } from "./inbound-values.ts";

/** A value as nft prints it in JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** What kind of values a field has, for the words that nft writes instead of numbers. */
export type FieldKind =
  | "port"
  | "number"
  | "protocol"
  | "nfproto"
  | "ethertype"
  | "state"
  | "status"
  | "tcpFlags"
  | "packetType"
  | "addressType"
  | "deviceType"
  | "boolean"
  | "address4"
  | "address6";

const WORDS: Partial<Record<FieldKind, Readonly<Record<string, number>>>> = {
  protocol: PROTOCOL_NUMBERS,
  nfproto: { ipv4: 2, ipv6: 10 },
  ethertype: { ip: 0x0800, arp: 0x0806, ip6: 0x86dd },
  state: STATE_BITS,
  status: { expected: 1, "seen-reply": 2, assured: 4, confirmed: 8, snat: 16, dnat: 32, dying: 512 },
  tcpFlags: TCP_FLAGS,
  packetType: { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 },
  addressType: {
    unspec: 0,
    unicast: 1,
    local: 2,
    broadcast: 3,
    anycast: 4,
    multicast: 5,
    blackhole: 6,
    unreachable: 7,
    prohibit: 8,
  },
  deviceType: { ether: 1, loopback: 772 },
};

const ADDRESS_FAMILY: Partial<Record<FieldKind, Family>> = { address4: 4, address6: 6 };

/** One value or one element of a set; null: not understood. */
export function spanOf(value: Json | undefined, kind: FieldKind): Span | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "object" && !isList(value)) return spanOfObject(value, kind);
  const number = numberOf(value, kind);
  return number === null ? null : { first: number, last: number };
}

/** A number, a word, or several words that are or-ed together. */
export function numberOf(value: Json | undefined, kind: FieldKind): bigint | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "string") return wordNumber(value, kind);
  if (value === undefined || value === null) return null;
  const words = isList(value) ? value : value["|"];
  if (words === undefined || !isList(words)) return null;
  return words.reduce<bigint | null>((sum, word) => {
    const number = numberOf(word, kind);
    return sum === null || number === null ? null : sum | number;
  }, 0n);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function spanOfObject(value: JsonObject, kind: FieldKind): Span | null {
  const { prefix, range } = value;
  if (isObject(prefix)) return prefixOf(prefix, kind);
  if (isList(range)) {
    const first = numberOf(range[0], kind);
    const last = numberOf(range[1], kind);
    return first === null || last === null ? null : { first, last };
  }
  const number = numberOf(value, kind);
  return number === null ? null : { first: number, last: number };
}

function prefixOf({ addr, len }: JsonObject, kind: FieldKind): Span | null {
  const family = ADDRESS_FAMILY[kind];
  return family === undefined || typeof addr !== "string" || typeof len !== "number"
    ? null
    : prefixSpan(addr, len, family);
}

function wordNumber(word: string, kind: FieldKind): bigint | null {
  const family = ADDRESS_FAMILY[kind];
  if (family !== undefined) return addressSpan(word, family)?.first ?? null;
  const number = WORDS[kind]?.[word];
  if (number !== undefined) return BigInt(number);
  return /^(\d{1,19}|0x[0-9a-f]{1,16})$/.test(word) ? BigInt(word) : null;
}
