import { setTimeout as wait } from "node:timers/promises";
import type { Attempt, AttemptQuery } from "../watch/queries.ts";
import { attemptFacts, attemptLine } from "./attempt-view.ts";
import type { Call } from "./call.ts";
import type { Session } from "./context.ts";
import { paint } from "./page.ts";

/** How often the database is asked whether anything changed; that question costs microseconds. */
const LOOK_MS = 100;
/** Read at once at the most. */
const AT_ONCE = 10_000;

/**
 * Prints attempts as they are stored, oldest first, until nobody reads them any more. Ctrl-C ends it as it ends
 * `tail -f`: by the signal itself, which a shell reports as 130.
 */
export async function followAttempts(
  call: Call,
  { castellan }: Session,
  query: Omit<AttemptQuery, "limit">,
): Promise<void> {
  const { watch, database } = castellan;
  await warnWhenNobodyWatches(call, watch.engine);
  let after = (await watch.attempts({ limit: 1, everyLine: true }))[0]?.id ?? 0;
  let seen = database.dataVersion();
  while (!call.gone.aborted) {
    const found = await watch.attempts({ ...query, after, limit: AT_ONCE });
    if (found.length === AT_ONCE)
      call.io.err("castellan: more arrived than can be followed; older ones are left out\n");
    after = found[0]?.id ?? after;
    print(call, found.toReversed());
    seen = await nextVersion(call, database.dataVersion, seen);
  }
}

async function nextVersion(call: Call, version: () => number, seen: number): Promise<number> {
  for (;;) {
    const now = version();
    if (now !== seen || call.gone.aborted) return now;
    await wait(LOOK_MS);
  }
}

function print(call: Call, attempts: readonly Attempt[]): void {
  const { page } = call;
  for (const attempt of attempts) {
    if (call.options.json) call.printJson(attemptFacts(attempt));
    else call.io.out(`${paint(attemptLine(attempt), page)}\n`);
  }
}

async function warnWhenNobodyWatches(call: Call, engine: () => Promise<unknown>): Promise<void> {
  if ((await engine()) !== null) return;
  call.io.err("castellan: nobody watches the logs now; attempts arrive once a guard or a screen runs\n");
}
