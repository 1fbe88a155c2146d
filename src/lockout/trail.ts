/** One entry of a trail: something tried `weight` times at `time`. */
export interface TrailEntry {
  readonly time: number;
  readonly id: number;
  readonly weight: number;
  /** Who tried it, or what was tried: trails count how many different ones there are. */
  readonly member: string;
}

/**
 * The entries of the last `windowMs` before its newest one, oldest first; older ones leave, and so do more than are
 * needed to reach `limit`. An entry at `t` no longer counts at `t + windowMs`.
 */
export class Trail {
  #entries: TrailEntry[] = [];
  #weight = 0;

  /** Sum of the weights. */
  get weight(): number {
    return this.#weight;
  }

  get ids(): number[] {
    return this.#entries.map(({ id }) => id);
  }

  /** How many different members the entries have. */
  distinct(): number {
    return new Set(this.#entries.map(({ member }) => member)).size;
  }

  /** Puts an entry in; one that is a window older than the newest does not count. */
  add(entry: TrailEntry, windowMs: number, limit: number): void {
    const entries = this.#entries;
    const newest = entries.at(-1)?.time ?? entry.time;
    if (entry.time <= newest - windowMs) return;
    let place = entries.length;
    while (place > 0 && (entries[place - 1]?.time ?? 0) > entry.time) place -= 1;
    entries.splice(place, 0, entry);
    this.#weight += entry.weight;
    this.#drop(Math.max(newest, entry.time) - windowMs, limit);
  }

  /** Takes out an older entry of the same member, so that each member counts once, at its latest time. */
  forget(member: string): void {
    const place = this.#entries.findIndex((entry) => entry.member === member);
    if (place < 0) return;
    this.#weight -= this.#entries[place]?.weight ?? 0;
    this.#entries.splice(place, 1);
  }

  /** The clock was set back: what was counted happened at `time` at the latest. */
  pullBack(time: number): void {
    this.#entries = this.#entries.map((entry) => (entry.time > time ? { ...entry, time } : entry));
  }

  /** Whether the entry is so much older than the newest that only a clock set back explains a live one. */
  isBehind(time: number, windowMs: number): boolean {
    const newest = this.#entries.at(-1)?.time;
    return newest !== undefined && time <= newest - windowMs;
  }

  clear(): void {
    this.#entries = [];
    this.#weight = 0;
  }

  #drop(until: number, limit: number): void {
    let gone = 0;
    for (const { time, weight } of this.#entries) {
      if (time > until && this.#weight - weight < limit) break;
      this.#weight -= weight;
      gone += 1;
    }
    if (gone > 0) this.#entries.splice(0, gone);
  }
}
