/** One try on a trail. Trails share it: an attack makes many. */
export interface Step {
  readonly time: number;
  /** Of the stored attempt. */
  readonly id: number;
  /** How many tries it stands for. */
  readonly tries: number;
  readonly network: string;
  readonly address: string;
  /** Canonical; empty when none was named. */
  readonly account: string;
}

const EVIDENCE_KEPT = 100;

/**
 * The steps of the last `windowMs` before the newest one, oldest first. A step at `t` no longer counts at
 * `t + windowMs`. Not more steps are kept than are needed to reach `limit`.
 */
export class Trail {
  #steps: Step[] = [];
  #tries = 0;

  /** Sum of the tries. */
  get tries(): number {
    return this.#tries;
  }

  /** How many steps there are; different accounts, when all came by {@link Trail.addOnce}. */
  get length(): number {
    return this.#steps.length;
  }

  /** Ids of the newest steps, 100 at the most. */
  evidence(): number[] {
    return this.#steps.slice(-EVIDENCE_KEPT).map(({ id }) => id);
  }

  /** The different addresses of the newest steps. */
  addresses(): string[] {
    return [...new Set(this.#steps.slice(-EVIDENCE_KEPT).map(({ address }) => address))];
  }

  /** How many different networks there are. */
  networks(): number {
    return new Set(this.#steps.map(({ network }) => network)).size;
  }

  /** Whether there are `count` different networks or more; cheaper than to count them all. */
  hasNetworks(count: number): boolean {
    const seen: string[] = [];
    for (const { network } of this.#steps) {
      if (seen.includes(network)) continue;
      if (seen.push(network) >= count) return true;
    }
    return false;
  }

  /**
   * Puts a step in its place. One that is a window older than the newest does not count, unless it is live: live lines
   * are read as they are written, so that the clock was set back, and what was counted happened now at the latest.
   */
  add(step: Step, live: boolean, windowMs: number, limit: number): void {
    if (!this.#place(step, live, windowMs)) return;
    const until = this.#newest(step) - windowMs;
    for (let oldest = this.#steps[0]; oldest !== undefined; oldest = this.#steps[0]) {
      if (oldest.time > until && this.#tries - oldest.tries < limit) return;
      this.#tries -= oldest.tries;
      this.#steps.shift();
    }
  }

  /** As {@link Trail.add}, but each account counts once, at its latest time, and `limit` is of accounts. */
  addOnce(step: Step, live: boolean, windowMs: number, limit: number): void {
    const before = this.#steps.findIndex(({ account }) => account === step.account);
    if (before >= 0) this.#steps.splice(before, 1);
    if (!this.#place(step, live, windowMs)) return;
    const until = this.#newest(step) - windowMs;
    while (this.#steps.length > limit || (this.#steps[0] ?? step).time <= until) this.#steps.shift();
  }

  clear(): void {
    this.#steps = [];
    this.#tries = 0;
  }

  #newest(step: Step): number {
    return this.#steps.at(-1)?.time ?? step.time;
  }

  #place(step: Step, live: boolean, windowMs: number): boolean {
    const newest = this.#newest(step);
    if (step.time <= newest - windowMs) {
      if (!live) return false;
      this.#steps = this.#steps.map((known) =>
        known.time > step.time ? { ...known, time: step.time } : known,
      );
    }
    this.#tries += step.tries;
    if (this.#steps.length === 0) this.#steps = [step];
    else if (step.time >= this.#newest(step)) this.#steps.push(step);
    else
      this.#steps.splice(
        this.#steps.findIndex(({ time }) => time > step.time),
        0,
        step,
      );
    return true;
  }
}
