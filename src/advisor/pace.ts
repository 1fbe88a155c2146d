import { codeOf } from "../errors.ts";
import type { FactDefinition } from "./fact.ts";
import type { HostDoor } from "./gather.ts";

/** A program that does nothing is back within this on a machine that is not short of anything. */
const USUAL_MS = 25;
/** So many times longer than on a usual machine a fact may take at the most. */
const SLOWEST = 8;

/**
 * The limits of facts on this host as it is now: on a server that is slow, or under such an attack that each program
 * takes its time, they are longer by as much as a program that does nothing takes longer. Else the Advisor would know
 * nothing just where it is needed.
 *
 * @param loading what keeps this process busy at first: nothing is measured before it is done
 */
export async function pacedLimits(
  door: HostDoor,
  loading: Promise<unknown> = Promise.resolve(),
): Promise<(definition: FactDefinition<unknown>) => number> {
  const pace = await paceOf(door, loading);
  return ({ limitMs }) => limitMs * pace;
}

/** 1 to {@link SLOWEST}; 1 where no program can be run at all. */
async function paceOf({ run, clock }: HostDoor, loading: Promise<unknown>): Promise<number> {
  const nothing = { file: "/bin/true", args: [], timeoutMs: USUAL_MS * SLOWEST * 2 };
  try {
    // The first one also loads what runs programs.
    await Promise.all([run(nothing), loading]);
    const begun = clock.monotonic();
    await run(nothing);
    return Math.min(SLOWEST, Math.max(1, (clock.monotonic() - begun) / USUAL_MS));
  } catch (error) {
    return codeOf(error) === "command_timeout" ? SLOWEST : 1;
  }
}
