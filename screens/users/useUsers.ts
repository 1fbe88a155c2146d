import type { Castellan } from "../../src/castellan.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";
import { type UserFacts, type UserRow, userRows } from "./rows.ts";

/** All accounts with what the screen shows of them. */
export function useUsers(): Query<UserRow[]> {
  const { castellan, actor } = useCore();
  return useQuery("users", async () => userRows(await readFacts(castellan), actor));
}

async function readFacts({ accounts, twoFactor }: Castellan): Promise<UserFacts> {
  const [all, factors, lacking, attempts] = await Promise.all([
    accounts.list(),
    twoFactor.statuses(),
    twoFactor.lacking(),
    accounts.attemptStates(),
  ]);
  return { accounts: all, factors, lacking: new Set(lacking.map(({ id }) => id)), attempts };
}
