import type { Clock } from "./host/clock.ts";
import type { RunCommand } from "./host/command.ts";
import type { Random } from "./host/random.ts";

/** How to open castellan. */
export interface CastellanOptions {
  /** The state folder. */
  readonly state: string;
  /** Where the host's files are: `/`, or a folder that looks like one (tests, the demo, a mounted disk). */
  readonly root: string;
  readonly readOnly: boolean;
  /** The demo: neither the firewall nor the addresses of this machine are touched or looked at. */
  readonly sandbox?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly run?: RunCommand;
  /** What starts castellan again, for a roll-back that outlives this process: `[node, main.js]` unless told. */
  readonly program?: readonly string[];
}
