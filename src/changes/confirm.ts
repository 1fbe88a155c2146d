import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { SshConnection } from "../host/ssh-connection.ts";
import { applyAlone } from "./apply.ts";
import { changeTarget, tellingRefusals } from "./audit-rows.ts";
import { bootTime } from "./boot.ts";
import type { ChangeRecord, FreshLogin } from "./change.ts";
import { assertMayChange, type Engine } from "./engine.ts";
import { finish } from "./finish.ts";
import type { JournalRecord } from "./journal-record.ts";
import { alone } from "./lock.ts";
import type { ChangesParts } from "./parts.ts";
import { planChange } from "./plan.ts";
import { reasonOf } from "./reasons.ts";
import { rollBack } from "./roll-back.ts";
import { settleOpen } from "./settle.ts";

export interface ConfirmHow {
  readonly connection: SshConnection | null;
  readonly unproven?: boolean;
}

/** What shows that people still get in. */
interface Proof {
  /** null: the word of somebody at the console. */
  readonly connection: SshConnection | null;
  readonly how: string;
}

/** @throws CastellanError see `Changes.confirm` */
export async function confirmChange(
  engine: Engine,
  actor: Actor,
  id: number,
  how: ConfirmHow,
): Promise<JournalRecord> {
  assertMayChange(engine);
  return tellingRefusals(engine, actor, { action: "change.confirm", target: `change ${id}` }, () => {
    return alone(engine, async (interrupted) => {
      await settleOpen(engine);
      const record = waitingRecord(engine, id);
      const confirmed = confirmedRecord(engine, actor, record, prove(engine, record, how));
      engine.journal.write(confirmed);
      return finish(engine, await followUp(engine, actor, confirmed, interrupted));
    });
  });
}

/** @throws CastellanError see `Changes.rollBack` */
export async function takeBack(
  engine: Engine,
  actor: Actor,
  id: number,
  reason: string,
): Promise<JournalRecord> {
  assertMayChange(engine);
  return tellingRefusals(engine, actor, { action: "change.rollback", target: `change ${id}` }, () => {
    return alone(engine, async () => {
      const record = engine.journal.read(id);
      if (record === null) throw unknownChange(id);
      if (record.state === "confirmed" || record.state === "rolled_back") throw settled(record);
      return rollBack(engine, record, actor, reason);
    });
  });
}

/** @throws CastellanError `not_found`, `change_settled` */
function waitingRecord({ journal }: Engine, id: number): JournalRecord {
  const record = journal.read(id);
  if (record === null) throw unknownChange(id);
  if (record.state !== "applied") throw settled(record);
  return record;
}

export function unknownChange(id: number): CastellanError {
  return new CastellanError("not_found", `there is no change ${id}`, "see castellan change list");
}

function settled({ id, state, reason, fault }: ChangeRecord): CastellanError {
  if (state === "confirmed") {
    return new CastellanError(
      "change_settled",
      `change ${id} is confirmed already`,
      `castellan change undo ${id} takes it back`,
    );
  }
  const how = state === "rolled_back" ? "was rolled back" : "is being rolled back";
  return new CastellanError("change_settled", `change ${id} ${how}: ${fault ?? reason ?? "interrupted"}`);
}

/** @throws CastellanError `unproven_connection` */
function prove(engine: Engine, record: JournalRecord, { connection, unproven }: ConfirmHow): Proof {
  if (connection !== null && isFresh(engine, record, connection)) {
    return {
      connection,
      how: `over a new connection from ${connection.peer} to port ${connection.localPort}`,
    };
  }
  const login = freshLoginOf(engine, record);
  if (login !== null) {
    const { peer, localPort } = login.connection;
    return {
      connection: login.connection,
      how: `${login.login} signed in anew from ${peer} to port ${localPort}`,
    };
  }
  if (connection === null && unproven === true) {
    return { connection: null, how: "by the word of somebody at the console" };
  }
  throw unprovenConnection(record, connection);
}

function unprovenConnection({ draft }: ChangeRecord, connection: SshConnection | null): CastellanError {
  const from = draft.services.includes("nftables") ? " from outside" : "";
  return new CastellanError(
    "unproven_connection",
    `nobody has signed in over SSH${from} since the change was made: it is not shown that people still get in`,
    connection === null
      ? `sign in over SSH${from} in another window; at the console you may say that it shall stay all the same`
      : `sign in over SSH${from} in another window and confirm again; this connection proves nothing`,
  );
}

/**
 * Somebody who can become root and signed in from another connection since, as long as this process looked now and
 * then; null: nobody was seen, or it does not wait.
 */
export function freshLoginOf(engine: Engine, record: JournalRecord): FreshLogin | null {
  if (record.state !== "applied") return null;
  const { parts, seenLogins } = engine;
  const present = parts.administrators().find(({ connection }) => isFresh(engine, record, connection));
  if (present !== undefined) seenLogins.set(record.id, present);
  return present ?? seenLogins.get(record.id) ?? null;
}

function isFresh({ parts }: Engine, record: JournalRecord, candidate: SshConnection): boolean {
  const { appliedTicks, connection, bootId } = record;
  const { pid, startTicks } = candidate;
  if (appliedTicks === null || bootId !== bootTime(parts).bootId) return false;
  if (connection !== null && connection.pid === pid && connection.startTicks === startTicks) return false;
  return startTicks > appliedTicks && passesWhatChanged(parts, record, candidate);
}

/**
 * The firewall lets the host itself in always: `ssh localhost` shows nothing about those outside. It counts for who
 * came in that way before: a tunnel ends there.
 */
function passesWhatChanged(
  { ownAddresses }: ChangesParts,
  { draft, connection }: JournalRecord,
  candidate: SshConnection,
): boolean {
  if (!draft.services.includes("nftables")) return true;
  const own = new Set(ownAddresses?.() ?? []);
  return !own.has(candidate.peer) || (connection !== null && own.has(connection.peer));
}

function confirmedRecord(engine: Engine, actor: Actor, record: JournalRecord, proof: Proof): JournalRecord {
  const { clock } = engine.parts;
  const next = record.draft.followUp;
  const isProven = next !== undefined && proof.connection?.localPort === next.connectionPort;
  const left =
    next === undefined || isProven
      ? ""
      : `; what was to follow (${next.draft.title}) is left undone: nobody came in over port ${next.connectionPort}`;
  const how = `${proof.how}${left}`;
  const entry = {
    action: "change.confirm",
    target: changeTarget(record.id, record.draft),
    details: { how },
  };
  return {
    ...record,
    state: "confirmed",
    settledAt: clock.now(),
    confirmedBy: { name: actor.name, address: actor.address, how },
    outbox: [...record.outbox, { actor, entry }],
    followUpDue: isProven,
  };
}

/** Makes the change that was to follow, without a window: its way in was just proven. */
async function followUp(
  engine: Engine,
  actor: Actor,
  record: JournalRecord,
  interrupted: AbortSignal,
): Promise<JournalRecord> {
  const { followUp: next } = record.draft;
  const by = record.confirmedBy;
  if (next === undefined || by === null || !record.followUpDue) return record;
  const { confirmSeconds: _, ...draft } = next.draft;
  let outcome: string;
  try {
    const plan = await planChange(engine, draft);
    const { id } = await applyAlone(engine, actor, plan, { connection: null, interrupted });
    outcome = `; change ${id} followed`;
  } catch (error) {
    outcome = `; what was to follow (${draft.title}) was not done: ${reasonOf(error)}`;
  }
  const told = { ...record, confirmedBy: { ...by, how: `${by.how}${outcome}` }, followUpDue: false };
  engine.journal.write(told);
  return told;
}
