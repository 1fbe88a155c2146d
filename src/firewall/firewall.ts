import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import { changed, type Drift, driftOf } from "./drift.ts";
import { elementsOf, type FirewallElement, timedRange } from "./elements.ts";
import { EXPECTED_STRUCTURE, type Listing, parseListing } from "./listing.ts";
import { type StartMonitor, startNftMonitor } from "./monitor.ts";
import { type Nft, openNft, unavailable } from "./nft.ts";
import { disjoint, longestOf, type TimedRange } from "./ranges.ts";
import {
  blindScript,
  elementScript,
  refillScript,
  removalScript,
  SET_CAPACITY,
  tableScript,
} from "./script.ts";
import { watchTable } from "./watch.ts";

export type { FirewallElement } from "./elements.ts";

/** What {@link Firewall.reconcile} says of a table that is not there at all. */
export const TABLE_MISSING = "the table was missing";

/** What is known of castellan's table. */
export interface FirewallState {
  /** Whether castellan can read and change it. */
  readonly available: boolean;
  /** Why not: `needs root`, `nft is not installed`, `permission denied in this namespace`, or what nft said. */
  readonly reason: string | null;
  readonly present: boolean;
  /** Elements that the kernel holds; overlapping lockouts are held as pieces. */
  readonly elements: number;
  /** Packets dropped since the table was made. */
  readonly droppedPackets: number;
  /** When {@link Firewall.reconcile} of this process last had to change something. */
  readonly lastMendedAt: number | null;
}

/**
 * castellan's own `table inet castellan`: interval sets of locked addresses with a time each, and a chain that drops
 * packets from them. Nothing else of the ruleset is read or touched. All calls but `state` and `watch` may fail with
 * `firewall_unavailable`.
 */
export interface Firewall {
  /**
   * Removes, then adds, in one transaction; makes the table when it is missing. The same call again changes nothing.
   * `remove` frees all addresses in it, whatever element held them.
   * @throws CastellanError `firewall_unavailable`, `invalid_input` (an element that is no canonical network)
   */
  apply(change: { add: readonly FirewallElement[]; remove: readonly string[] }): Promise<void>;
  /** Makes table, rules and elements what they should be, and tells what was not. */
  reconcile(wanted: readonly FirewallElement[]): Promise<{ mended: boolean; what: string | null }>;
  /** What the kernel holds now, with the time left in whole seconds. */
  list(): Promise<FirewallElement[]>;
  /** Never fails. */
  state(): Promise<FirewallState>;
  /** Calls back after somebody else changed our table. */
  watch(onForeignChange: () => void): { stop(): void };
  /** Deletes our table. */
  remove(): Promise<void>;
}

export interface FirewallParts {
  readonly run: RunCommand;
  readonly clock: Clock;
  readonly isRoot: boolean;
  /** Why the firewall is left alone when `isRoot` is false; `needs root` unless told. */
  readonly whyNot?: string;
  /** Starts `nft monitor`; tests start it in a network namespace. */
  readonly startMonitor?: StartMonitor;
}

/** So often the sets are looked at before a change is given up. */
const TRIES = 3;
/** Up to so many elements are deleted one by one; nft takes seconds to delete thousands. */
const FEW = 16;

/** What the sets should hold, given what they hold. */
type Target = (held: readonly TimedRange[]) => readonly TimedRange[];

export function openFirewall(parts: FirewallParts): Firewall {
  return new NftFirewall(parts);
}

