import { z } from "zod";
import { CastellanError } from "../../errors.ts";

/** What the kernel holds of our input table. */
export interface InputTable {
  accepts(protocol: "tcp" | "udp", port: number): boolean;
  /** `policy` or `tcp:22`, as drafts expect it; null for anything else. */
  value(name: string): string | null;
}

const RIGHT = z.union([z.number(), z.object({ set: z.array(z.unknown()) })]);
const MATCH = z.object({
  match: z.object({
    op: z.literal("=="),
    left: z.object({ payload: z.object({ protocol: z.enum(["tcp", "udp"]), field: z.literal("dport") }) }),
    right: RIGHT,
  }),
});
const LISTING = z.object({
  nftables: z.array(
    z.object({
      chain: z
        .object({ name: z.string(), hook: z.string().optional(), policy: z.string().optional() })
        .optional(),
      rule: z.object({ chain: z.string(), expr: z.array(z.record(z.string(), z.unknown())) }).optional(),
    }),
  ),
});

/**
 * Reads `nft -j list table`.
 * @throws CastellanError `source_unreadable`
 */
export function parseInputTable(text: string): InputTable {
  const listing = LISTING.safeParse(parseJson(text));
  if (!listing.success) throw unreadable(listing.error);
  const { nftables } = listing.data;
  const hooked = nftables.find(({ chain }) => chain?.hook === "input")?.chain;
  const open = new Set(
    nftables.flatMap(({ rule }) => (rule?.chain === hooked?.name ? openedBy(rule?.expr ?? []) : [])),
  );
  const accepts = (protocol: string, port: number): boolean => open.has(`${protocol}:${port}`);
  return {
    accepts,
    value(name) {
      if (name === "policy") return hooked?.policy ?? null;
      return /^(tcp|udp):\d+$/.test(name) ? (open.has(name) ? "accept" : "drop") : null;
    },
  };
}

/** The ports of a rule of just two parts: a match of destination ports, and accept. */
function openedBy(expressions: readonly Record<string, unknown>[]): string[] {
  const [first, second, ...rest] = expressions;
  const match = MATCH.safeParse(first);
  if (!match.success || second === undefined || !("accept" in second) || rest.length > 0) return [];
  const { left, right } = match.data.match;
  const ports = typeof right === "number" ? [right] : right.set;
  return ports.map((port) => `${left.payload.protocol}:${String(port)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): CastellanError {
  return new CastellanError("source_unreadable", "what nft tells of castellan's table cannot be read", "", {
    cause,
  });
}
