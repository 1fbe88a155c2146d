import type { Check } from "../check.ts";
import { defaultUmask, rootEnvironment } from "./accounts/environment.ts";
import { accountLock } from "./accounts/faillock.ts";
import { accountFiles } from "./accounts/files.ts";
import { consistency, duplicates, uidZero } from "./accounts/identities.ts";
import { emptyPasswords, hashMethod, systemAccounts } from "./accounts/passwords.ts";
import { sudoRules } from "./accounts/sudo.ts";

/** ACC-01 to ACC-11: who there is on this host, and what protects them. */
export const ACCOUNT_CHECKS: readonly Check[] = [
  uidZero,
  emptyPasswords,
  duplicates,
  consistency,
  hashMethod,
  accountFiles,
  sudoRules,
  accountLock,
  systemAccounts,
  defaultUmask,
  rootEnvironment,
];
