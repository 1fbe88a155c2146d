import type { AdvisorProgress } from "./advisor.ts";
import type { Check } from "./check.ts";
import type { FactDefinition, Known } from "./fact.ts";
import { type FactRun, type GatherOptions, type HostDoor, openFactRun } from "./gather.ts";
import { type Judged, judgeAll, judgeOne } from "./judge.ts";

export interface MeasureOptions extends GatherOptions {
  readonly onProgress?: ((progress: AdvisorProgress) => void) | undefined;
}

/** Gathers all facts that the checks need, each once, and judges. Never throws for what the host does. */
export async function measure(
  door: HostDoor,
  checks: readonly Check[],
  options: MeasureOptions = {},
): Promise<Judged[]> {
  const facts = longestFirst([...new Set(checks.flatMap((check) => check.facts))]);
  const known = await gatherAll(openFactRun(door, options), facts, options.onProgress);
  return judgeAll(checks, known);
}

/** Measures one check by itself; null: it does not concern this host. */
export async function measureOne(
  door: HostDoor,
  check: Check,
  options: GatherOptions = {},
): Promise<{ judged: Judged; known: readonly Known<unknown>[] } | null> {
  const run = openFactRun(door, options);
  const known = await Promise.all(check.facts.map((fact) => run.know(fact)));
  const judged = judgeOne(check, known);
  return judged === null ? null : { judged, known };
}

/** What may take longest begins first: a run is over when its last program is. */
function longestFirst(facts: readonly FactDefinition<unknown>[]): FactDefinition<unknown>[] {
  return facts.toSorted((a, b) => b.limitMs - a.limitMs);
}

async function gatherAll(
  run: FactRun,
  facts: readonly FactDefinition<unknown>[],
  onProgress: (progress: AdvisorProgress) => void = () => {},
): Promise<Map<FactDefinition<unknown>, Known<unknown>>> {
  const known = new Map<FactDefinition<unknown>, Known<unknown>>();
  const tell = (): void => onProgress({ done: known.size, total: facts.length, waitingFor: run.underWay() });
  const all = facts.map(async (fact) => {
    known.set(fact, await run.know(fact));
    tell();
  });
  tell();
  await Promise.all(all);
  return known;
}
