import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAnchorFile } from "../../src/audit/anchor.ts";
import { type Ledger, openLedger } from "../../src/audit/ledger.ts";
import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase, type PanelDatabase } from "../../src/database/open.ts";
import { CastellanError } from "../../src/errors.ts";
import type { Firewall, FirewallElement } from "../../src/firewall/firewall.ts";
import type { Actor } from "../../src/host/actor.ts";
import type { Clock } from "../../src/host/clock.ts";
import type { RunCommand } from "../../src/host/command.ts";
import type { HostAddresses } from "../../src/host/network.ts";
import { systemRandom } from "../../src/host/random.ts";
import { networkOf } from "../../src/lockout/addresses.ts";
import type { LockDecision } from "../../src/lockout/judge.ts";
import { type Lockout, type Lockouts, openLockouts } from "../../src/lockout/lockouts.ts";

export const MINUTE = 60_000;
export const START = Date.UTC(2026, 10, 21, 3, 0, 0);

export const ALICE: Actor = {
  name: "alice",
  accountId: 1,
  role: "root",
  osLogin: "alice",
  address: "198.51.100.7",
  via: "command",
  verified: true,
  onBehalfOf: null,
};

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Time goes by. */
  pass(ms: number): void;
  /** Somebody sets the wall clock. */
  set(ms: number): void;
}

export function testClock(now = START): TestClock {
  let wall = now;
  let monotonic = 5_000;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    pass(ms) {
      wall += ms;
      monotonic += ms;
    },
    set(ms) {
      wall += ms;
    },
  };
}

/** A firewall that remembers what it was told; `fault` makes it fail as one without root does. */
export interface TestFirewall extends Firewall {
  fault: string | null;
  readonly told: { add: readonly FirewallElement[]; remove: readonly string[] }[];
  wanted: readonly FirewallElement[];
}

export function testFirewall(): TestFirewall {
  const assertThere = (): void => {
    if (firewall.fault !== null) throw new CastellanError("firewall_unavailable", firewall.fault);
  };
  const firewall: TestFirewall = {
    fault: null,
    told: [],
    wanted: [],
    async apply(change) {
      assertThere();
      firewall.told.push(change);
    },
    async reconcile(wanted) {
      assertThere();
      firewall.wanted = wanted;
      return { mended: false, what: null };
    },
    async list() {
      assertThere();
      return [];
    },
    state: async () => ({
      available: firewall.fault === null,
      reason: firewall.fault,
      present: true,
      elements: 0,
      droppedPackets: 0,
      lastMendedAt: null,
    }),
    watch: () => ({ stop: () => undefined }),
    remove: async () => undefined,
  };
  return firewall;
}

export interface Room<F extends Firewall = TestFirewall> {
  readonly folder: string;
  readonly database: PanelDatabase;
  readonly ledger: Ledger;
  readonly clock: TestClock;
  readonly firewall: F;
  readonly lockouts: Lockouts;
  hosts: HostAddresses;
  /** As the engine does: records decisions in a transaction. */
  decide(...addresses: string[]): Promise<Lockout[]>;
  record(...decisions: LockDecision[]): Promise<Lockout[]>;
  /** Audit rows as `action target outcome`, the oldest first. */
  audit(): Promise<string[]>;
  details(action: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface RoomOptions<F extends Firewall> {
  readonly firewall?: F;
  readonly run?: RunCommand;
  readonly clock?: TestClock;
}

export async function openRoom<F extends Firewall = TestFirewall>(
  options: RoomOptions<F> = {},
): Promise<Room<F>> {
  const folder = mkdtempSync(join(tmpdir(), "castellan-lockout-"));
  const clock = options.clock ?? testClock();
  const keys = openKeyRing(folder, systemRandom, { create: true });
  const database = await openDatabase(folder, { create: true });
  const ledger = openLedger({ database, keys, clock, anchorFile: openAnchorFile(folder, keys) });
  const firewall = options.firewall ?? (testFirewall() as unknown as F);
  const room: Room<F> = {
    folder,
    database,
    ledger,
    clock,
    firewall,
    hosts: { own: [], gateways: [], resolvers: [], operators: [] },
    lockouts: openLockouts({
      database,
      ledger,
      clock,
      firewall,
      hostFacts: async () => room.hosts,
      ...(options.run === undefined ? {} : { run: options.run }),
    }),
    decide: (...addresses) =>
      room.record(
        ...addresses.map((address) => ({ ...decisionOn(networkOf(address)), addresses: [address] })),
      ),
    record: (...decisions) =>
      database.db.transaction().execute((trx) => room.lockouts.recordDecisions(trx, decisions)),
    async audit() {
      const rows = await database.db.selectFrom("audit").selectAll().orderBy("seq").execute();
      return rows.map(({ action, target, outcome }) => `${action} ${target} ${outcome}`);
    },
    async details(action) {
      const rows = await database.db
        .selectFrom("audit")
        .selectAll()
        .where("action", "=", action)
        .orderBy("seq")
        .execute();
      return rows.map(({ details }) => JSON.parse(details) as Record<string, unknown>);
    },
    async close() {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
  return room;
}

export function decisionOn(target: string): LockDecision {
  return {
    scope: "address",
    target,
    reason: "5 failed sign-ins within 15 minutes",
    evidence: [1, 2, 3, 4, 5],
  };
}