class NftFirewall implements Firewall {
  readonly #parts: FirewallParts;
  readonly #nft: Nft;
  #structure = EXPECTED_STRUCTURE;
  #rebuilds = 0;
  #left = 0;
  #lastMendedAt: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: FirewallParts) {
    this.#parts = parts;
    this.#nft = openNft(parts.run, parts.isRoot, parts.whyNot);
  }

  async apply({
    add,
    remove,
  }: {
    add: readonly FirewallElement[];
    remove: readonly string[];
  }): Promise<void> {
    const adding = disjoint(add.map(timedRange).filter(isRunning));
    const taking = disjoint(remove.map((cidr) => timedRange({ cidr, timeoutMs: null })));
    await this.#inTurn(() => this.#change(taking, adding));
  }

  async reconcile(wanted: readonly FirewallElement[]): Promise<{ mended: boolean; what: string | null }> {
    const ranges = wanted.map(timedRange).filter(isRunning);
    const what = await this.#inTurn(() => this.#settle(() => ranges));
    if (what !== null) this.#lastMendedAt = this.#parts.clock.now();
    return { mended: what !== null, what };
  }

  async list(): Promise<FirewallElement[]> {
    const listing = await this.#inTurn(() => this.#look());
    return (listing?.elements ?? []).flatMap(elementsOf);
  }

  async state(): Promise<FirewallState> {
    const lastMendedAt = this.#lastMendedAt;
    try {
      const listing = await this.#inTurn(() => this.#look());
      return {
        available: true,
        reason: this.#left === 0 ? null : `${this.#left} lockouts do not fit into the kernel's sets`,
        present: listing !== null,
        elements: listing?.elements.length ?? 0,
        droppedPackets: listing?.droppedPackets ?? 0,
        lastMendedAt,
      };
    } catch (error) {
      const reason = (error as Error).message;
      return { available: false, reason, present: false, elements: 0, droppedPackets: 0, lastMendedAt };
    }
  }

  watch(onForeignChange: () => void): { stop(): void } {
    const { isRoot, clock, startMonitor = startNftMonitor } = this.#parts;
    // Without root nothing of ours is in the kernel: there is nothing to watch over.
    if (!isRoot) return { stop: () => undefined };
    const parts = { nft: this.#nft, startMonitor, clock, rebuilds: () => this.#rebuilds };
    return watchTable(parts, onForeignChange);
  }

  async remove(): Promise<void> {
    const complaint = await this.#inTurn(() => this.#nft.run(removalScript()));
    if (complaint !== null) throw unavailable(complaint);
  }

  /** One change at a time: the look and the change that follows it belong together. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #look(): Promise<Listing | null> {
    const text = await this.#nft.list();
    return text === null ? null : parseListing(text);
  }

  async #change(remove: readonly TimedRange[], add: readonly TimedRange[]): Promise<void> {
    const size = remove.length + add.length;
    if (size === 0) return;
    // Nearly always nothing overlaps, and no look is needed; nft refuses it otherwise, as a whole.
    if (size <= FEW && (await this.#nft.run(blindScript(remove, add))) === null) return;
    await this.#settle((held) => changed(held, remove, add));
  }

  /** @returns what was not as it should be, or null */
  async #settle(target: Target): Promise<string | null> {
    for (let attempt = 1; ; attempt += 1) {
      const listing = await this.#look();
      const wanted = this.#fitting(target(listing?.elements ?? []));
      if (listing === null || listing.structure !== this.#structure) {
        await this.#rebuild(wanted);
        return listing === null ? TABLE_MISSING : "the rules of the table were changed";
      }
      const drift = driftOf(listing.elements, wanted);
      if (drift.what === null) return null;
      // Something expired or was changed since the look: look again, then take the way that nothing can cross.
      const complaint = await this.#nft.run(scriptFor(drift, attempt === TRIES));
      if (complaint === null) return drift.what;
      if (attempt === TRIES) throw unavailable(complaint);
    }
  }

  #fitting(ranges: readonly TimedRange[]): TimedRange[] {
    const all = disjoint(ranges);
    const fitting = longestOf(all, SET_CAPACITY);
    this.#left = all.length - fitting.length;
    return fitting;
  }

  async #rebuild(ranges: readonly TimedRange[]): Promise<void> {
    const complaint = await this.#nft.run(tableScript(ranges));
    if (complaint !== null) throw unavailable(complaint);
    this.#rebuilds += 1;
    // Another version of nft may write the same rules in another way.
    const text = await this.#nft.listTerse();
    if (text !== null) this.#structure = parseListing(text).structure;
  }
}

function scriptFor({ remove, renew, add, target }: Drift, refill: boolean): string {
  if (refill || remove.length + renew.length > FEW) return refillScript(target);
  return elementScript([...remove, ...renew], [...renew, ...add]);
}

function isRunning({ timeoutMs }: TimedRange): boolean {
  return timeoutMs === null || timeoutMs > 0;
}
