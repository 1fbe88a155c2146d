import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Accounts, openAccounts } from "./accounts/accounts.ts";
import { type Notices, openNotices } from "./accounts/notices.ts";
import type { Advisor } from "./advisor/advisor.ts";
import { openAdvisor } from "./advisor/open.ts";
import { openAnchorFile } from "./audit/anchor.ts";
import { type Audit, openAudit } from "./audit/audit.ts";
import { type Ledger, openLedger } from "./audit/ledger.ts";
import type { Changes } from "./changes/changes.ts";
import { openChanges } from "./changes/open.ts";
import { type KeyRing, keyPath, openKeyRing } from "./database/keys.ts";
import { databasePath, openDatabase, type PanelDatabase } from "./database/open.ts";
import { CastellanError } from "./errors.ts";
import type { Fail2ban } from "./fail2ban/fail2ban.ts";
import { openFail2ban } from "./fail2ban/open.ts";
import { type Firewall, openFirewall } from "./firewall/firewall.ts";
import { readInboundFilter } from "./firewall/inbound-read.ts";
import type { Actor } from "./host/actor.ts";
import { type Clock, systemClock } from "./host/clock.ts";
import { type ClockSync, readClockSync } from "./host/clock-sync.ts";
import type { RunCommand } from "./host/command.ts";
import { readHostAddresses } from "./host/network.ts";
import type { Operator } from "./host/operator.ts";
import { type Random, systemRandom } from "./host/random.ts";
import { administratorPeers } from "./host/ssh-sessions.ts";
import { isThere } from "./host/state-folder.ts";
import { type Lockouts, openLockouts } from "./lockout/lockouts.ts";
import { operatorAddresses } from "./lockout/operators.ts";
import type { CastellanOptions } from "./options.ts";
import { changesParts } from "./rescue.ts";
import { type Reach, reachOf } from "./sandbox.ts";
import { openSsh } from "./ssh/open.ts";
import type { Ssh } from "./ssh/ssh.ts";
import { openTwoFactor, type TwoFactor } from "./twofactor/two-factor.ts";
import { openWatch, type Watch } from "./watch/watch.ts";

export type { CastellanOptions } from "./options.ts";

/** The whole core, opened: what screens, commands and the guard call. */
export interface Castellan {
  readonly options: CastellanOptions;
  readonly hostName: string;
  readonly clock: Clock;
  readonly run: RunCommand;
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly accounts: Accounts;
  readonly twoFactor: TwoFactor;
  readonly notices: Notices;
  readonly firewall: Firewall;
  readonly lockouts: Lockouts;
  readonly watch: Watch;
  readonly changes: Changes;
  readonly ssh: Ssh;
  readonly fail2ban: Fail2ban;
  readonly advisor: Advisor;
  /** Whether this machine's clock is kept right; asked at most once a minute. */
  clockSync(): Promise<ClockSync>;
  close(): Promise<void>;
}

/**
 * Opens the state folder, makes it on a first start, and puts the rooms together.
 * @throws CastellanError `database_missing`, `database_damaged`, `database_newer`, `key_missing`, `key_damaged`,
 *   `unsafe_permissions`, `storage_full`
 */
export async function openCastellan(options: CastellanOptions): Promise<Castellan> {
  const { root, sandbox = false, clock = systemClock, random = systemRandom } = options;
  const reach = reachOf(options);
  const ground = { options, reach, clock, random, hostName: sandbox ? nameBelow(root) : hostname() };
  const records = await openRecords(ground);
  const defences = openDefences(ground, records);
  const people = openPeople(ground, records, defences);
  const hardening = openHardening(ground, { ...records, ...defences, ...people });
  const { audit, database } = records;
  return {
    options,
    hostName: ground.hostName,
    clock,
    run: reach.run,
    ...records,
    ...defences,
    ...people,
    ...hardening,
    watch: openWatch({ database, clock }),
    clockSync: remembered(clock, CLOCK_REMEMBERED_MS, () => readClockSync(reach.run)),
    async close() {
      await hardening.changes.idle();
      await audit.close();
      await database.close();
    },
  };
}

/** What every room stands on. */
interface Ground {
  readonly options: CastellanOptions;
  readonly reach: Reach;
  readonly clock: Clock;
  readonly random: Random;
  readonly hostName: string;
}

type Records = Pick<Castellan, "database" | "keys" | "ledger" | "audit">;
type Defences = Pick<Castellan, "firewall" | "lockouts">;
type People = Pick<Castellan, "notices" | "accounts" | "twoFactor">;
type Hardening = Pick<Castellan, "changes" | "ssh" | "fail2ban" | "advisor">;

async function openRecords({ options, reach, clock, random }: Ground): Promise<Records> {
  const { state, readOnly } = options;
  const first = await isFirstStart(state);
  const keys = openKeyRing(state, random, { create: first && !readOnly });
  const database = await openDatabase(state, { create: first, readOnly });
  const anchorFile = openAnchorFile(state, keys);
  const ledger = openLedger({ database, keys, clock, anchorFile });
  const audit = openAudit({ database, keys, ledger, clock, anchorFile, run: reach.run });
  return { database, keys, ledger, audit };
}

