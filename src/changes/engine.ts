import { CastellanError } from "../errors.ts";
import type { FreshLogin } from "./change.ts";
import { type Disk, openDisk } from "./disk.ts";
import { type Journal, openJournal } from "./journal.ts";
import type { ChangesParts } from "./parts.ts";
import { type HostRoot, hostRoot } from "./safe-folder.ts";

/** What every part of the room works with. */
export interface Engine {
  readonly parts: ChangesParts;
  readonly disk: Disk;
  readonly journal: Journal;
  /** Looked at when it is needed: a sandbox may be made after castellan is opened. */
  readonly host: () => HostRoot;
  /** What this process has under way, by who holds the lock. */
  readonly working: Set<Promise<unknown>>;
  /** Who was seen to have signed in anew since a change was made, by change: gone again, they still got in. */
  readonly seenLogins: Map<number, FreshLogin>;
  /** When a roll-back that could not be finished is tried again by itself, by change. */
  readonly retries: Map<number, Retry>;
}

export interface Retry {
  /** As the monotonic clock counts. */
  readonly at: number;
  readonly afterMs: number;
}

export function openEngine(parts: ChangesParts): Engine {
  const disk = openDisk(parts.onStep ?? (() => {}));
  const journal = openJournal(parts.state, disk, parts.random);
  const host = () => hostRoot(parts.root);
  return { parts, disk, journal, host, working: new Set(), seenLogins: new Map(), retries: new Map() };
}

/** Whether this castellan may change the host at all. */
export function mayChange({ parts }: Engine): boolean {
  return !parts.readOnly && (parts.isRoot || parts.root !== "/");
}

/** @throws CastellanError `read_only`, `needs_root` */
export function assertMayChange(engine: Engine): void {
  if (mayChange(engine)) return;
  if (engine.parts.readOnly) {
    throw new CastellanError(
      "read_only",
      "castellan runs with --read-only: nothing was changed",
      "start it without --read-only",
    );
  }
  throw new CastellanError("needs_root", "only root can change the system", "run castellan with sudo");
}
