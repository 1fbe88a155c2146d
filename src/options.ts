import type { Clock } from "./host/clock.ts";
import type { RunCommand } from "./host/command.ts";
import type { Random } from "./host/random.ts";
import type { AdministratorSession } from "./host/ssh-sessions.ts";

/** How to open castellan. */
export interface CastellanOptions {
  /** The state folder. */
  readonly state: string;
  /** Where the host's files are: `/`, or a folder that looks like one (tests, the demo, a mounted disk). */
  readonly root: string;
  readonly readOnly: boolean;
  /**
   * The demo: neither firewall nor addresses nor programs of this machine are touched or looked at. A `run` that is
   * passed with it speaks for the made-up host below `root`, which then can be examined and changed, by root there:
   * who owns that folder.
   */
  readonly sandbox?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly run?: RunCommand;
  /** What starts castellan again, for a roll-back that outlives this process: `[node, main.js]` unless told. */
  readonly program?: readonly string[];
  /** Who is signed in over SSH and can become root: this machine's sessions unless told; in a sandbox nobody. */
  readonly administrators?: () => readonly AdministratorSession[];
}
