import type { LogEvent } from "../event.ts";
import type { SshdKind } from "./kinds.ts";

/** New authentication attempts, and whose they are as far as the whole connection tells. */
export interface Tries {
  /** 0 when the line only repeats what an earlier one told. */
  readonly attempts: number;
  readonly address: string | null;
  readonly username: string | null;
}

/** What is remembered of one connection. Plain data: it is stored as JSON. */
export interface TryConnection {
  readonly id: string;
  /** Epoch milliseconds of its last line. */
  last: number;
  address: string | null;
  port: number | null;
  username: string | null;
  /** `Failed` lines of methods that test a secret, without keyboard-interactive. */
  failed: number;
  /** `Failed keyboard-interactive` lines, and PAM's own error for each such try: the same tries, told twice. */
  prompted: number;
  pamErrors: number;
  /** Failures that PAM modules told, by module: each told of the same tries. */
  modules: Record<string, number>;
  /** How many of them count: another module, or the right password, may still follow on the newest. */
  confirmed: number;
  /** Epoch milliseconds of the first PAM failure that is not confirmed yet. */
  pamSince: number | null;
  /** sshd refused the account, or the connection ended while it was being tried: one attempt at least. */
  refused: boolean;
  /** A key, a ticket or nothing was offered and not taken: an attempt only if no success follows. */
  offered: boolean;
  ended: boolean;
  counted: number;
}

/** The assembler's memory, oldest connection first. */
export interface TryState {
  readonly connections: readonly TryConnection[];
}

/** Makes attempts out of log lines. */
export interface TryAssembler {
  /**
   * @param connection what all lines of one connection have in common (the pid, with the boot where it is known), or null
   * @param time epoch milliseconds of the line
   */
  push(event: LogEvent, connection: string | null, time: number): Tries;
  /** Attempts of which only PAM told, half a minute ago, while neither a success nor sshd said more of them. */
  settle(time: number): readonly Tries[];
  state(): TryState;
}

const MAX_CONNECTIONS = 1024;
const FORGOTTEN_MS = 15 * 60_000;
const SETTLE_MS = 30_000;
const MAX_MODULES = 8;

const kinds = (...names: SshdKind[]): ReadonlySet<string> => new Set<string>(names);
/** Written by the listening daemon under its own pid: they belong to no connection. */
const OF_LISTENER = kinds("dropped", "drops_suppressed", "throttling", "penalty", "session_crash");
const OF_PAM = kinds("pam_failure", "pam_more_failures");
const REFUSALS = kinds(
  "invalid_user",
  "not_allowed",
  "root_refused",
  "key_refused",
  "max_attempts",
  "too_many_failures",
  "change_of_user",
  "pam_denied",
);
/**
 * Clients offer keys, tickets and `none` before they ask for a password, and an agent offers every key it holds: these
 * lines are no attempts by themselves. What they lead to is one: `Invalid user`, or an end without a success.
 */
const OFFERS = kinds("publickey", "hostbased", "gssapi", "none");

/**
 * Counts attempts, not lines. A wrong password of an unknown user makes up to four lines (`Invalid user`, pam_unix,
 * `Failed password`, `Disconnected`) and is one attempt; three wrong passwords on one connection are three. Each kind of
 * line is evidence of how often was tried; the connection's tries are the most that any kind shows, and a line adds what
 * it shows beyond what was counted before. A success ends it: a module that failed before another let the user in, and
 * the keys that were offered before the right one, were never attempts.
 *
 * Lines without a connection cannot be joined: each failure counts itself.
 */
export function createTryAssembler(state?: TryState): TryAssembler {
  const connections = new Map<string, TryConnection>();
  for (const known of state?.connections ?? []) connections.set(known.id, structuredClone(known));

  return {
    push(event, id, time) {
      forget(connections, time);
      const own: Tries = { attempts: 0, address: event.address, username: event.username };
      if (id === null) return event.outcome === "failure" ? { ...own, attempts: event.count } : own;
      if (belongsToListener(event)) return own;
      let connection = connections.get(id);
      // A pid comes again, and then it is another connection.
      if (connection !== undefined && isAnother(connection, event)) connection = undefined;
      connections.delete(id);
      if (event.outcome === "success") return own;
      if (connection === undefined && !tellsOfTry(event)) return own;
      connection ??= emptyConnection(id);
      connections.set(id, connection);
      connection.last = time;
      learn(connection, event);
      collect(connection, event, time);
      return newTries(connection);
    },
    settle(time) {
      const settled: Tries[] = [];
      for (const connection of connections.values()) {
        if (connection.pamSince === null || connection.pamSince + SETTLE_MS > time) continue;
        confirm(connection);
        const tries = newTries(connection);
        if (tries.attempts > 0) settled.push(tries);
      }
      return settled;
    },
    state: () => ({ connections: structuredClone([...connections.values()]) }),
  };
}

