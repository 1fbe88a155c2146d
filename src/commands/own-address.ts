import { CastellanError } from "../errors.ts";
import { canonicalAddress } from "../host/address.ts";
import type { Operator } from "../host/operator.ts";

/** Where the operator sits. */
export interface OwnAddress {
  readonly address: string;
  /** How that is known, to be said behind the address. */
  readonly how: string;
}

/**
 * The address behind the word `me`: of the operator's own SSH connection.
 * @throws CastellanError `invalid_input` on a console, where there is none
 */
export function ownAddress({ address, verified }: Operator): OwnAddress {
  const canonical = address === null ? null : canonicalAddress(address);
  if (canonical === null) {
    throw new CastellanError(
      "invalid_input",
      "you are not connected over SSH, so that there is no address of yours",
      "name the address, or the whole network, instead of me",
    );
  }
  const how = verified ? "your own connection" : "claimed by SSH_CONNECTION, not proven";
  return { address: canonical, how: ` (${how})` };
}
