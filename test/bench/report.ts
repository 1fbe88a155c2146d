/** A limit of DESIGN.md's table of figures, in the figure's unit. */
export type Limit = { readonly atMost: number } | { readonly atLeast: number };

/** The same thing measured of another program in the same run. */
export interface Peer {
  readonly name: string;
  /** In the figure's unit; null: the program is not installed. */
  readonly value: number | null;
}

/** One measured figure. */
export interface Figure {
  readonly what: string;
  readonly unit: Unit;
  /** null: told beside the others, held to no limit. */
  readonly limit: Limit | null;
  /** What is held against the limit. */
  readonly value: number;
  /** Which statistic the value is, of how many measurements, and its neighbours. */
  readonly detail: string;
  readonly peers?: readonly Peer[];
}

export type Unit = "ms" | "B" | "B/s" | "MiB" | "/s" | "x";

/** The `share` quantile (0 to 1). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Median, p95 and p99 of milliseconds, in words. */
export function spread(values: readonly number[]): string {
  const [half, p95, p99] = [0.5, 0.95, 0.99].map((share) => number(quantile(values, share)));
  return `median ${half}, p95 ${p95}, p99 ${p99} of ${values.length}`;
}

/** Whether the figure keeps its limit; without one it does. */
export function isReached({ limit, value }: Figure): boolean {
  if (limit === null) return true;
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** The figure as one line. */
export function figureLine(figure: Figure): string {
  const { what, unit, limit, value, detail, peers = [] } = figure;
  const parts = [
    what.padEnd(44),
    targetText(limit, unit).padEnd(14),
    `${number(value)} ${unit}`.padEnd(13),
    verdict(figure).padEnd(20),
    detail,
    ...peers.map((peer) => peerText(figure, peer)),
  ];
  return parts.join("  ").trimEnd();
}

function targetText(limit: Limit | null, unit: Unit): string {
  if (limit === null) return "";
  return "atMost" in limit ? `<= ${number(limit.atMost)} ${unit}` : `>= ${number(limit.atLeast)} ${unit}`;
}

function verdict(figure: Figure): string {
  const { limit, value } = figure;
  if (limit === null) return "";
  const over = "atMost" in limit ? value / limit.atMost : limit.atLeast / value;
  if (isReached(figure)) return over > 0 ? `reached, ${(1 / over).toFixed(1)} x room` : "reached";
  return Number.isFinite(over) ? `MISSED by ${over.toFixed(2)} x` : "MISSED";
}

function peerText({ unit, value }: Figure, peer: Peer): string {
  if (peer.value === null) return `| ${peer.name}: not installed`;
  const ratio = value > 0 ? `, ${(peer.value / value).toFixed(peer.value / value < 0.1 ? 3 : 1)} x ours` : "";
  return `| ${peer.name}: ${number(peer.value)} ${unit}${ratio}`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) return "none";
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}
