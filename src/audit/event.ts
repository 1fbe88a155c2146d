import type { AuditRow } from "../database/schema.ts";
import { storedHash } from "./head.ts";

/** Which rows to read; every filter narrows. Empty texts count as not given. */
export interface AuditQuery {
  /** Epoch milliseconds, included. */
  readonly since?: number | undefined;
  /** Epoch milliseconds, included. */
  readonly until?: number | undefined;
  /** Who acted, or on whose behalf: the exact name. */
  readonly user?: string | undefined;
  /** The exact action, or all that begin with what stands before a trailing dot or star: `2fa.`, `2fa.*`. */
  readonly action?: string | undefined;
  /** Part of what a row says (user, action, target, details, address), without regard to case. */
  readonly text?: string | undefined;
  /** The exact address. */
  readonly address?: string | undefined;
  readonly outcome?: AuditRow["outcome"] | undefined;
  /** Rows below this number: the next page. */
  readonly before?: number | undefined;
  /** Rows above this number: what has come since. */
  readonly after?: number | undefined;
  /** Rows at most, 1 to 10,000. */
  readonly limit: number;
}

/** One row of the log, as it is shown. */
export interface AuditEvent {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly actor: string;
  readonly actorAccount: number | null;
  readonly via: string;
  /** Whether kernel or sshd vouch for person and address. */
  readonly verified: boolean;
  readonly onBehalfOf: string | null;
  readonly action: string;
  readonly target: string;
  readonly outcome: AuditRow["outcome"];
  readonly details: Record<string, unknown>;
  readonly address: string | null;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** A page of the log. */
export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /** false: the search was ended early; go on with `before: searchedTo`. */
  readonly complete: boolean;
  /** Rows from this number upwards have been looked at. */
  readonly searchedTo: number;
}

/** A row of the table as an event; one that was tampered with is shown as far as it goes. */
export function toEvent(row: AuditRow): AuditEvent {
  return {
    seq: row.seq,
    time: Number.isFinite(row.time) ? row.time : 0,
    actor: String(row.actor),
    actorAccount: row.actor_account,
    via: String(row.via),
    verified: row.verified === 1,
    onBehalfOf: row.on_behalf_of === null ? null : String(row.on_behalf_of),
    action: String(row.action),
    target: String(row.target),
    outcome: row.outcome,
    details: parseDetails(String(row.details)),
    address: row.address === null ? null : String(row.address),
    hash: storedHash(row.hash).toString("hex"),
  };
}

function parseDetails(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return { ...value };
  } catch {
    // Shown as it stands.
  }
  return { unreadable: text };
}
