import { createHash } from "node:crypto";
import type { AuditEntry } from "../audit/ledger.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { ChangeRecord } from "./change.ts";

/** A change as the journal keeps it: it alone is enough to roll back. */
export interface JournalRecord extends ChangeRecord {
  /** Which boot of the machine it was applied in: see `bootTime`. */
  readonly bootId: string;
  /** When all was done, in clock ticks since boot, to compare with an sshd's start. */
  readonly appliedTicks: number | null;
  /** The deadline in clock ticks since boot: a wall clock that is set back does not put it off. */
  readonly deadlineTicks: number | null;
  /** The detached process that rolls back, where there is no systemd. */
  readonly timerProcess: ProcessMark | null;
  /** Who applies it or takes it back, and since when (epoch ms); records of older castellans do not say. */
  readonly worker?: ProcessMark & { readonly since: number };
  /** Who sent it back; null: nobody yet. */
  readonly returnedBy: Actor | null;
  /** Roll-backs that ended with a service that would not take its old files. */
  readonly tries: number;
  /** Confirmed over the right port: the change that follows is still to be made. */
  readonly followUpDue: boolean;
  /** Audit rows that wait for a database that can be written. */
  readonly outbox: readonly { readonly actor: Actor; readonly entry: AuditEntry }[];
}

/** A process, told from any later one of the same number. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTicks: number;
}

/** A record that nobody has filled yet. */
export const NEW_RECORD = {
  state: "applying",
  appliedAt: null,
  settledAt: null,
  confirmedBy: null,
  reason: null,
  probes: [],
  undoneBy: null,
  fault: null,
  timer: null,
  kept: [],
  appliedTicks: null,
  timerProcess: null,
  returnedBy: null,
  tries: 0,
  followUpDue: false,
  outbox: [],
} as const satisfies Partial<JournalRecord>;

/** Of what records say: another one once there are steps that an older castellan would pass over. */
const VERSION = 1;

/** Before the record: how to read it, and the SHA-256 of its JSON, which tells when a byte of it has changed. */
const HEAD = /^\{"version":(\d{1,9}),"sha256":"([0-9a-f]{64})","record":/;
const TAIL = "}\n";

/** The content of a record's file. */
export function recordText(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `{"version":${VERSION},"sha256":"${sumOf(json)}","record":${json}${TAIL}`;
}

/**
 * @throws CastellanError `database_damaged` when it is not a record that castellan wrote, byte for byte;
 *   `database_newer` when a newer castellan did
 */
export function parseRecord(text: string, id: number, path: string): JournalRecord {
  const [head = "", version = "0", sum] = HEAD.exec(text) ?? [];
  if (Number(version) > VERSION) {
    throw new CastellanError(
      "database_newer",
      `${path} in the journal of changes was written by a newer castellan`,
      "use that one: this one does not know all that the change did",
    );
  }
  const json = text.slice(head.length, -TAIL.length);
  if (text.endsWith(TAIL) && sumOf(json) === sum) {
    const record = JSON.parse(json) as JournalRecord;
    if (record.id === id) return record;
  }
  throw damagedRecord(path, "is damaged");
}

/** The error for a record that castellan cannot go by. */
export function damagedRecord(path: string, what: string): CastellanError {
  return new CastellanError(
    "database_damaged",
    `${path} in the journal of changes ${what}`,
    "restore it from a backup of the state folder; without it castellan cannot know what this change wrote",
  );
}

function sumOf(json: string): string {
  return createHash("sha256").update(json).digest("hex");
}

/** What others see of a record. */
export function publicRecord(record: JournalRecord, undoneBy: number | null): ChangeRecord {
  const { bootId, appliedTicks, deadlineTicks, timerProcess, worker, ...rest } = record;
  const { returnedBy, tries, followUpDue, outbox, ...open } = rest;
  return { ...open, undoneBy };
}

/** Waits for confirmation, or is on its way: nothing else may be changed before it is settled. */
export function isPending({ state }: ChangeRecord): boolean {
  return state === "applying" || state === "applied" || state === "rolling_back";
}

/**
 * Which change took back which: the newest that undoes a change and was not itself undone since.
 * @param records the newest first
 */
export function undoneBy(records: Iterable<ChangeRecord>): ReadonlyMap<number, number> {
  const undone = new Map<number, number>();
  for (const { id, state, draft } of records) {
    const stands = (state === "confirmed" || state === "applied") && !undone.has(id);
    if (stands && draft.undoes !== undefined && !undone.has(draft.undoes)) undone.set(draft.undoes, id);
  }
  return undone;
}
