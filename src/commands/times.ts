import { CastellanError } from "../errors.ts";
import { parseDuration } from "../terminal/format.ts";

const SPAN = /^\d+[smhdw]$/;
const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A moment as typed for `--since` and `--until`: a span back from now (`90s`, `15m`, `1h`, `2d`, `1w`), a local date
 * (`2026-11-21`, its midnight) or a date with a time of day (`2026-11-21T10:00`, with seconds and fractions if
 * wanted; local unless it ends in `Z` or an offset such as `+01:00`).
 *
 * @returns epoch milliseconds
 * @throws CastellanError `usage`
 */
export function parseMoment(text: string, now: number): number {
  if (SPAN.test(text)) return now - parseSpan(text);
  const fields = MOMENT.exec(text);
  const time = fields === null ? Number.NaN : momentOf(fields);
  if (Number.isFinite(time)) return time;
  throw new CastellanError(
    "usage",
    `not a time: ${JSON.stringify(text.slice(0, 40))}`,
    "write how long ago (15m, 2h, 1d), a date (2026-11-21) or a date and time (2026-11-21T10:00, 2026-11-21T09:00:00Z)",
  );
}

/**
 * A moment to come, as typed for the end of something: a span from now (`30d`), or a date as {@link parseMoment} reads it.
 *
 * @returns epoch milliseconds
 * @throws CastellanError `usage`
 */
export function parseComing(text: string, now: number): number {
  return SPAN.test(text) ? now + parseSpan(text) : parseMoment(text, now);
}

/**
 * A span as typed for `--for`: `30s`, `15m`, `2h`, `1d`, `4w`.
 * @returns milliseconds
 * @throws CastellanError `usage`
 */
export function parseSpan(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    const { message, hint } = error as CastellanError;
    throw new CastellanError("usage", message, hint, { cause: error });
  }
}

function momentOf(fields: RegExpExecArray): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
    .slice(1, 7)
    .map((field) => Number(field ?? 0));
  const millisecond = Number((fields[7] ?? "").padEnd(3, "0"));
  if (!isCalendarDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const zone = fields[8];
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second, millisecond).getTime();
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offsetOf(zone);
}

/** Date rolls over what is no day: 30 February would become 2 March. */
function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function offsetOf(zone: string): number {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return Number.NaN;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
