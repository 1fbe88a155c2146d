import { defineFact } from "../fact.ts";

/** When this run began, epoch ms: checks are pure and have no clock of their own. */
export const nowFact = defineFact("time", async (host) => host.clock.now());
