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
  /** Active accounts without a second factor, whatever the policy. */
  readonly unproven: readonly Account[];
}

/** Reads all policies at once. */
export function usePolicies(): Query<PolicyFacts> {
  const { castellan } = useCore();
  return useQuery("policies", async () => {
    const { lockouts, twoFactor, accounts } = castellan;
    const [allowed, lacking, all, factors, ...policies] = await Promise.all([
      lockouts.allowList(),
      twoFactor.lacking(),
      accounts.list(),
      twoFactor.statuses(),
      ...SECTIONS.map(({ read }) => read(castellan)),
    ]);
    const unproven = all.filter(
      ({ id, status }) => status === "active" && factors.get(id)?.state !== "active",
    );
    const values = Object.fromEntries(SECTIONS.map(({ id }, index) => [id, policies[index] ?? {}]));
    return { allowed, lacking, unproven, values: values as PolicyFacts["values"] };
  });
}
