import { useEffect, useState } from "react";
import type { ChangeRecord, FreshLogin } from "../../src/changes/change.ts";
import { busy } from "../../src/terminal/busy.ts";
import { useCore } from "./core.tsx";
import { useLater, useNow, useQuery } from "./useQuery.ts";

/** A change that waits for confirmation. */
export interface Waiting {
  readonly record: ChangeRecord;
  /** Milliseconds until it goes back by itself; 0: it is on its way. null: nothing limits it. */
  readonly leftMs: number | null;
  /** Somebody who signed in since, over another connection: the proof that people still get in. */
  readonly fresh: FreshLogin | null;
}

const SECOND_MS = 1_000;
const LATER_MS = 150;
/** How long a change that went back by itself is told of on every screen. */
const TOLD_MS = 15 * 60 * SECOND_MS;

/** The change that waits for confirmation; followed each second while there is one. */
export function useWaiting(): Waiting | null {
  const { castellan, ticker } = useCore();
  const { data = null } = useQuery("waiting", () => castellan.changes.waiting());
  const now = useNow(SECOND_MS, data !== null);
  const [fresh, setFresh] = useState<FreshLogin | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at anew each second
  useEffect(() => {
    const seen = data === null ? null : castellan.changes.freshLogin(data);
    setFresh((before) => (JSON.stringify(before) === JSON.stringify(seen) ? before : seen));
    if (data === null) return;
    // The journal is no part of the database: what the timer took back may be seen here first.
    castellan.changes.waiting().then(
      (found) => found?.state !== data.state && ticker.bump(),
      () => {},
    );
  }, [castellan, data, now, ticker]);
  if (data === null) return null;
  const leftMs = data.deadline === null ? null : Math.max(0, data.deadline - now);
  return { record: data, leftMs, fresh };
}

/**
 * Finishes what a process left that is gone, once the first frame stands; and takes back what nobody confirmed in time,
 * should its own timer be gone as well.
 */
export function useSettle(waiting: Waiting | null, perform: (work: () => Promise<void>) => void): void {
  const { castellan, readOnly } = useCore();
  const later = useLater(LATER_MS);
  const isOverdue = waiting?.leftMs === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once at the start, and once more when time is over
  useEffect(() => {
    if (later && !readOnly) perform(async () => void (await castellan.changes.settle()));
  }, [castellan, readOnly, later, isOverdue, perform]);
}

/** The last change, when it went back by itself a short while ago: whoever was cut off must be told. */
export function useWentBack(waiting: Waiting | null): ChangeRecord | null {
  const { castellan } = useCore();
  const [last, setLast] = useState<ChangeRecord | null>(null);
  const id = waiting?.record.id;
  // The whole journal is read for it: the first frame comes first.
  const later = useLater(LATER_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for when nothing waits any more
  useEffect(() => {
    if (!later) return;
    let current = true;
    const done = busy.begin();
    castellan.changes
      .list()
      .then(([newest]) => current && setLast(newest ?? null))
      // The journal's own screen says why it cannot be read.
      .catch(() => {})
      .finally(done);
    return () => {
      current = false;
    };
  }, [castellan, id, later]);
  const now = useNow(60 * SECOND_MS, last !== null);
  if (last?.state !== "rolled_back" || last.settledAt === null || last.reason === BY_HAND) return null;
  return now - last.settledAt < TOLD_MS ? last : null;
}

/** Why a change went back that the admin took back: nobody has to be told. */
export const BY_HAND = "taken back by hand";