function forget(connections: Map<string, TryConnection>, time: number): void {
  for (const [id, { last }] of connections) {
    if (last + FORGOTTEN_MS > time && connections.size < MAX_CONNECTIONS) return;
    connections.delete(id);
  }
}

function belongsToListener(event: LogEvent): boolean {
  // Since 9.8 the listener tells of timeouts, and then without a port.
  return OF_LISTENER.has(event.kind) || (event.kind === "login_timeout" && event.port === null);
}

function isAnother(connection: TryConnection, event: LogEvent): boolean {
  // PAM's summary comes after the connection's end.
  if (connection.ended && event.kind !== "pam_more_failures") return true;
  if (OF_PAM.has(event.kind)) return false;
  return differs(connection.address, event.address) || differs(connection.port, event.port);
}

function differs<T>(known: T | null, told: T | null): boolean {
  return known !== null && told !== null && known !== told;
}

/**
 * Whether a connection is worth remembering from this line on. PAM's summary is not: it comes when a session ends, hours
 * after a success, and tells of a module that refused what another took.
 */
function tellsOfTry(event: LogEvent): boolean {
  if (event.kind === "pam_more_failures") return false;
  return event.outcome === "failure" || event.outcome === "probe" || event.kind === "connection_opened";
}

function emptyConnection(id: string): TryConnection {
  return {
    id,
    last: 0,
    address: null,
    port: null,
    username: null,
    failed: 0,
    prompted: 0,
    pamErrors: 0,
    modules: {},
    confirmed: 0,
    pamSince: null,
    refused: false,
    offered: false,
    ended: false,
    counted: 0,
  };
}

/** sshd's own address stands; PAM's `rhost` may be a name, and is taken only until sshd has told one. */
function learn(connection: TryConnection, event: LogEvent): void {
  if (!OF_PAM.has(event.kind) || connection.address === null)
    connection.address = event.address ?? connection.address;
  connection.port = event.port ?? connection.port;
  // The child's lines escape a name twice; the first to tell it is the monitor.
  connection.username ??= event.username;
}

function collect(connection: TryConnection, event: LogEvent, time: number): void {
  const { kind, outcome, count } = event;
  if (OF_PAM.has(kind)) {
    addModule(connection, event.method, count);
    if (kind === "pam_more_failures") confirm(connection);
    else connection.pamSince ??= time;
    return;
  }
  if (outcome === "probe") {
    connection.ended = true;
    if (event.username !== null || connection.offered || pamTries(connection) > 0) connection.refused = true;
  } else if (outcome !== "failure") return;
  else if (REFUSALS.has(kind)) connection.refused = true;
  else if (OFFERS.has(kind)) connection.offered = true;
  else if (kind === "keyboard_interactive") connection.prompted += count;
  else if (kind === "pam_error") connection.pamErrors += count;
  else connection.failed += count;
  if (!OFFERS.has(kind)) confirm(connection);
}

/** The summary without a module's name is pam_unix's: at libpam's end there is none to tell. */
function addModule(connection: TryConnection, name: string | null, count: number): void {
  const module = name ?? "pam_unix";
  const known = connection.modules[module];
  if (known === undefined && Object.keys(connection.modules).length >= MAX_MODULES) return;
  connection.modules[module] = (known ?? 0) + count;
}

function pamTries(connection: TryConnection): number {
  return Math.max(0, ...Object.values(connection.modules));
}

/** sshd, PAM's summary or the time that passed has told that PAM's failures were the end of their tries. */
function confirm(connection: TryConnection): void {
  connection.confirmed = pamTries(connection);
  connection.pamSince = null;
}

/** What the connection shows beyond what was counted before. */
function newTries(connection: TryConnection): Tries {
  const told = connection.failed + Math.max(connection.prompted, connection.pamErrors);
  const tries = Math.max(told, connection.confirmed, connection.refused ? 1 : 0);
  const attempts = Math.max(0, tries - connection.counted);
  connection.counted += attempts;
  return { attempts, address: connection.address, username: connection.username };
}
