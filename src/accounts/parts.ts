import type { Kysely } from "kysely";
import type { Ledger } from "../audit/ledger.ts";
import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { CastellanError } from "../errors.ts";
import type { Clock } from "../host/clock.ts";
import type { Random } from "../host/random.ts";
import type { PasswordHasher } from "./hashing.ts";
import type { Notices } from "./notices.ts";
import type { AttemptLimits } from "./types.ts";

/** What the accounts room is built from. */
export interface AccountParts {
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: KeyRing;
  readonly hostName: string;
  readonly notifier: Notices;
  /** The login protection in force; 5 in 15 minutes unless told. Called outside of transactions. */
  readonly limits?: () => Promise<AttemptLimits>;
  /** Ends an account's sessions inside the transaction that makes it necessary; says how many. */
  readonly endSessions?: (trx: Kysely<Schema>, accountId: number) => Promise<number>;
  /** Holds an answer back; a real wait unless told. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** The parts with every choice made. */
export interface AccountRoom extends Required<AccountParts> {
  readonly hasher: PasswordHasher;
}

/** Proving something counts attempts: without writing there is no proof. */
export function assertCountable(database: PanelDatabase): void {
  if (!database.readOnly) return;
  throw new CastellanError(
    "read_only",
    "castellan runs with --read-only: nothing can be proven, because tries could not be counted",
    "start it without --read-only",
  );
}
