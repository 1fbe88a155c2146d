import { CastellanError } from "../../src/errors.ts";
import { parseDuration } from "../../src/terminal/format.ts";

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * Reads an end as typed: a span from now (`30d`, `12w`) or a local date (`2027-03-01`, to the end of that day).
 *
 * @returns epoch milliseconds
 * @throws CastellanError `invalid_input`
 */
export function parseUntil(text: string, now: number): number {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return now + parseDuration(text);
  const end = new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 59);
  if (end.getMonth() === Number(month) - 1 && end.getDate() === Number(day)) return end.getTime();
  throw new CastellanError(
    "invalid_input",
    `there is no such day: ${text}`,
    "Write a date as 2027-03-01, or a span such as 30d.",
  );
}
