import { InvalidArgumentError } from "commander";
import { canonicalAddress, formatNetwork, parseNetwork } from "../host/address.ts";

/** A parser of option values: a whole number in a range. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A parser of option values: an address in its canonical form, or a network without host bits. */
export function addressOrNetwork(text: string): string {
  const address = canonicalAddress(text);
  if (address !== null) return address;
  const network = parseNetwork(text);
  if (network !== null) return formatNetwork(network);
  throw new InvalidArgumentError("It must be an address (203.0.113.9) or a network (2001:db8::/64).");
}
