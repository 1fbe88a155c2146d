import type { Kysely } from "kysely";
import type { Accounts } from "../accounts/accounts.ts";
import type { Notices } from "../accounts/notices.ts";
import type { AttemptLimits } from "../accounts/types.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import type { Clock } from "../host/clock.ts";
import type { Random } from "../host/random.ts";

/** What the second-factor room is built from. */
export interface TwoFactorParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: KeyRing;
  readonly accounts: Accounts;
  readonly notifier: Notices;
  /** The host's name, as authenticator apps will show it. */
  readonly issuer: string;
  /** The login protection in force; 5 in 15 minutes unless told. Called outside of transactions. */
  readonly limits?: () => Promise<AttemptLimits>;
  /** Ends an account's other sessions when its factor changes; says how many. */
  readonly endSessions?: (trx: Kysely<Schema>, accountId: number) => Promise<number>;
  /** Holds an answer back; a real wait unless told. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** The parts with every choice made. */
export type TwoFactorRoom = Required<TwoFactorParts>;
