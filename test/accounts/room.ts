import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Accounts, openAccounts } from "../../src/accounts/accounts.ts";
import { openNotices } from "../../src/accounts/notices.ts";
import type { AccountParts } from "../../src/accounts/parts.ts";
import { openAnchorFile } from "../../src/audit/anchor.ts";
import { openLedger } from "../../src/audit/ledger.ts";
import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase } from "../../src/database/open.ts";
import type { AuditRow } from "../../src/database/schema.ts";
import type { Actor } from "../../src/host/actor.ts";
import type { Clock } from "../../src/host/clock.ts";
import { systemRandom } from "../../src/host/random.ts";
import { openTwoFactor, type TwoFactor } from "../../src/twofactor/two-factor.ts";

/** A clock that stands until it is moved. */
export interface TestClock extends Clock {
  advance(ms: number): void;
  set(ms: number): void;
}

export const NOON = Date.UTC(2026, 0, 15, 12, 0, 0);
export const MINUTE = 60_000;
/** Fits the classic policy and is on no list. */
export const GOOD = "Fluted-Marsh-42-Quorum";
export const BETTER = "Seven!Herons+Crossed-9-Weirs";

export function testClock(start = NOON): TestClock {
  let time = start;
  return {
    now: () => time,
    monotonic: () => time,
    advance: (ms) => {
      time += ms;
    },
    set: (ms) => {
      time = ms;
    },
  };
}

/** Root at the machine itself, without a panel account. */
export const HOST_ROOT: Actor = {
  name: "root",
  accountId: null,
  role: "root",
  osLogin: "root",
  address: null,
  via: "command",
  verified: true,
  onBehalfOf: null,
};

/** Somebody at the gate, not signed in yet. */
export const STRANGER: Actor = {
  ...HOST_ROOT,
  name: "gate",
  role: "customer",
  osLogin: null,
  address: "203.0.113.9",
  via: "gate",
  verified: true,
};

/** Somebody signed in at the gate. */
export function signedIn(account: { id: number; name: string; role: Actor["role"] }): Actor {
  return { ...STRANGER, name: account.name, accountId: account.id, role: account.role };
}

export interface TestRoom {
  readonly folder: string;
  readonly parts: AccountParts;
  readonly clock: TestClock;
  readonly accounts: Accounts;
  readonly twoFactor: TwoFactor;
  /** How long answers were held back, in order. */
  readonly pauses: number[];
  audit(): Promise<(Omit<AuditRow, "details"> & { details: Record<string, unknown> })[]>;
  notices(): Promise<{ recipient: string; subject: string; body: string }[]>;
  close(): Promise<void>;
}

export interface RoomOptions {
  readonly folder?: string;
  readonly clock?: TestClock;
  readonly hostName?: string;
  readonly extra?: Partial<AccountParts>;
}

/** Both rooms over a real database in a folder of their own. */
export async function openRoom(options: RoomOptions = {}): Promise<TestRoom> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "castellan-test-"));
  const clock = options.clock ?? testClock();
  const hostName = options.hostName ?? "srv01.example.com";
  const keys = openKeyRing(folder, systemRandom, { create: true });
  const database = await openDatabase(folder, { create: true });
  const ledger = openLedger({ database, keys, clock, anchorFile: openAnchorFile(folder, keys) });
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  const notifier = openNotices({ clock, hostName });
  const parts: AccountParts = {
    database,
    ledger,
    clock,
    random: systemRandom,
    keys,
    hostName,
    notifier,
    pause,
    ...options.extra,
  };
  const accounts = openAccounts(parts);
  const twoFactor = openTwoFactor({ ...parts, accounts, issuer: hostName });
  return {
    folder,
    parts,
    clock,
    accounts,
    twoFactor,
    pauses,
    audit: async () => {
      const rows = await database.db.selectFrom("audit").selectAll().orderBy("seq").execute();
      return rows.map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> }));
    },
    notices: () =>
      database.db.selectFrom("notices").select(["recipient", "subject", "body"]).orderBy("id").execute(),
    close: async () => {
      await database.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
