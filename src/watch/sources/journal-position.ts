import { JOURNAL_FIELDS, JOURNAL_MATCHES } from "./journal-match.ts";

/** Where reading the journal goes on: with the entry behind a cursor, or with those taken from a moment on. */
export type JournalPosition = { readonly cursor: string } | { readonly since: number };

/** Reads a stored position (`since` in epoch microseconds); null when it is none of ours. */
export function parseJournalPosition(text: string): JournalPosition | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { cursor, since } = value as { cursor?: unknown; since?: unknown };
    if (typeof cursor === "string" && /^[0-9a-z=;]{1,256}$/.test(cursor)) return { cursor };
    return Number.isSafeInteger(since) && Number(since) >= 0 ? { since: Number(since) } : null;
  } catch {
    return null;
  }
}

/** How one run of journalctl begins and ends. */
export interface JournalRun {
  /** Where to begin; or how many of the last entries to take. */
  readonly from: JournalPosition | { readonly last: number };
  /** Whether to wait for new entries at the end, or to stop there. */
  readonly follow: boolean;
}

/**
 * The arguments of journalctl. It begins with the cursor's own entry (`--cursor`, not `--after-cursor`): only then
 * can it be seen whether that entry is still there or was vacuumed with others behind it. `--system` leaves the
 * journals of users out. `--no-tail` undoes the ten lines that `--follow` implies.
 */
export function journalctlArguments({ from, follow }: JournalRun): string[] {
  const start =
    "last" in from
      ? [`--lines=${from.last}`]
      : "cursor" in from
        ? [`--cursor=${from.cursor}`, "--no-tail"]
        : [`--since=@${secondsOf(from.since)}`, "--no-tail"];
  return [
    "--system",
    "--output=json",
    "--all",
    "--no-pager",
    `--output-fields=${JOURNAL_FIELDS.join(",")}`,
    ...(follow ? ["--follow"] : []),
    ...start,
    ...JOURNAL_MATCHES,
  ];
}

function secondsOf(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  return `${seconds}.${String(microseconds % 1_000_000).padStart(6, "0")}`;
}
