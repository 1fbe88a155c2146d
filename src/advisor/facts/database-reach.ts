import type { Listener } from "../../changes/own/listeners.ts";
import type { InboundFilter } from "../../firewall/inbound.ts";
import type { AdvisedHost, Known } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { OWN_ADDRESSES, type OwnAddresses, RULES } from "./firewall.ts";

/** Who can get to an address that something listens on. */
export type Reach = "host" | "network" | "everybody";

const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80:)/i;

/** Addresses as ss(8) and configuration files write them; `*`, `0.0.0.0` and `::` are every one. RFC 1918, 6598, 4193 */
export function reachOf(address: string): Reach {
  const bare = address.replace(/^\[|\]$/g, "");
  if (bare === "localhost" || bare === "::1" || /^127\./.test(bare) || bare.startsWith("/")) return "host";
  return PRIVATE.test(bare) ? "network" : "everybody";
}

const ORDER: readonly Reach[] = ["host", "network", "everybody"];

export function widest(addresses: readonly string[]): Reach {
  return ORDER[Math.max(0, ...addresses.map((address) => ORDER.indexOf(reachOf(address))))] ?? "host";
}

/** What stands between the internet and a port. */
export interface Wall {
  readonly filter: InboundFilter;
  readonly addresses: OwnAddresses;
}

/** Asked only where something listens beyond this host; null: nothing does. */
export async function wallBefore(
  host: AdvisedHost,
  listeners: readonly Listener[],
): Promise<Known<Wall> | null> {
  if (widest(listeners.map(({ address }) => address)) === "host") return null;
  return await attempt(async () => {
    const [{ filter }, addresses] = await Promise.all([host.fact(RULES), host.fact(OWN_ADDRESSES)]);
    return { filter, addresses };
  });
}
