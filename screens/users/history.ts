import type { LineSpec } from "../../components/Lines.tsx";
import type { AuditEvent } from "../../src/audit/event.ts";
import type { Castellan } from "../../src/castellan.ts";
import { dateTime } from "../../src/terminal/format.ts";

const MOST = 100;

/** What an account did and what was done to it. */
export interface History {
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /** There may be older ones. */
  readonly more: boolean;
}

/** Reads the newest rows of the audit log that concern an account. */
export async function readHistory({ audit }: Castellan, name: string): Promise<History> {
  const [by, about] = await Promise.all([
    audit.query({ user: name, limit: MOST }),
    audit.query({ text: name, limit: MOST }),
  ]);
  const concerned = [...by.events, ...about.events.filter(({ target }) => target === name)];
  const rows = new Map(concerned.map((event) => [event.seq, event]));
  const events = [...rows.values()].toSorted((a, b) => b.seq - a.seq).slice(0, MOST);
  const full = by.events.length === MOST || about.events.length === MOST;
  return { events, more: full || !about.complete };
}

/** One event in a line: when, what, by whom, from where. */
export function historyLine(event: AuditEvent, name: string): LineSpec {
  const { time, action, outcome, actor, target, address, verified } = event;
  const tone = outcome === "done" ? "text" : outcome === "refused" ? "warn" : "crit";
  const mark = outcome === "done" ? "" : outcome === "refused" ? "! " : "!! ";
  const on = target === name || target === "" ? "" : ` on ${target}`;
  const by = actor === name ? "" : ` by ${actor}${verified ? "" : " (unverified)"}`;
  return {
    label: dateTime(time).slice(0, 16),
    value: [
      { text: `${mark}${action}${outcome === "done" ? "" : ` ${outcome}`}`, tone },
      { text: `${on}${by}${address === null ? "" : ` from ${address}`}`, tone: "muted" },
    ],
  };
}
