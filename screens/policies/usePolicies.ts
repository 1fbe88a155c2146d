import type { Account } from "../../src/accounts/types.ts";
import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";
import type { PolicyValues } from "./field.ts";
import { SECTIONS, type SectionId } from "./sections.ts";

/** Everything that the screen shows. */
export interface PolicyFacts {
  readonly values: Readonly<Record<SectionId, PolicyValues>>;
  readonly allowed: readonly AllowEntry[];
  /** Accounts that the policy wants with a second factor and that have none. */
  readonly lacking: readonly Account[];
}

/** Reads all policies at once. */
export function usePolicies(): Query<PolicyFacts> {
  const { castellan } = useCore();
  return useQuery("policies", async () => {
    const [allowed, lacking, ...policies] = await Promise.all([
      castellan.lockouts.allowList(),
      castellan.twoFactor.lacking(),
      ...SECTIONS.map(({ read }) => read(castellan)),
    ]);
    const values = Object.fromEntries(SECTIONS.map(({ id }, index) => [id, policies[index] ?? {}]));
    return { allowed, lacking, values: values as PolicyFacts["values"] };
  });
}
