import type { InboundFilter } from "../firewall/inbound.ts";
import { parseAddress } from "../host/address.ts";
import { closed, NONE, type Obstacles, unsure } from "./obstacles.ts";

/** Where sshd, or systemd for it, listens. */
export interface Listen {
  readonly address: string;
  readonly port: number;
}

type Family = 4 | 6;

/** Addresses that stand for everywhere: of documentation (RFC 5737, RFC 3849), so that no rule names them. */
const ANYWHERE: Readonly<Record<Family, string>> = { 4: "192.0.2.1", 6: "2001:db8::1" };
type Verdict = "open" | "unsure" | "closed";

/** Whether a packet gets as far as sshd. @param from canonical; null: from nowhere in particular */
export function reachOf(
  listens: readonly Listen[],
  filter: InboundFilter | null,
  from: string | null,
): Obstacles {
  if (listens.length === 0) return closed("sshd listens nowhere");
  const near = from !== null && isLoopback(from);
  const met = near ? listens : listens.filter(({ address }) => !isLoopback(address));
  if (met.length === 0)
    return closed(`sshd listens only on ${listens.map(({ address }) => address).join(", ")}`);
  if (from !== null) return ofFamily(met, filter, from, parseAddress(from)?.family ?? 4);
  const [four, six] = [ofFamily(met, filter, null, 4), ofFamily(met, filter, null, 6)];
  if (isOpen(four)) return NONE;
  if (isOpen(six)) return unsure("only over IPv6");
  return four.unsure.length > 0 ? four : six.unsure.length > 0 ? six : four;
}

function isOpen(obstacles: Obstacles): boolean {
  return obstacles.closed.length + obstacles.unsure.length === 0;
}

function ofFamily(
  listens: readonly Listen[],
  filter: InboundFilter | null,
  from: string | null,
  family: Family,
): Obstacles {
  const own = listens.filter(({ address }) => familyOf(address) === family).map(({ port }) => port);
  const ports = [...new Set(own)];
  if (ports.length === 0) return closed(`sshd does not listen on IPv${family}`);
  const verdicts = ports.map((port) => verdictOf(filter, port, family, from));
  if (verdicts.includes("open")) return NONE;
  const named = ports.join(", ");
  return verdicts.includes("unsure")
    ? unsure(`the packet filter may close port ${named}, or lets only some in`)
    : closed(`the packet filter closes port ${named}${from === null ? " to strangers" : ""}`);
}

function verdictOf(filter: InboundFilter | null, port: number, family: Family, from: string | null): Verdict {
  if (filter === null) return "open";
  const packet = { protocol: "tcp", port, family } as const;
  const said = filter.verdict({ ...packet, from: from ?? ANYWHERE[family] });
  if (said === "open") return "open";
  // Closed to everywhere in particular may still be open to some.
  return said === "closed" && (from !== null || filter.verdict(packet) === "closed") ? "closed" : "unsure";
}

function familyOf(address: string): Family | null {
  return parseAddress(address.replace(/%.*/, ""))?.family ?? null;
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1$)/.test(address);
}
