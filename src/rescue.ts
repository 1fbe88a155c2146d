import type { Changes } from "./changes/changes.ts";
import { openRecovery } from "./changes/open.ts";
import type { ChangesParts } from "./changes/parts.ts";
import { openServices } from "./changes/services/open.ts";
import { systemClock } from "./host/clock.ts";
import type { RunCommand } from "./host/command.ts";
import { holdSignals } from "./host/held-signals.ts";
import { readHostAddresses } from "./host/network.ts";
import { systemRandom } from "./host/random.ts";
import { administratorSessions } from "./host/ssh-sessions.ts";
import type { CastellanOptions } from "./options.ts";
import { reachOf } from "./sandbox.ts";

/** What the changes room needs besides the ledger: all of it stands without the panel database. */
export function changesParts(options: CastellanOptions): Omit<ChangesParts, "ledger"> {
  const { state, root, readOnly, sandbox = false } = options;
  const { run: reach, isRoot } = reachOf(options);
  const run: RunCommand = (command) => reach({ ...command, apart: true });
  const { clock = systemClock, random = systemRandom } = options;
  return {
    ...{ state, root, readOnly, run, clock, random, isRoot, holdSignals },
    program: options.program ?? (sandbox ? NOTHING : [process.execPath, ...process.argv.slice(1, 2)]),
    services: openServices({ root, run, clock }),
    ownAddresses: () => (sandbox ? [] : readHostAddresses("/", "/").own),
    administrators: options.administrators ?? (() => (sandbox ? [] : administratorSessions("/proc", "/"))),
  };
}

/** A sandbox goes with its process: a timer that outlives it would open this machine. */
const NOTHING: readonly string[] = [process.execPath, "--eval", "0", "--"];

/**
 * Changes of a state folder whose database or key cannot be used: what waits to be rolled back still is. A damaged
 * panel must not keep anybody out of the host.
 * @param why what `openCastellan` threw
 */
export function openRescue(options: CastellanOptions, why: Error): Changes {
  return openRecovery(changesParts(options), why);
}
