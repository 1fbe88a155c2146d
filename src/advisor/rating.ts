/**
 * What a check says. Severity follows certainty: `critical` only when it is certain and dangerous (99 of 100 such
 * findings are right), `warning` when it is very likely (95 of 100), `unknown` when it could not be read: never green.
 */
export const RATINGS = ["passed", "warning", "critical", "unknown"] as const;
export type Rating = (typeof RATINGS)[number];

/** The areas of the Advisor, in the order in which they are shown. */
export const AREAS = [
  "ssh",
  "accounts",
  "panel",
  "firewall",
  "fail2ban",
  "network",
  "tls",
  "web",
  "php",
  "system",
  "database",
  "mail",
] as const;
export type Area = (typeof AREAS)[number];

/** What a check found. */
export interface Verdict {
  readonly rating: Rating;
  /** One line, at most 100 characters: what is so (`PermitRootLogin yes`). */
  readonly summary: string;
  /** What was seen, one line each, with file and line or the command that said so. */
  readonly evidence: readonly string[];
}
