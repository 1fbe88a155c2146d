import { canonicalJson, type Json } from "../audit/canonical.ts";
import { type AddressRange, type Family, networkAround, parseAddress } from "../host/address.ts";
import type { TimedRange } from "./ranges.ts";
import { PRIORITY, SET_SIZE } from "./script.ts";

/** Our table as the kernel holds it. */
export interface Listing {
  /** Everything but elements, counters and handles, as canonical JSON: equal texts, equal rules. */
  readonly structure: string;
  /** Times are whole seconds, rounded down, in milliseconds. */
  readonly elements: readonly TimedRange[];
  /** Packets that our rules dropped since the table was made. */
  readonly droppedPackets: number;
}

const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ["locked4 ipv4_addr", 4],
  ["locked6 ipv6_addr", 6],
]);

type JsonObject = { readonly [key: string]: Json | undefined };

/** What a table made by our script lists as. */
export const EXPECTED_STRUCTURE = structureText([
  { table: { family: "inet", name: "castellan" } },
  ...["ipv4_addr", "ipv6_addr"].map((type, index) => ({
    set: {
      family: "inet",
      table: "castellan",
      name: index === 0 ? "locked4" : "locked6",
      type,
      size: SET_SIZE,
      flags: ["interval", "timeout"],
    },
  })),
  {
    chain: {
      family: "inet",
      table: "castellan",
      name: "input",
      type: "filter",
      hook: "input",
      prio: PRIORITY,
      policy: "accept",
    },
  },
  ...["ip", "ip6"].map((protocol, index) => ({
    rule: {
      family: "inet",
      table: "castellan",
      chain: "input",
      expr: [
        {
          match: {
            op: "==",
            left: { payload: { protocol, field: "saddr" } },
            right: index === 0 ? "@locked4" : "@locked6",
          },
        },
        { counter: null },
        { drop: null },
      ],
    },
  })),
]);

/** Reads what `nft -j list table inet castellan` prints (libnftables-json(5)). */
export function parseListing(text: string): Listing {
  const items = itemsOf(text);
  // nft 1.0.6 stops in the middle of a table with flags (`dormant`: switched off). Ours has none.
  if (items === null) return { structure: "unreadable", elements: [], droppedPackets: 0 };
  const elements = items.flatMap((item) => {
    const set = item["set"] as JsonObject | undefined;
    const family = FAMILIES.get(`${set?.["name"]} ${set?.["type"]}`);
    return family === undefined
      ? []
      : ((set?.["elem"] ?? []) as Json[]).flatMap((elem) => parseElement(elem, family));
  });
  return { structure: structureText(items), elements, droppedPackets: countDrops(items) };
}

function itemsOf(text: string): JsonObject[] | null {
  try {
    const { nftables } = JSON.parse(text) as { nftables: JsonObject[] };
    return nftables.filter((item) => item["metainfo"] === undefined);
  } catch {
    return null;
  }
}

function structureText(items: readonly JsonObject[]): string {
  return items
    .map((item) => canonicalJson(stripped(item)))
    .sort()
    .join("\n");
}

/** Without what changes by itself. */
function stripped(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => stripped(item));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value as JsonObject)
    .filter(([key]) => key !== "handle" && key !== "elem")
    .map(([key, item]): [string, Json] => {
      if (key === "counter") return [key, null];
      if (key === "flags" && typeof item === "string") return [key, [item]];
      return [key, stripped(item ?? null)];
    });
  return Object.fromEntries(entries);
}

/** `"1.1.1.1"`, `{prefix}`, `{range}`, or `{elem: {val, timeout, expires}}` around one of them. */
function parseElement(item: Json, family: Family): TimedRange[] {
  const elem = (item as { elem?: { val: Json; expires?: number } }).elem;
  const range = parseValue(elem === undefined ? item : elem.val, family);
  const expires = elem?.expires;
  return range === null ? [] : [{ ...range, timeoutMs: expires === undefined ? null : expires * 1000 }];
}

/** Somebody else may have put in what castellan would not: nothing that the kernel holds is refused here. */
function parseValue(value: Json, family: Family): AddressRange | null {
  const { prefix, range } = value as { prefix?: { addr: string; len: number }; range?: [string, string] };
  if (prefix !== undefined) {
    const first = addressIn(family, prefix.addr);
    return first === null ? null : networkAround({ family, value: first }, prefix.len);
  }
  const [from, to] = range ?? [String(value), String(value)];
  const first = addressIn(family, from);
  const last = addressIn(family, to);
  return first === null || last === null ? null : { family, first, last };
}

function addressIn(family: Family, text: string): bigint | null {
  const address = parseAddress(text);
  if (address === null) return null;
  if (address.family === family) return address.value;
  return family === 6 ? (0xffffn << 32n) | address.value : null;
}

function countDrops(items: readonly JsonObject[]): number {
  return items
    .flatMap((item) => ((item["rule"] as JsonObject | undefined)?.["expr"] ?? []) as JsonObject[])
    .map((expression) => (expression["counter"] as { packets?: number } | null | undefined)?.packets ?? 0)
    .reduce((sum, packets) => sum + packets, 0);
}
