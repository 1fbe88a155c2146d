import { useState } from "react";
import { canonicalAddress, networkOf } from "../../src/lockout/addresses.ts";
import type { Lockout } from "../../src/lockout/lockouts.ts";
import { visible } from "../../src/terminal/text.ts";
import type { Attempt } from "../../src/watch/queries.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";

/** Attempts kept on the screen; older ones are a matter for `castellan attempt list`. */
const SHOWN = 1_000;

/** What the live view shows. */
export interface LiveView {
  readonly attempts: Query<readonly Attempt[]>;
  readonly lockouts: Query<readonly Lockout[]>;
  readonly paused: boolean;
  /** Attempts that arrived since the pause; `1000+` beyond what is kept. */
  readonly waiting: number;
  readonly togglePause: () => void;
}

/** Follows attempts and lockouts; a pause keeps the picture and counts what waits. */
export function useLive(filter: string): LiveView {
  const { castellan } = useCore();
  const [held, setHeld] = useState<readonly Attempt[] | null>(null);
  const user = /^user:(.+)$/.exec(filter)?.[1];
  const network = user === undefined ? networkOrNull(filter) : null;
  const attempts = useQuery(`attempts:${user ?? ""}:${network ?? ""}`, () =>
    castellan.watch.attempts({
      limit: SHOWN,
      ...(user === undefined ? {} : { user }),
      ...(network === null ? {} : { address: network }),
    }),
  );
  const lockouts = useQuery("lockouts", () => castellan.lockouts.active());
  const newest = held?.[0]?.id ?? 0;
  const text = user === undefined && network === null ? filter.toLowerCase() : "";
  const kept = held ?? attempts.data;
  return {
    attempts: {
      ...attempts,
      data: kept?.filter((attempt) => text === "" || haystack(attempt).includes(text)),
    },
    lockouts,
    paused: held !== null,
    waiting: held === null ? 0 : (attempts.data ?? []).filter((attempt) => attempt.id > newest).length,
    togglePause: () => setHeld((before) => (before === null ? (attempts.data ?? []) : null)),
  };
}

/** The network that a whole address in the filter counts by; null while it is any other text. */
function networkOrNull(filter: string): string | null {
  const address = canonicalAddress(filter.replace(/\/\d{1,3}$/, ""));
  return address === null ? null : networkOf(address);
}

/** What a filter text is looked for in: exactly what stands on the screen. */
function haystack({ address, username, kind, outcome, source }: Attempt): string {
  return visible([address, username, kind.replaceAll("_", " "), outcome, source].join(" ")).toLowerCase();
}
