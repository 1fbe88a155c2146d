import type { Ledger } from "../audit/ledger.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import type { HoldSignals } from "../host/held-signals.ts";
import type { Random } from "../host/random.ts";
import type { FreshLogin } from "./change.ts";
import type { Services } from "./services/service.ts";

/** What the changes room works with. */
export interface ChangesParts {
  /** The state folder; the journal is its `changes`. */
  readonly state: string;
  /** `/`, or a folder that looks like a host (tests, the demo). */
  readonly root: string;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly run: RunCommand;
  readonly isRoot: boolean;
  readonly readOnly: boolean;
  /** What starts castellan itself, for the roll-back timer: `[node, main.js]`, absolute. */
  readonly program: readonly string[];
  readonly services: Services;
  /** Who is signed in over SSH right now and can become root. */
  readonly administrators: () => readonly FreshLogin[];
  /** Addresses of the host's own interfaces, canonical, loopback among them; none unless told. */
  readonly ownAddresses?: () => readonly string[];
  /** Whoever asks the process to end waits until no change is half done; unless told, nobody asks. */
  readonly holdSignals?: HoldSignals;
  /** `/proc` unless told. */
  readonly proc?: string;
  /**
   * Told the name of every single operation on a file system, command and audit row of apply, roll-back and settle,
   * before it is done: crash tests end the process there, fault tests throw.
   */
  readonly onStep?: (name: string) => void;
}
