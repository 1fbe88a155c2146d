import type { Jail } from "./fail2ban.ts";

const UNITS = [
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;

/** Seconds as jail.conf(5) writes them, in the largest unit that fits: `10m`, `90s`; -1 is `ever`. */
export function spanText(seconds: number): string {
  if (seconds < 0) return "ever";
  const [unit, size] = UNITS.find(([, size]) => seconds > 0 && seconds % size === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}

/** How long a jail bans. */
export function banText({ banSeconds, grows }: Jail): string {
  return `${spanText(banSeconds)}${grows ? ", grows" : ""}`;
}

/** What a jail reads, in one line. */
export function readsText({ reads: { files, journal } }: Jail): string {
  if (journal !== null) return `journal: ${journal}`;
  return files.length === 0 ? "nothing" : files.join(", ");
}
