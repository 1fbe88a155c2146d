import type { Listener } from "../../changes/own/listeners.ts";
import type { InboundFilter } from "../../firewall/inbound.ts";
import { isPublicV4, type OwnAddresses } from "../facts/firewall.ts";

/** Whether somebody from anywhere gets to a listener. */
export type Way = "open" | "closed" | "unclear";

/** What the firewall does with packets for it, over the families in which it listens. */
export function wayTo({ protocol, port, address }: Listener, filter: InboundFilter): Way {
  const families =
    address === "*" ? ([4, 6] as const) : address.includes(":") ? ([6] as const) : ([4] as const);
  const verdicts = families.map((family) => filter.verdict({ protocol, port, family }));
  if (verdicts.includes("open")) return "open";
  return verdicts.includes("unclear") ? "unclear" : "closed";
}

/** Whether the internet has a way to that address: behind a provider's router (a private one) nobody here can tell. */
export function isPublic(address: string, { publicV4, globalV6 }: OwnAddresses): boolean {
  if (address === "*") return publicV4.length > 0 || globalV6.length > 0;
  return address.includes(":") ? /^[23]/.test(address) : isPublicV4(address);
}

export function wayText(way: Way): string {
  return way === "unclear" ? "cannot be told" : way;
}
