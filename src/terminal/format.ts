/** Times, spans and counts as people read them. All times are epoch milliseconds; shown in local time. */
import { CastellanError } from "../errors.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

const two = (value: number): string => String(value).padStart(2, "0");

/**
 * A span in at most two units: `14m 59s`, `2h 05m`, `3d 4h`, `0s`. Rounded down, so that a lock never
 * seems to last longer than it does; negative spans are `0s`.
 *
 * @param ms span in milliseconds
 */
export function duration(ms: number): string {
  const span = Math.max(0, Math.floor(ms / SECOND) * SECOND);
  if (span >= DAY) return `${Math.floor(span / DAY)}d ${Math.floor((span % DAY) / HOUR)}h`;
  if (span >= HOUR) return `${Math.floor(span / HOUR)}h ${two(Math.floor((span % HOUR) / MINUTE))}m`;
  if (span >= MINUTE) return `${Math.floor(span / MINUTE)}m ${two(Math.floor((span % MINUTE) / SECOND))}s`;
  return `${span / SECOND}s`;
}

/** A span in one unit and at most four columns: `9s`, `15m`, `2h`, `3d`, `52w`, and `>99y` beyond that. */
export function shortDuration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)}m`;
  if (span < DAY) return `${Math.floor(span / HOUR)}h`;
  if (span < 14 * DAY) return `${Math.floor(span / DAY)}d`;
  if (span < 100 * WEEK) return `${Math.floor(span / WEEK)}w`;
  const years = Math.floor(span / (365 * DAY));
  return years > 99 ? ">99y" : `${years}y`;
}

/** How long ago: `now`, `5s ago`, `3m ago`; `in 3m` for a time to come. */
export function ago(then: number, now: number): string {
  const span = now - then;
  if (Math.abs(span) < SECOND) return "now";
  return span > 0 ? `${shortDuration(span)} ago` : `in ${shortDuration(-span)}`;
}

/** Local time of day, eight columns: `14:07:09`. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Local date, ten columns: `2026-11-21`. */
export function calendarDate(ms: number): string {
  const date = new Date(ms);
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local date and time, nineteen columns: `2026-11-21 14:07:09`. */
export function dateTime(ms: number): string {
  return `${calendarDate(ms)} ${clockTime(ms)}`;
}

/** The time of day for today's times, else the date: eight or ten columns, for table columns of ten. */
export function shortTime(ms: number, now: number): string {
  return calendarDate(ms) === calendarDate(now) ? clockTime(ms) : calendarDate(ms);
}

/** A count in at most five columns: `950`, `12.3k`, `4.1M`, `2.0G`. Rounded down. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  if (size < 1_000) return String(Math.trunc(value));
  for (const [unit, scale] of [
    ["k", 1e3],
    ["M", 1e6],
    ["G", 1e9],
  ] as const) {
    const scaled = value / scale;
    if (Math.abs(scaled) < 100) return `${(Math.trunc(scaled * 10) / 10).toFixed(1)}${unit}`;
    if (Math.abs(scaled) < 1_000) return `${Math.trunc(scaled)}${unit}`;
  }
  return value < 0 ? "<-1T" : ">1T";
}

/** `1 address`, `2 addresses`: a count with its noun. */
export function plural(amount: number, singular: string, many = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : many}`;
}

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK };
const LONGEST = 36_500 * DAY;

/**
 * Reads a span as typed: a whole number and one of `s m h d w`, as in `15m`, `2h`, `1d`. Nothing else is
 * taken, least of all a bare number that could mean seconds or minutes.
 *
 * @returns milliseconds, 1 s to 36,500 days
 * @throws CastellanError `invalid_input`
 */
export function parseDuration(text: string): number {
  const [, amount = "", unit = ""] = /^([1-9]\d{0,9})([smhdw])$/.exec(text) ?? [];
  const span = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (span > 0 && span <= LONGEST) return span;
  throw new CastellanError(
    "invalid_input",
    `not a time span: ${JSON.stringify(text.slice(0, 40))}`,
    "Write a whole number and a unit: 30s, 15m, 2h, 1d or 4w.",
  );
}
