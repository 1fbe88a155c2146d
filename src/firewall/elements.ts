import { CastellanError } from "../errors.ts";
import {
  type AddressRange,
  canonicalAddress,
  formatAddress,
  formatNetwork,
  networksOf,
  parseAddress,
  parseNetwork,
} from "../host/address.ts";
import type { TimedRange } from "./ranges.ts";

/** A network (or a range `FIRST-LAST`) that is locked, for how long yet; null: until it is removed. */
export interface FirewallElement {
  readonly cidr: string;
  readonly timeoutMs: number | null;
}

/** Ten years: nothing is locked for longer, and the kernel takes it. */
const LONGEST_MS = 10 * 365 * 86_400_000;

/**
 * The range that an element names. The one door into a script for nft: what comes out of it are numbers.
 *
 * @throws CastellanError `invalid_input` when the text is no canonical network, address or range
 */
export function elementRange(text: string): AddressRange {
  const network = parseNetwork(text);
  if (network !== null) return text === formatNetwork(network) ? network : refuse(text);
  const [from = "", to] = text.split("-", 2);
  const first = parseAddress(from);
  const last = to === undefined ? first : parseAddress(to);
  if (first === null || last === null || first.family !== last.family || first.value > last.value) {
    return refuse(text);
  }
  const canonical =
    to === undefined ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`;
  return text === canonical ? { family: first.family, first: first.value, last: last.value } : refuse(text);
}

/** The element's range with its time, whole milliseconds; elements whose time is over are left out by the caller. */
export function timedRange({ cidr, timeoutMs }: FirewallElement): TimedRange {
  if (timeoutMs !== null && (!Number.isFinite(timeoutMs) || timeoutMs > LONGEST_MS)) {
    throw new CastellanError("invalid_input", `${timeoutMs} ms is no time for a firewall element`);
  }
  const { family, first, last } = elementRange(cidr);
  return { family, first, last, timeoutMs: timeoutMs === null ? null : Math.ceil(timeoutMs) };
}

/** As nft writes it: an address, `ADDRESS/PREFIX`, or `FIRST-LAST`. */
export function rangeText(range: AddressRange): string {
  const { family, first, last } = range;
  if (first === last) return formatAddress({ family, value: first });
  const networks = networksOf(range);
  const [only] = networks;
  if (only !== undefined && networks.length === 1) return formatNetwork(only);
  return `${formatAddress({ family, value: first })}-${formatAddress({ family, value: last })}`;
}

/** The range as networks with their time. */
export function elementsOf(range: TimedRange): FirewallElement[] {
  return networksOf(range).map((network) => ({ cidr: formatNetwork(network), timeoutMs: range.timeoutMs }));
}

function refuse(text: string): never {
  const shown = canonicalAddress(text) ?? JSON.stringify(text.slice(0, 80));
  throw new CastellanError("invalid_input", `${shown} is no canonical network`, "write it as 203.0.113.0/24");
}
