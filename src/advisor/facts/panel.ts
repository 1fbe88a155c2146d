import { readStoredHash, type StoredHash } from "../../accounts/stored-hash.ts";
import type { Account, PasswordPolicy } from "../../accounts/types.ts";
import type { AuditVerdict } from "../../audit/verify.ts";
import type { AllowEntry, LockoutPolicy } from "../../lockout/lockouts.ts";
import type { TwoFactorPolicy, TwoFactorStatus } from "../../twofactor/types.ts";
import { type EngineHolder, engineHolder } from "../../watch/lease.ts";
import { type AdvisedPanel, defineFact, type FactDefinition, type FileFacts } from "../fact.ts";

/** An account with its second factor. */
export interface PanelAccount extends Account {
  readonly factor: TwoFactorStatus;
}

/** A fact out of castellan's own database. */
function panelFact<T>(name: string, read: (panel: AdvisedPanel) => Promise<T>): FactDefinition<T> {
  return defineFact(name, async (host) => {
    if (host.panel === null) throw new Error("castellan's own database is not open");
    return await read(host.panel);
  });
}

export const PANEL_ACCOUNTS = panelFact("castellan's accounts", async ({ accounts, twoFactor }) => {
  const [all, statuses] = await Promise.all([accounts.list(), twoFactor.statuses()]);
  return all.map((account): PanelAccount => {
    const factor = statuses.get(account.id);
    if (factor === undefined) throw new Error(`the account ${account.name} was made at this very moment`);
    return { ...account, factor };
  });
});

export const TWO_FACTOR_POLICY: FactDefinition<TwoFactorPolicy> = panelFact(
  "the policy of the second factor",
  ({ twoFactor }) => twoFactor.policy(),
);

export const PASSWORD_POLICY: FactDefinition<PasswordPolicy> = panelFact(
  "the policy of passwords",
  ({ accounts }) => accounts.passwordPolicy(),
);

export const LOCKOUT_POLICY: FactDefinition<LockoutPolicy> = panelFact(
  "the policy of lockouts",
  ({ lockouts }) => lockouts.policy(),
);

export const ALLOW_LIST: FactDefinition<AllowEntry[]> = panelFact("the allow-list", ({ lockouts }) =>
  lockouts.allowList(),
);

/** Who watches the logs now; null: nobody. */
export const ENGINE: FactDefinition<EngineHolder | null> = defineFact("castellan's engine", async (host) => {
  if (host.panel === null) throw new Error("castellan's own database is not open");
  return await engineHolder({ database: host.panel.database, clock: host.clock });
});

/** How a password is kept, never the hash itself. */
export interface KeptPassword {
  readonly name: string;
  readonly hash: StoredHash;
}

export const KEPT_PASSWORDS = panelFact("the kinds of password hashes", async ({ database }) => {
  const rows = await database.db
    .selectFrom("accounts")
    .select(["name", "password_hash"])
    .where("password_hash", "is not", null)
    .orderBy("name")
    .execute();
  return rows.map(
    ({ name, password_hash }): KeptPassword => ({ name, hash: readStoredHash(password_hash ?? "") }),
  );
});

/** The state folder and everything in it. */
export interface StateFiles {
  readonly folder: string;
  readonly own: FileFacts;
  readonly files: readonly { readonly path: string; readonly facts: FileFacts }[];
}

export const STATE_FILES = defineFact("castellan's state folder", async (host): Promise<StateFiles> => {
  if (host.panel === null) throw new Error("castellan's own database is not open");
  const folder = host.panel.state;
  const [own, names] = await Promise.all([host.stat(folder), host.list(folder)]);
  if (own === null || names === null) throw new Error(`${folder} is not among the files of this host`);
  const files = await Promise.all(
    names.map(async (name) => ({ path: `${folder}/${name}`, facts: await host.stat(`${folder}/${name}`) })),
  );
  // What went away in between (a journal of SQLite) is not there to be read by anybody.
  return {
    folder,
    own,
    files: files.flatMap(({ path, facts }) => (facts === null ? [] : [{ path, facts }])),
  };
});

/** Longer than this nobody waits for the whole log; `audit verify` does. */
const VERIFY_MS = 1_000;

export const AUDIT_VERDICT = defineFact("castellan's audit log", async (host): Promise<AuditVerdict> => {
  const { panel, clock } = host;
  if (panel === null) throw new Error("castellan's own database is not open");
  const begun = clock.monotonic();
  return await panel.audit.verify({
    onProgress(done, total) {
      if (done === total || clock.monotonic() - begun < VERIFY_MS) return;
      throw new Error(
        `only ${done} of ${total} events were proven in time: castellan audit verify proves all`,
      );
    },
  });
});
