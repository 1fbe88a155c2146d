import { randomUUID } from "node:crypto";
import type { Castellan } from "../castellan.ts";
import { GUARD_ACTOR } from "../host/actor.ts";
import { type Engine, startEngine } from "../watch/engine.ts";
import { openLease } from "../watch/lease.ts";
import type { GuardNews } from "./news.ts";
import { sourceOpeners } from "./sources.ts";
import { keepHouse } from "./upkeep.ts";

const TICK_MS = 1_000;

/** A running guard. */
export interface Guard {
  /** Ends the engine, gives the lease back. */
  stop(): Promise<void>;
}

/**
 * Runs the engine and everything that happens by itself (expiries, mending the firewall, notices, retention) as
 * long as this process holds the lease. Waits for the lease when somebody else has it.
 */
export async function runGuard(
  castellan: Castellan,
  kind: "guard" | "screen",
  news: GuardNews = () => {},
): Promise<Guard> {
  const loop = new GuardLoop(castellan, kind, news);
  await loop.begin();
  return loop;
}

class GuardLoop implements Guard {
  readonly #castellan: Castellan;
  readonly #news: GuardNews;
  readonly #kind: "guard" | "screen";
  readonly #lease: ReturnType<typeof openLease>;
  #engine: Engine | null = null;
  #upkeep: ReturnType<typeof keepHouse> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #waiting = false;
  #ticking: Promise<void> = Promise.resolve();

  constructor(castellan: Castellan, kind: "guard" | "screen", news: GuardNews) {
    this.#castellan = castellan;
    this.#kind = kind;
    this.#news = news;
    this.#lease = openLease(castellan, { holder: randomUUID(), kind, pid: process.pid });
  }

  async begin(): Promise<void> {
    await this.#tick();
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#ticking;
    await this.#rest();
    await this.#lease.release();
  }

  #schedule(): void {
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().finally(() => this.#schedule());
    }, TICK_MS);
  }

  async #tick(): Promise<void> {
    try {
      const held = await this.#lease.hold();
      if (!held && !this.#waiting) this.#news("another castellan watches; waiting until it ends");
      if (!held && this.#engine !== null) await this.#rest();
      this.#waiting = !held;
      if (held) await this.#whileHolding(() => this.#takeATurn());
    } catch (error) {
      // A full disk or a busy database passes; whoever watches over an attack does not give up.
      this.#news(`cannot do all of its work now: ${(error as Error).message}`);
    }
  }

  /** Renews the lease beside the work: on a slow host, starting sources alone can take longer than it lasts. */
  async #whileHolding(work: () => Promise<void>): Promise<void> {
    let renewal: Promise<unknown> = Promise.resolve();
    const beat = setInterval(() => {
      renewal = this.#lease
        .hold()
        .catch((error: Error) => this.#news(`cannot renew its lease: ${error.message}`));
    }, TICK_MS);
    try {
      await work();
    } finally {
      clearInterval(beat);
      await renewal;
    }
  }

  async #takeATurn(): Promise<void> {
    if (this.#engine === null) await this.#begin();
    await this.#upkeep?.tick();
  }

  async #begin(): Promise<void> {
    const castellan = this.#castellan;
    const openers = await sourceOpeners(castellan);
    this.#engine = await startEngine({ ...castellan, isOurs: this.#lease.isOurs }, openers);
    this.#upkeep = keepHouse(castellan, this.#engine, this.#news);
    if (this.#kind === "guard") {
      await castellan.ledger.record(GUARD_ACTOR, {
        action: "guard.start",
        target: castellan.hostName,
        details: { pid: process.pid, sources: openers.map((opener) => opener.name) },
      });
    }
    this.#news(`watching ${openers.map((opener) => opener.name).join(", ") || "no source: none was found"}`);
  }

  async #rest(): Promise<void> {
    this.#upkeep?.stop();
    this.#upkeep = null;
    await this.#engine?.stop();
    if (this.#engine !== null && this.#kind === "guard" && this.#stopping) {
      await this.#castellan.ledger.record(GUARD_ACTOR, {
        action: "guard.stop",
        target: this.#castellan.hostName,
      });
    }
    this.#engine = null;
  }
}
