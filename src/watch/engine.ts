import type { Ledger } from "../audit/ledger.ts";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import { accountKey, type FindAccount } from "../lockout/account-key.ts";
import { createJudge, type Judge, type LockDecision, type Try } from "../lockout/judge.ts";
import type { Lockout, Lockouts } from "../lockout/lockouts.ts";
import { accountNames, loadHistory } from "./history.ts";
import { createIntake, type Intake } from "./intake.ts";
import type { LogSource, OpenSource, SourceBatch } from "./sources/source.ts";
import {
  addPressure,
  createAttemptWriter,
  type NewAttempt,
  registerSource,
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
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly lockouts: Lockouts;
}

/** Opens one source where the database says that reading stopped. */
export interface SourceOpener {
  readonly name: string;
  readonly kind: LogSource["kind"];
  readonly service: LogSource["service"];
  readonly trust: LogSource["trust"];
  open(at: OpenSource): LogSource | Promise<LogSource>;
}

/** The running watch engine. */
export interface Engine {
  /** Reads everything that is there now; for tests and for the last turn before the end. */
  drain(): Promise<void>;
  /** Tells the judge of a change that another process made (policy, unlocked addresses). */
  refresh(): Promise<void>;
  /** Finishes the turn that is under way and closes the sources. */
  stop(): Promise<void>;
}

interface Followed {
  readonly id: number;
  readonly source: LogSource;
  intake: Intake;
  committed: string | null;
  caughtUp: boolean;
  retryAt: number;
}

/** Bytes of an existing log that are shown, and never lock anybody out, when a source is first met. */
const BACKLOG_BYTES = 256 * 1024;

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

async function follow(parts: EngineParts, opener: SourceOpener): Promise<Followed> {
  const { id, position } = await registerSource(parts.database.db, opener);
  const saved = position === null ? null : (JSON.parse(position) as { source: string; intake: string });
  const source = await opener.open({ position: saved?.source ?? null, backlogBytes: BACKLOG_BYTES });
  const intake = createIntake(id, opener.service, saved?.intake ?? null);
  return { id, source, intake, committed: position, caughtUp: false, retryAt: 0 };
}

/** Counters as the database tells them, and the names by which an account is one and the same. */
interface Count {
  readonly judge: Judge;
  readonly findAccount: FindAccount;
}

async function freshCount({ database, clock, lockouts }: EngineParts): Promise<Count> {
  const policy = await lockouts.policy();
  const names = await accountNames(database.db);
  const findAccount: FindAccount = (name) => names.get(name) ?? null;
  const judge = createJudge(policy, clock.now());
  const history = await loadHistory(database.db, policy, clock.now());
  judge.load(history.map((one) => withAccount(one, findAccount)));
  return { judge, findAccount };
}

function withAccount(one: Try, find: FindAccount): Try {
  return one.account === null ? one : { ...one, account: accountKey(one.account, find) };
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
      followed.caughtUp = true;
      return false;
    }
    try {
      await this.#take(followed, batch);
      return true;
    } catch (error) {
      // Nothing of the batch was kept: read it again, with counters that have not seen it.
      await this.#recover(followed);
      await this.#sayFault(followed, `what was read cannot be stored: ${(error as Error).message}`);
      return false;
    }
  }

  async #take(followed: Followed, batch: SourceBatch): Promise<void> {
    const { database, ledger, clock, lockouts } = this.#parts;
    const now = clock.now();
    const taken = followed.intake.take(batch, {
      now,
      caughtUp: followed.caughtUp,
      resumed: followed.committed !== null,
    });
    const position = JSON.stringify({ source: batch.position, intake: followed.intake.state() });
    const locked = await database.db.transaction().execute(async (trx) => {
      const ids = this.#write(taken.attempts);
      const { judge, findAccount } = this.#count;
      const decisions = judge.consider(
        triesOf(taken.attempts, ids).map((one) => withAccount(one, findAccount)),
      );
      await addPressure(trx, taken.attempts);
      await saveProgress(
        trx,
        followed.id,
        { ...taken.progress, position, lagBytes: batch.lagBytes },
        taken.attempts.length,
        now,
      );
      if (batch.gap !== null) {
        await ledger.append(trx, GUARD_ACTOR, [
          { action: "source.gap", target: followed.source.name, details: { what: batch.gap } },
        ]);
      }
      return await this.#lock(trx, decisions);
    });
    followed.committed = position;
    if (locked.length > 0) {
      await lockouts.enforceNew(locked);
      await ledger.anchor();
    }
  }

  async #lock(
    trx: Parameters<Lockouts["recordDecisions"]>[0],
    decisions: readonly LockDecision[],
  ): Promise<Lockout[]> {
    return decisions.length === 0 ? [] : await this.#parts.lockouts.recordDecisions(trx, decisions);
  }

  async #recover(followed: Followed): Promise<void> {
    followed.retryAt = this.#parts.clock.monotonic() + RETRY_MS;
    const saved =
      followed.committed === null
        ? null
        : (JSON.parse(followed.committed) as { source: string; intake: string });
    await followed.source.rewind(saved?.source ?? null);
    followed.intake = createIntake(followed.id, followed.source.service, saved?.intake ?? null);
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

/** What the judge wants to know of stored attempts. */
function triesOf(attempts: readonly NewAttempt[], ids: readonly number[]): Try[] {
  const tries: Try[] = [];
  for (const [index, attempt] of attempts.entries()) {
    const { address, network, outcome } = attempt;
    if (address === null || network === null || (attempt.tries === 0 && outcome !== "success")) continue;
    tries.push({
      id: ids[index] ?? 0,
      time: attempt.time,
      network,
      address,
      account: attempt.username,
      tries: attempt.tries,
      live: attempt.live === 1,
      success: outcome === "success",
    });
  }
  return tries;
}
