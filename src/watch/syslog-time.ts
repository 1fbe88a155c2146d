const ZERO = 48;
const SPACE = 32;
const COLON = 58;
const DASH = 45;
const DAY_MS = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map(
  (name) => (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
);

/** The month number 0 to 11 that starts at `at` as three letters in English, or -1. */
export function monthAt(text: string, at: number): number {
  const first = text.charCodeAt(at);
  // No month begins with a digit, a line of an RFC 3339 log always does.
  if (!(first >= 65 && first <= 83)) return -1;
  const letters = (first << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
  return MONTHS.indexOf(letters);
}

/** The value of `count` digits at `at`, or -1. */
export function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Where `hh:mm:ss[.fraction]` that starts at `at` ends, or -1. */
function endOfClock(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return -1;
  if (digitsAt(text, at, 2) < 0 || digitsAt(text, at + 3, 2) < 0 || digitsAt(text, at + 6, 2) < 0) return -1;
  let end = at + 8;
  const mark = text[end];
  if (mark !== "." && mark !== ",") return end;
  end++;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/**
 * Where the time that starts at `at` ends, or -1 when none starts there. Understood: `Nov 21 19:13:38`,
 * `Nov  1 …`, `Nov 1 …`, `Nov 21 2026 19:13:38`, and RFC 3339 with `T` or a blank, any fraction, and a zone of
 * `Z`, `+01:00`, `+0100` or none.
 */
export function endOfTime(text: string, at: number): number {
  const month = monthAt(text, at);
  if (month < 0) return endOfIsoTime(text, at);
  let next = at + 3;
  if (text.charCodeAt(next) !== SPACE) return -1;
  while (text.charCodeAt(next) === SPACE && next < at + 5) next++;
  if (!isDigit(text.charCodeAt(next))) return -1;
  next += isDigit(text.charCodeAt(next + 1)) ? 2 : 1;
  if (text.charCodeAt(next) !== SPACE) return -1;
  if (text.charCodeAt(next + 5) === SPACE && digitsAt(text, next + 1, 4) >= 0) next += 5;
  return endOfClock(text, next + 1);
}

function endOfIsoTime(text: string, at: number): number {
  if (text.charCodeAt(at + 4) !== DASH || text.charCodeAt(at + 7) !== DASH) return -1;
  const mark = text[at + 10];
  if (mark !== "T" && mark !== "t" && mark !== " ") return -1;
  if (digitsAt(text, at, 4) < 0 || digitsAt(text, at + 5, 2) < 0 || digitsAt(text, at + 8, 2) < 0) return -1;
  const end = endOfClock(text, at + 11);
  if (end < 0) return -1;
  const zone = text[end];
  if (zone === "Z" || zone === "z") return end + 1;
  if ((zone !== "+" && zone !== "-") || digitsAt(text, end + 1, 2) < 0) return end;
  if (digitsAt(text, end + 3, 2) >= 0) return end + 5;
  return text[end + 3] === ":" && digitsAt(text, end + 4, 2) >= 0 ? end + 6 : end;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

/**
 * The moment that a syslog time names, in epoch milliseconds, or null when it names none (`Feb 30`, 25 o'clock).
 *
 * A time without a zone is local time of this process (RFC 3164 section 4.1.2). A time without a year gets the
 * latest year that keeps it within a day after `reference`: `Dec 31` read on the first of January is last year's,
 * and `Feb 29` belongs to the last leap year.
 *
 * @param reference epoch milliseconds of when the line was read or written, about
 */
export function parseSyslogTime(text: string, reference: number): number | null {
  const end = endOfTime(text, 0);
  if (end < 0 || end !== text.length) return null;
  return monthAt(text, 0) < 0 ? isoTime(text) : classicTime(text, reference);
}

function isoTime(text: string): number | null {
  const [year, month, day] = [digitsAt(text, 0, 4), digitsAt(text, 5, 2) - 1, digitsAt(text, 8, 2)];
  const clock = clockOf(text, 11);
  if (clock === null || !isDate(year, month, day)) return null;
  const zone = /([+-])(\d\d):?(\d\d)$|[Zz]$/.exec(text.slice(19));
  if (zone === null) return localTime(year, month, day, clock);
  const minutes = zone[1] === undefined ? 0 : Number(zone[2]) * 60 + Number(zone[3]);
  if (minutes >= 1440) return null;
  return Date.UTC(year, month, day) + clock - (zone[1] === "-" ? -minutes : minutes) * 60_000;
}

function classicTime(text: string, reference: number): number | null {
  const parts = /^(...) +(\d+) (?:(\d{4}) )?(.+)$/.exec(text);
  const month = monthAt(text, 0);
  const day = Number(parts?.[2]);
  const clock = clockOf(parts?.[4] ?? "", 0);
  if (clock === null) return null;
  if (parts?.[3] !== undefined) {
    const year = Number(parts[3]);
    return isDate(year, month, day) ? localTime(year, month, day, clock) : null;
  }
  // Eight years back reach a leap day even across 1900 and 2100.
  const newest = new Date(reference).getFullYear() + 1;
  for (let year = newest; year >= newest - 9; year--) {
    if (!isDate(year, month, day)) continue;
    const time = localTime(year, month, day, clock);
    if (time <= reference + DAY_MS) return time;
  }
  return null;
}

/** Milliseconds since midnight of `hh:mm:ss[.fraction]` at `at`, or null; 60 is a leap second. */
function clockOf(text: string, at: number): number | null {
  const [hour, minute, second] = [
    digitsAt(text, at, 2),
    digitsAt(text, at + 3, 2),
    digitsAt(text, at + 6, 2),
  ];
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  const fraction = /^[.,](\d{1,3})/.exec(text.slice(at + 8))?.[1] ?? "";
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.padEnd(3, "0"));
}

function isDate(year: number, month: number, day: number): boolean {
  return month >= 0 && month <= 11 && day >= 1 && day <= new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function localTime(year: number, month: number, day: number, clock: number): number {
  const seconds = Math.floor(clock / 1000);
  return new Date(year, month, day, Math.floor(seconds / 3600), 0, seconds % 3600, clock % 1000).getTime();
}
