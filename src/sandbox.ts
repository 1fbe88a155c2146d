import { CastellanError } from "./errors.ts";
import { type RunCommand, runCommand } from "./host/command.ts";
import type { CastellanOptions } from "./options.ts";

/** How far castellan reaches beyond files. */
export interface Reach {
  /** Asks programs of the host whose files lie below `root`. */
  readonly run: RunCommand;
  /** Whether programs speak of that host: they do for this machine, and where somebody plays a host. */
  readonly asksHost: boolean;
  /** Whether castellan has root's power there. */
  readonly isRoot: boolean;
  /** Whose files count as root's. */
  readonly rootUid: number;
}

/** What castellan may ask and do: in a sandbox no program of this machine, whoever runs it. */
export function reachOf({ root, sandbox = false, run }: CastellanOptions): Reach {
  const uid = process.geteuid?.() ?? -1;
  if (!sandbox) return { run: run ?? runCommand, asksHost: root === "/", isRoot: uid === 0, rootUid: 0 };
  const isPlayed = run !== undefined && root !== "/";
  return { run: run ?? noProgram, asksHost: isPlayed, isRoot: isPlayed, rootUid: isPlayed ? uid : 0 };
}

const noProgram: RunCommand = async ({ file }) => {
  throw new CastellanError("command_missing", `${file} is not run in a sandbox`);
};
