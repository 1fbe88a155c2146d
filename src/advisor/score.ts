import type { Check } from "./check.ts";
import type { Rating } from "./rating.ts";

/** A check that can turn critical weighs three times one that can only warn. */
const WEIGHT = { critical: 3, other: 1 } as const;
/** An unknown gets nothing: a host that cannot be read never looks better than one that can. */
const SHARE: Readonly<Record<Rating, number>> = { passed: 1, warning: 0.5, critical: 0, unknown: 0 };

/**
 * 0 to 100: points got of points possible, rounded down, so that 100 means everything passed. What does not concern
 * this host is not in `judged` and does not count. Nothing judged is 0.
 */
export function scoreOf(
  judged: readonly { readonly check: Pick<Check, "gives">; readonly verdict: { readonly rating: Rating } }[],
): number {
  let got = 0;
  let possible = 0;
  for (const { check, verdict } of judged) {
    const weight = check.gives.includes("critical") ? WEIGHT.critical : WEIGHT.other;
    possible += weight;
    got += weight * SHARE[verdict.rating];
  }
  return possible === 0 ? 0 : Math.floor((100 * got) / possible);
}
