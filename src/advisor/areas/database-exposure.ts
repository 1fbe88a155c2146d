import type { Listener } from "../../changes/own/listeners.ts";
import type { Known } from "../fact.ts";
import { type Wall, widest } from "../facts/database-reach.ts";
import { isPublic, wayTo } from "./reach.ts";
import type { Problem } from "./weigh.ts";

/** From where a database can be reached that listens beyond its host. */
export interface Exposed {
  /** From the internet, or from the network around this host; `closed` by the firewall; or it cannot be told. */
  readonly from: "internet" | "network" | "closed" | "unclear" | "unknown";
  /** Follows the name of the program: `listens on every address`. */
  readonly what: string;
  /** `firewall: open`. */
  readonly wall: string;
}

/** Certain only where the rules let strangers in, to an address that the internet routes. */
export function exposureOf(listeners: readonly Listener[], wall: Known<Wall>): Exposed {
  const isEverywhere = widest(listeners.map(({ address }) => address)) === "everybody";
  const what = isEverywhere ? "listens on every address" : "listens in the network";
  if (!wall.known) return { from: "unknown", what, wall: `firewall: ${wall.why}` };
  const from = openTo(listeners, wall.value);
  switch (from) {
    case "internet":
      return { from, what: `${what}, and the internet reaches it`, wall: "firewall: open" };
    case "network":
      return { from, what, wall: "firewall: open; no public address of this host leads there" };
    case "unclear":
      return { from, what, wall: "firewall: its rules cannot be followed to their end" };
    case "closed":
      return { from, what: `${what}; only the firewall closes it`, wall: "firewall: closed to strangers" };
  }
}

function openTo(
  listeners: readonly Listener[],
  { filter, addresses }: Wall,
): "internet" | "network" | "closed" | "unclear" {
  const open = listeners.filter((listener) => wayTo(listener, filter) === "open");
  if (open.some(({ address }) => isPublic(address, addresses))) return "internet";
  if (open.length > 0) return "network";
  return listeners.every((listener) => wayTo(listener, filter) === "closed") ? "closed" : "unclear";
}

/** What a password still guards is critical only where the whole internet may guess at it. */
export function ratingOf({ from }: Exposed, asksPassword: boolean): Problem["rating"] {
  if (from === "unknown") return "unknown";
  return from === "internet" || (from === "network" && !asksPassword) ? "critical" : "warning";
}
