import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import { changed, type Drift, driftOf } from "./drift.ts";
import { elementsOf, type FirewallElement, timedRange } from "./elements.ts";
import { EXPECTED_STRUCTURE, type Listing, parseListing } from "./listing.ts";
import { type StartMonitor, startNftMonitor } from "./monitor.ts";
import { openNft, unavailable } from "./nft.ts";
import { disjoint, type TimedRange } from "./ranges.ts";
import { blindScript, elementScript, refillScript, removalScript, tableScript } from "./script.ts";
import { watchTable } from "./watch.ts";

export type { FirewallElement } from "./elements.ts";

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
  /** Starts `nft monitor`; tests start it in a network namespace. */
  readonly startMonitor?: StartMonitor;
}

/** So often the sets are looked at before a change is given up. */
const TRIES = 3;
/** Up to so many elements are deleted one by one; nft takes seconds to delete thousands. */
const FEW = 16;

export function openFirewall({
  run,
  clock,
  isRoot,
  startMonitor = startNftMonitor,
}: FirewallParts): Firewall {
  const nft = openNft(run, isRoot);
  let structure = EXPECTED_STRUCTURE;
  let rebuilds = 0;
  let lastMendedAt: number | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One change at a time: the look and the change that follows it belong together. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  async function look(): Promise<Listing | null> {
    const text = await nft.list();
    return text === null ? null : parseListing(text);
  }

  async function rebuild(ranges: readonly TimedRange[]): Promise<void> {
    const complaint = await nft.run(tableScript(ranges));
    if (complaint !== null) throw unavailable(complaint);
    rebuilds += 1;
    // Another version of nft may write the same rules in another way.
    const text = await nft.listTerse();
    if (text !== null) structure = parseListing(text).structure;
  }

  /** `target` says what the sets should hold, given what they hold. */
  async function settle(
    target: (held: readonly TimedRange[]) => readonly TimedRange[],
  ): Promise<string | null> {
    for (let attempt = 1; ; attempt += 1) {
      const listing = await look();
      if (listing === null || listing.structure !== structure) {
        await rebuild(disjoint(target(listing?.elements ?? [])));
        return listing === null ? "the table was missing" : "the rules of the table were changed";
      }
      const drift = driftOf(listing.elements, target(listing.elements));
      if (drift.what === null) return null;
      // Something expired or was changed since the look: look again, then take the way that nothing can cross.
      const complaint = await nft.run(scriptFor(drift, attempt === TRIES));
      if (complaint === null) return drift.what;
      if (attempt === TRIES) throw unavailable(complaint);
    }
  }

  async function apply(add: readonly TimedRange[], remove: readonly TimedRange[]): Promise<void> {
    const adding = disjoint(add);
    const taking = disjoint(remove);
    if (adding.length + taking.length === 0) return;
    // Nearly always nothing overlaps, and no look is needed; nft refuses it otherwise, as a whole.
    if (taking.length + adding.length <= FEW) {
      if ((await nft.run(blindScript(taking, adding))) === null) return;
    }
    await settle((held) => changed(held, taking, adding));
  }

  return {
    apply: async ({ add, remove }) => {
      const adding = add.map(timedRange).filter(isRunning);
      const taking = remove.map((cidr) => timedRange({ cidr, timeoutMs: null }));
      await inTurn(() => apply(adding, taking));
    },
    reconcile: async (wanted) => {
      const ranges = wanted.map(timedRange).filter(isRunning);
      return await inTurn(async () => {
        const what = await settle(() => ranges);
        if (what !== null) lastMendedAt = clock.now();
        return { mended: what !== null, what };
      });
    },
    list: () => inTurn(async () => ((await look())?.elements ?? []).flatMap(elementsOf)),
    state: () => inTurn(() => stateOf(look, lastMendedAt)),
    watch: (onForeignChange) =>
      // Without root nothing of ours is in the kernel: there is nothing to watch over.
      !isRoot
        ? { stop: () => undefined }
        : watchTable({ nft, startMonitor, clock, rebuilds: () => rebuilds }, onForeignChange),
    remove: () =>
      inTurn(async () => {
        const complaint = await nft.run(removalScript());
        if (complaint !== null) throw unavailable(complaint);
      }),
  };
}

function scriptFor({ remove, renew, add, target }: Drift, refill: boolean): string {
  if (refill || remove.length + renew.length > FEW) return refillScript(target);
  return elementScript([...remove, ...renew], [...renew, ...add]);
}

async function stateOf(
  look: () => Promise<Listing | null>,
  lastMendedAt: number | null,
): Promise<FirewallState> {
  try {
    const listing = await look();
    return {
      available: true,
      reason: null,
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

function isRunning({ timeoutMs }: TimedRange): boolean {
  return timeoutMs === null || timeoutMs > 0;
}
