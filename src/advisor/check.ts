import type { ChangeDraft } from "../changes/change.ts";
import type { SshWanted } from "../ssh/ssh.ts";
import type { FactDefinition, Known } from "./fact.ts";
import type { Area, Rating, Verdict } from "./rating.ts";
import { unknown } from "./verdict.ts";

/** How a finding is mended: through SSH's own plan (with its lockout simulator), or by a change. */
export type Fix =
  | { readonly via: "ssh"; readonly wanted: SshWanted }
  | { readonly via: "change"; readonly draft: ChangeDraft };

/** A check, ready to run. */
export interface Check {
  /** Stable: `SSH-01`. */
  readonly id: string;
  readonly area: Area;
  /** At most 40 characters: what is looked at. */
  readonly title: string;
  /** Why it matters: what an attacker does with it. One to three sentences. */
  readonly why: string;
  /** What to do by hand, as an admin would type it. */
  readonly remedy: string;
  /** Where the rule comes from: `CIS 5.1.20, Lynis SSH-7408`. */
  readonly source: string;
  /** The ratings it can give besides unknown; each has a fixture. */
  readonly gives: readonly Exclude<Rating, "unknown">[];
  readonly facts: readonly FactDefinition<unknown>[];
  /** Whether castellan can mend it at all; whether it can here, {@link Check.fix} tells. */
  readonly mendable: boolean;
  /** null: does not concern this host (nginx is not installed). Unknown when a fact is. */
  judge(known: readonly Known<unknown>[]): Verdict | null;
  /** What would mend it; null: nothing castellan can do by itself here. Only called with all facts known. */
  fix(known: readonly Known<unknown>[]): Fix | null;
}

type Values<F extends readonly FactDefinition<unknown>[]> = {
  [K in keyof F]: F[K] extends FactDefinition<infer T> ? T : never;
};

/** What an author writes: pure functions over the values of the facts, which are all known when they are called. */
export interface CheckSpec<F extends readonly FactDefinition<unknown>[]>
  extends Omit<Check, "judge" | "fix" | "facts" | "mendable"> {
  readonly facts: readonly [...F];
  readonly judge: (...values: Values<F>) => Verdict | null;
  readonly fix?: (...values: Values<F>) => Fix | null;
}

/** Defines a check. A fact that is unknown makes it unknown, with the fact's reason: it cannot be forgotten. */
export function defineCheck<F extends readonly FactDefinition<unknown>[]>(spec: CheckSpec<F>): Check {
  const { judge, fix } = spec;
  return {
    ...spec,
    mendable: fix !== undefined,
    judge(known) {
      const why = known.flatMap((fact) => (fact.known ? [] : [fact.why]));
      if (why.length > 0) return unknown(why[0] ?? "", why);
      return judge(...(valuesOf(known) as Values<F>));
    },
    fix: (known) =>
      known.every((fact) => fact.known) ? (fix?.(...(valuesOf(known) as Values<F>)) ?? null) : null,
  };
}

function valuesOf(known: readonly Known<unknown>[]): unknown[] {
  return known.flatMap((fact) => (fact.known ? [fact.value] : []));
}
