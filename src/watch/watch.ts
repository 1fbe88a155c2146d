import type { PanelDatabase } from "../database/open.ts";
import type { Clock } from "../host/clock.ts";
import { type EngineHolder, engineHolder } from "./lease.ts";
import {
  type Attempt,
  type AttemptQuery,
  listAttempts,
  listSources,
  pressureSince,
  type Share,
  type SourceState,
  topShares,
} from "./queries.ts";

/** What was seen at the gate: for screens and commands. */
export interface Watch {
  attempts(query: AttemptQuery): Promise<Attempt[]>;
  sources(): Promise<SourceState[]>;
  /** The networks most tried since then. */
  topNetworks(since: number, limit: number): Promise<Share[]>;
  /** The account names most tried since then. */
  topAccounts(since: number, limit: number): Promise<Share[]>;
  /** Failures and probes per 10 seconds, oldest first. */
  pressure(since: number, until: number): Promise<number[]>;
  /** Who runs the engine now; null: nobody is watching. */
  engine(): Promise<EngineHolder | null>;
}

export function openWatch(parts: { database: PanelDatabase; clock: Clock }): Watch {
  const { db } = parts.database;
  return {
    attempts: (query) => listAttempts(db, query),
    sources: () => listSources(db),
    topNetworks: (since, limit) => topShares(db, "network", since, limit),
    topAccounts: (since, limit) => topShares(db, "username", since, limit),
    pressure: (since, until) => pressureSince(db, since, until),
    engine: () => engineHolder(parts),
  };
}
