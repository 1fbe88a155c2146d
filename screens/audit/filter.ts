import type { AuditQuery } from "../../src/audit/event.ts";
import { parseDuration } from "../../src/terminal/format.ts";

/** What the admin asked for; empty strings ask for nothing. */
export interface AuditFilter {
  readonly text: string;
  readonly user: string;
  readonly action: string;
  /** `1h`, `7d`, or a date `2026-11-21`. */
  readonly since: string;
  readonly until: string;
}

export const NO_FILTER: AuditFilter = { text: "", user: "", action: "", since: "", until: "" };

/** Whether anything is asked for. */
export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== "");
}

/** The query of a filter; fields that do not parse are left out (the form has refused them before). */
export function queryOf(filter: AuditFilter, now: number, limit: number): AuditQuery {
  const since = parseMoment(filter.since, now);
  const until = parseMoment(filter.until, now);
  return {
    limit,
    ...(filter.text === "" ? {} : { text: filter.text }),
    ...(filter.user === "" ? {} : { user: filter.user }),
    ...(filter.action === "" ? {} : { action: filter.action }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** `1h` before now, or a local date with or without a time; undefined when it is neither. */
export function parseMoment(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(trimmed)) {
    const time = new Date(trimmed.includes(":") ? trimmed.replace(" ", "T") : `${trimmed}T00:00`).getTime();
    return Number.isNaN(time) ? undefined : time;
  }
  try {
    return trimmed === "" ? undefined : now - parseDuration(trimmed);
  } catch {
    return undefined;
  }
}

/** The filter in words, for the status line. */
export function filterText(filter: AuditFilter): string {
  return [
    filter.user && `user ${filter.user}`,
    filter.action && `action ${filter.action}`,
    filter.since && `since ${filter.since}`,
    filter.until && `until ${filter.until}`,
    filter.text && `text "${filter.text}"`,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
