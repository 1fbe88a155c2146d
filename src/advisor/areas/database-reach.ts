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
