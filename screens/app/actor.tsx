import { type ReactNode, useMemo } from "react";
import { CoreProvider, useCore } from "./core.tsx";
import { useQuery } from "./useQuery.ts";

/**
 * Keeps the actor in step with the account that the operator's OS login is linked to: it is made in the first
 * run, and may be linked, renamed or deleted while the screen is open. The audit log names it from then on.
 */
export function ActorProvider({ children }: { readonly children: ReactNode }) {
  const core = useCore();
  const { osLogin } = core.actor;
  const { data: account } = useQuery("actor", async () =>
    osLogin === null ? null : core.castellan.accounts.findByOsLogin(osLogin),
  );
  const accountId = account === undefined ? core.actor.accountId : (account?.id ?? null);
  const name = account === undefined ? core.actor.name : (account?.name ?? osLogin ?? core.actor.name);
  const followed = useMemo(
    () => ({ ...core, actor: { ...core.actor, accountId, name } }),
    [core, accountId, name],
  );
  return <CoreProvider core={followed}>{children}</CoreProvider>;
}
