import type { PanelDatabase } from "../database/open.ts";
import { createIntake, type Intake } from "./intake.ts";
import type { LogSource, OpenSource } from "./sources/source.ts";
import { registerSource } from "./store.ts";

/** Opens one source where the database says that reading stopped. */
export interface SourceOpener {
  readonly name: string;
  readonly kind: LogSource["kind"];
  readonly service: LogSource["service"];
  readonly trust: LogSource["trust"];
  open(at: OpenSource): LogSource | Promise<LogSource>;
}

/** One source at work: where it stands, and what it remembers between lines. */
export interface Followed {
  readonly id: number;
  readonly source: LogSource;
  intake: Intake;
  committed: string | null;
  caughtUp: boolean;
  retryAt: number;
}

/** Bytes of an existing log that are shown, and never lock anybody out, when a source is first met. */
const BACKLOG_BYTES = 256 * 1024;

/** What the database keeps of a source between two runs. */
interface Saved {
  /** Where the source goes on. */
  readonly source: string;
  /** What the intake remembers. */
  readonly intake: string;
}

/** Opens a source where the database says that reading stopped. */
export async function follow(
  { database }: { readonly database: PanelDatabase },
  opener: SourceOpener,
): Promise<Followed> {
  const { id, position } = await registerSource(database.db, opener);
  const saved = savedAt(position);
  const source = await opener.open({ position: saved?.source ?? null, backlogBytes: BACKLOG_BYTES });
  const intake = createIntake(id, opener.service, saved?.intake ?? null);
  return { id, source, intake, committed: position, caughtUp: false, retryAt: 0 };
}

/** Where a source stands, to be stored with what was read before it. */
export function positionOf({ intake }: Followed, source: string): string {
  return JSON.stringify({ source, intake: intake.state() } satisfies Saved);
}

/** The source's own part of a stored position; null before anything was committed. */
export function sourcePosition(committed: string | null): string | null {
  return savedAt(committed)?.source ?? null;
}

/** Goes back to what was committed, after a batch could not be stored. */
export async function goBack(followed: Followed): Promise<void> {
  const saved = savedAt(followed.committed);
  await followed.source.rewind(saved?.source ?? null);
  followed.intake = createIntake(followed.id, followed.source.service, saved?.intake ?? null);
}

function savedAt(position: string | null): Saved | null {
  return position === null ? null : (JSON.parse(position) as Saved);
}
