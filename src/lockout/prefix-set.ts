import { CastellanError } from "../errors.ts";
import { union } from "../firewall/ranges.ts";
import { type AddressRange, type Family, type Network, parseAddress, parseNetwork } from "../host/address.ts";

/** Networks that are asked for addresses often. */
export interface PrefixSet {
  /** Whether one of the networks holds the address; false for what is no address. */
  has(address: string): boolean;
}

/**
 * Joins the networks to sorted ranges and finds an address by bisection: 10,000 networks take 14 comparisons.
 * @throws CastellanError `invalid_input` when one of the texts is no network
 */
export function createPrefixSet(cidrs: readonly string[]): PrefixSet {
  const ranges = union(cidrs.map(networkIn));
  const byFamily: Record<Family, readonly AddressRange[]> = {
    4: ranges.filter(({ family }) => family === 4),
    6: ranges.filter(({ family }) => family === 6),
  };
  return {
    has(address) {
      const parsed = parseAddress(address);
      return parsed !== null && bisect(byFamily[parsed.family], parsed.value);
    },
  };
}

/**
 * The network behind a canonical CIDR such as the target of a lockout; host bits are cut off.
 * @throws CastellanError `invalid_input`
 */
export function networkIn(cidr: string): Network {
  const network = parseNetwork(cidr);
  if (network !== null) return network;
  throw new CastellanError("invalid_input", `${JSON.stringify(cidr.slice(0, 80))} is no network`);
}

function bisect(ranges: readonly AddressRange[], value: bigint): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (value < range.first) high = middle - 1;
    else if (value > range.last) low = middle + 1;
    else return true;
  }
  return false;
}
