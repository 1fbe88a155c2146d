import type { ChangeRecord, DriftedFile } from "../../src/changes/change.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";

/** What the screen of changes shows. */
export interface Journal {
  readonly records: readonly ChangeRecord[];
  readonly drift: readonly DriftedFile[];
  /** Why the files could not be compared; undefined: they were. */
  readonly driftFault: string | undefined;
}

/** As far back as anybody scrolls; `change list --limit` goes further. */
export const SHOWN = 300;

/** The journal, the newest first, and the files that somebody else changed. */
export function useJournal(): Query<Journal> {
  const { castellan } = useCore();
  return useQuery("journal", async () => {
    const [records, drift] = await Promise.all([
      castellan.changes.list({ limit: SHOWN }),
      castellan.changes.drift().catch((error: Error) => error),
    ]);
    return drift instanceof Error
      ? { records, drift: [], driftFault: drift.message }
      : { records, drift, driftFault: undefined };
  });
}
