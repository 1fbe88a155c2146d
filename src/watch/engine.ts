import type { Kysely } from "kysely";
import type { Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { Lockouts } from "../lockout/lockouts.ts";
import { type Count, freshCount } from "./count.ts";
import { type Followed, follow, goBack, positionOf, type SourceOpener, sourcePosition } from "./followed.ts";
import type { SourceBatch } from "./sources/source.ts";
import {
  addPressure,
  createAttemptWriter,
  type NewAttempt,
  type SourceProgress,
  saveFault,
  saveProgress,
} from "./store.ts";

const LINES_A_TURN = 8_192;
const RETRY_MS = 1_000;
const FAULT_CHECK_MS = 1_000;

/** What the engine works with. */
export interface EngineParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly lockouts: Lockouts;
  /** Whether this engine is still the one of the state folder; asked within each transaction. Always, unless told. */
  readonly isOurs?: (trx: Kysely<Schema>) => Promise<boolean>;
}

/** Another engine has taken over: nothing of this one may be kept any more. */
class Replaced extends Error {}

/** The running watch engine. */
export interface Engine {
  /** Reads everything that is there now; for tests and for the last turn before the end. */
  drain(): Promise<void>;
  /** Tells the judge of a change that another process made (policy, unlocked addresses). */
  refresh(): Promise<void>;
  /** Finishes the turn that is under way and closes the sources. */
  stop(): Promise<void>;
}

/**
 * Follows the sources: lines → events → tries → attempts, counters and lockouts, each batch in one transaction
 * with the position behind it, then the firewall. One runs per state folder (see lease.ts).
 */
export async function startEngine(parts: EngineParts, openers: readonly SourceOpener[]): Promise<Engine> {
  const followed = await Promise.all(openers.map((opener) => follow(parts, opener)));
  const engine = new WatchEngine(parts, followed, await freshCount(parts));
  engine.run();
  return engine;
}

class WatchEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #followed: readonly Followed[];
  readonly #write: (rows: readonly NewAttempt[]) => number[];
  #count: Count;
  #stopped = false;
  #wake: () => void = () => {};
  #pending = true;
  #turn: Promise<void> = Promise.resolve();
  #faultsSeenAt = 0;

  constructor(parts: EngineParts, followed: readonly Followed[], count: Count) {
    this.#parts = parts;
    this.#followed = followed;
    this.#count = count;
    this.#write = createAttemptWriter(parts);
    for (const { source } of followed) source.onReadable(() => this.#nudge());
  }

  run(): void {
    void this.#loop();
  }

  async drain(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#readAll());
    await this.#turn;
  }

  async refresh(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      this.#count = await freshCount(this.#parts);
    });
    await this.#turn;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#nudge();
    await this.#turn;
    await Promise.all(this.#followed.map(({ source }) => source.close()));
  }

  #nudge(): void {
    this.#pending = true;
    this.#wake();
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      this.#pending = false;
      await this.drain();
      if (!this.#pending && !this.#stopped) await this.#sleep(FAULT_CHECK_MS);
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #readAll(): Promise<void> {
    for (const followed of this.#followed) {
      while (!this.#stopped && this.#parts.clock.monotonic() >= followed.retryAt) {
        if (!(await this.#readSome(followed))) break;
        // A worker or the guard's socket must get its turn within a flood.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    await this.#noteFaults();
  }

  async #readSome(followed: Followed): Promise<boolean> {
    const batch = await followed.source.read(LINES_A_TURN);
    if (batch === null) {
      // Nothing to read because of a fault is not the end: what is found once it heals may be old.
      followed.caughtUp = followed.source.fault() === null;
      return false;
    }
    return await this.#kept(followed, () => this.#take(followed, batch));
  }

  async #kept(followed: Followed, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Replaced) {
        this.#stopped = true;
        return false;
      }
      // Nothing of it was kept: read it again, with counters that have not seen it.
      await this.#recover(followed);
      await this.#sayFault(followed, `what was read cannot be stored: ${(error as Error).message}`);
      return false;
    }
  }

  async #take(followed: Followed, batch: SourceBatch): Promise<void> {
    const taken = followed.intake.take(batch, {
      now: this.#parts.clock.now(),
      caughtUp: followed.caughtUp,
      resumed: followed.committed !== null,
    });
    const position = positionOf(followed, batch.position);
    const progress = { ...taken.progress, position, lagBytes: batch.lagBytes };
    await this.#commit(followed, taken.attempts, progress, batch.gap);
  }

  /** Counts what only time could tell to be an attempt: failures that PAM alone has told of. */
  async #settle(followed: Followed): Promise<void> {
    const source = sourcePosition(followed.committed);
    if (source === null) return;
    const attempts = followed.intake.settle(this.#parts.clock.now());
    if (attempts.length === 0) return;
    const progress = { lines: 0, unseen: 0, lastLineAt: null, lagBytes: null };
    await this.#commit(followed, attempts, { ...progress, position: positionOf(followed, source) }, null);
  }

  /** Attempts, counters, lockouts and position: one transaction; then the firewall. */
  async #commit(
    followed: Followed,
    attempts: readonly NewAttempt[],
    progress: SourceProgress,
    gap: string | null,
  ): Promise<void> {
    const { database, ledger, clock, lockouts } = this.#parts;
    const { isOurs } = this.#parts;
    const locked = await database.db.transaction().execute(async (trx) => {
      if (isOurs !== undefined && !(await isOurs(trx))) throw new Replaced();
      const ids = this.#write(attempts);
      const decisions = this.#count.consider(attempts, ids);
      await addPressure(trx, attempts);
      await saveProgress(trx, followed.id, progress, attempts.length, clock.now());
      if (gap !== null) {
        const entry = { action: "source.gap", target: followed.source.name, details: { what: gap } };
        await ledger.append(trx, GUARD_ACTOR, [entry]);
      }
      return decisions.length === 0 ? [] : await lockouts.recordDecisions(trx, decisions);
    });
    followed.committed = progress.position;
    if (locked.length === 0) return;
    await lockouts.enforceNew(locked);
    await ledger.anchor();
  }

  async #recover(followed: Followed): Promise<void> {
    followed.retryAt = this.#parts.clock.monotonic() + RETRY_MS;
    await goBack(followed);
    try {
      this.#count = await freshCount(this.#parts);
    } catch {
      // The database cannot even be read now: the next turn tries again with the old counters.
    }
  }

  async #noteFaults(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    if (now - this.#faultsSeenAt < FAULT_CHECK_MS) return;
    this.#faultsSeenAt = now;
    for (const followed of this.#followed) {
      if (now < followed.retryAt) continue;
      await this.#kept(followed, () => this.#settle(followed));
      await this.#sayFault(followed, followed.source.fault()?.message ?? null);
    }
  }

  async #sayFault(followed: Followed, message: string | null): Promise<void> {
    const { database, ledger, clock } = this.#parts;
    try {
      if (!(await saveFault(database.db, followed.id, message, clock.now()))) return;
      await ledger.record(GUARD_ACTOR, {
        action: message === null ? "source.recover" : "source.fault",
        target: followed.source.name,
        outcome: message === null ? "done" : "failed",
        details: message === null ? {} : { what: message },
      });
    } catch {
      // A full disk cannot be told to the database that lies on it; the next turn tries again.
    }
  }
}