function openDefences({ options, reach, clock }: Ground, { database, ledger }: Records): Defences {
  const { root, sandbox = false } = options;
  const { run } = reach;
  const firewall = openFirewall({
    ...{ run, clock, isRoot: reach.isRoot && !sandbox },
    ...(sandbox ? { whyNot: "a sandbox" } : {}),
  });
  const hostAddresses = remembered(clock, HOST_REMEMBERED_MS, () => ({
    ...readHostAddresses(root, sandbox ? root : "/"),
    administrators: sandbox ? [] : administratorPeers("/proc", "/"),
  }));
  const hostFacts = async () => {
    const { administrators, ...addresses } = hostAddresses();
    return { ...addresses, operators: [...operatorAddresses({ database, clock }), ...administrators] };
  };
  return { firewall, lockouts: openLockouts({ database, ledger, clock, firewall, hostFacts, run }) };
}

function openPeople(
  { clock, random, hostName }: Ground,
  { database, ledger, keys }: Records,
  { lockouts }: Defences,
): People {
  const limits = async () => {
    const { enabled, attempts, windowMinutes, lockMinutes } = await lockouts.policy();
    return { enabled, attempts, windowMs: windowMinutes * 60_000, lockMs: lockMinutes * 60_000 };
  };
  const notices = openNotices({ clock, hostName });
  const common = { database, ledger, clock, random, keys, notifier: notices, limits };
  const accounts = openAccounts({ ...common, hostName });
  return { notices, accounts, twoFactor: openTwoFactor({ ...common, accounts, issuer: hostName }) };
}

function openHardening(
  { options, reach, clock }: Ground,
  { database, ledger, audit, firewall, lockouts, accounts, twoFactor }: Records & Defences & People,
): Hardening {
  const { root, state } = options;
  const changes = openChanges({ ...changesParts(options), ledger });
  const guessersLockedOut = async () =>
    (await lockouts.policy()).enabled && (await firewall.state()).available;
  const inbound = reach.asksHost ? readInboundFilter : null;
  const ssh = openSsh({ root, ...reach, changes, clock, database, guessersLockedOut, inbound });
  const panel = { state, database, accounts, twoFactor, lockouts, audit };
  const fail2ban = openFail2ban({ root, ...reach, changes });
  return {
    changes,
    ssh,
    fail2ban,
    advisor: openAdvisor({ ...panel, root, ...reach, clock, ledger, changes, ssh }),
  };
}

/** A made-up host has a name of its own: hostname(5). */
function nameBelow(root: string): string {
  const path = join(root, "etc/hostname");
  return (isThere(path) ? readFileSync(path, "utf8").trim() : "") || hostname();
}

/** During a flood each batch asks for the host's addresses. */
const HOST_REMEMBERED_MS = 1_000;
const CLOCK_REMEMBERED_MS = 60_000;

/** Reads again only after so long. */
function remembered<T>(clock: Clock, forMs: number, read: () => T): () => T {
  let known: { readonly value: T; readonly at: number } | undefined;
  return () => {
    const now = clock.monotonic();
    if (known === undefined || now - known.at >= forMs) known = { value: read(), at: now };
    return known.value;
  };
}

/** Another castellan that makes the folder at this moment has written its key, and soon its database. */
const FIRST_START_MS = 3_000;

/**
 * Whether this is a first start. Key and database belong together; one without the other is a loss to be told,
 * never a fresh start.
 */
async function isFirstStart(state: string): Promise<boolean> {
  const begun = performance.now();
  while (isThere(keyPath(state)) && !isThere(databasePath(state))) {
    const age = Date.now() - statSync(keyPath(state)).mtimeMs;
    if (age > FIRST_START_MS || performance.now() - begun > FIRST_START_MS) {
      throw new CastellanError(
        "database_missing",
        `the key file is in ${state} but the database ${databasePath(state)} is missing`,
        "restore the database from a backup, or move the whole folder away to begin anew",
      );
    }
    await setTimeout(50);
  }
  return !isThere(keyPath(state)) && !isThere(databasePath(state));
}

/** The actor for what an operator does: the linked panel account, or the OS login with the host's authority. */
export async function actorFor(
  castellan: Castellan,
  operator: Operator,
  via: "screen" | "command",
): Promise<Actor> {
  const { osLogin, address, verified } = operator;
  const account = osLogin === null ? null : await castellan.accounts.findByOsLogin(osLogin);
  return {
    name: account?.name ?? osLogin ?? "unknown",
    accountId: account?.id ?? null,
    // Whoever may open the state folder owns it: the kernel has already decided that.
    role: "root",
    osLogin,
    address,
    via,
    verified,
    onBehalfOf: null,
  };
}
