import type { Actor } from "../host/actor.ts";
import { rollBackRow, stepText } from "./audit-rows.ts";
import { undoStep } from "./carry-out.ts";
import type { ChangeDraft, CheckResult, ServiceName } from "./change.ts";
import { isEarlyBoot } from "./early-boot.ts";
import type { Engine } from "./engine.ts";
import { finish } from "./finish.ts";
import type { JournalRecord } from "./journal-record.ts";
import { reasonOf } from "./reasons.ts";
import { activate, probeAll, resultText, verifyAll } from "./service-calls.ts";
import type { Foreign } from "./steps/file.ts";
import { systemctl } from "./steps/unit.ts";
import { presentWorker } from "./worker.ts";

/** A service that does not take its old files so often will not take them by itself. */
const MOST_TRIES = 5;
const RETRY_MS = { first: 1_000, most: 60_000 };
/** These take what lies on disk while the others have not been started yet. */
const EARLY_SERVICES: readonly ServiceName[] = ["systemd", "sysctl"];

/**
 * Brings everything back to what it was before the change; to be called again until it has. Never throws for what the
 * system says: what could not be done stands in `fault`, and the change stays `rolling_back`.
 */
export async function rollBack(
  engine: Engine,
  started: JournalRecord,
  actor: Actor,
  reason: string,
  progress: (what: string) => void = () => {},
): Promise<JournalRecord> {
  let record: JournalRecord = {
    ...started,
    state: "rolling_back",
    reason: started.reason ?? reason,
    returnedBy: started.returnedBy ?? actor,
    worker: presentWorker(engine),
  };
  writeReturning(engine, record);
  const earlyBoot = await isEarlyBoot(engine);
  const onForeign = (found: Foreign) => {
    record = noteForeign(engine, record, found);
  };
  const faults: string[] = [];
  for (const step of record.steps.toReversed()) {
    progress(`take back: ${stepText(step)}`);
    try {
      await undoStep(engine, step, { earlyBoot, onForeign });
    } catch (error) {
      faults.push(`${stepText(step)}: ${reasonOf(error)}`);
    }
  }
  if (record.steps.some((step) => step.do === "unit")) await forgetUnits(engine);
  const returned = await returnServices(engine, record, earlyBoot, progress);
  record = { ...record, probes: returned.probes };
  return settleRollBack(engine, record, faults, returned.faults);
}

/** From here on the space that was reserved is needed: on a full disk neither record nor files could be written. */
function writeReturning({ journal }: Engine, record: JournalRecord): void {
  const isWritten = attempt(() => journal.write(record));
  attempt(() => journal.freeReserve(record.id));
  if (!isWritten) attempt(() => journal.write(record));
}

/** Unit files that are gone again. */
async function forgetUnits({ disk, parts }: Engine): Promise<void> {
  try {
    await systemctl(disk, parts.run, ["daemon-reload"]);
  } catch {
    // The files are as they were; systemd reads them at its next reload.
  }
}

async function settleRollBack(
  engine: Engine,
  record: JournalRecord,
  stepFaults: readonly string[],
  serviceFaults: readonly string[],
): Promise<JournalRecord> {
  const { journal, parts } = engine;
  const fault = [...stepFaults, ...serviceFaults].join("; ") || null;
  const tries = record.tries + (fault === null ? 0 : 1);
  const isOver = stepFaults.length === 0 && (fault === null || tries >= MOST_TRIES);
  if (!isOver) {
    const waiting = { ...record, fault, tries };
    postpone(engine, record.id);
    if (fault !== record.fault || stepFaults.length === 0) attempt(() => journal.write(waiting));
    return waiting;
  }
  engine.retries.delete(record.id);
  const ended = { ...record, state: "rolled_back" as const, settledAt: parts.clock.now(), fault, tries };
  const actor = ended.returnedBy;
  const outbox = actor === null ? ended.outbox : [...ended.outbox, { actor, entry: rollBackRow(ended) }];
  const settled = { ...ended, outbox };
  try {
    journal.write(settled);
  } catch (error) {
    return { ...record, fault: `the journal cannot be written: ${reasonOf(error)}` };
  }
  return finish(engine, settled);
}

/** Services are reloaded at each try: what stands in the way for hours must not keep them from their work. */
function postpone({ parts, retries }: Engine, id: number): void {
  const before = retries.get(id)?.afterMs ?? RETRY_MS.first / 2;
  const afterMs = Math.min(2 * before, RETRY_MS.most);
  retries.set(id, { afterMs, at: parts.clock.monotonic() + afterMs });
}

/** Puts foreign content aside and into the journal before it is replaced. */
function noteForeign(engine: Engine, record: JournalRecord, found: Foreign): JournalRecord {
  const { journal } = engine;
  const { path, content, note } = found;
  const copy = content === null ? null : journal.putAside(record.id, content);
  if (record.kept.some((kept) => kept.path === path && kept.copy === copy)) return record;
  const noted = { ...record, kept: [...record.kept, { path, copy, note }] };
  attempt(() => journal.write(noted));
  return noted;
}

interface Returned {
  readonly probes: readonly CheckResult[];
  readonly faults: readonly string[];
}

/**
 * Makes the services take their old files. One whose old configuration does not stand is left running as it is: a
 * reload would end it.
 */
async function returnServices(
  engine: Engine,
  { draft }: JournalRecord,
  earlyBoot: boolean,
  progress: (what: string) => void,
): Promise<Returned> {
  const plain: ChangeDraft = { ...draft, files: [], expect: {} };
  const names = earlyBoot ? draft.services.filter((name) => EARLY_SERVICES.includes(name)) : draft.services;
  const faults: string[] = [];
  for (const name of names) {
    try {
      const verified = await verifyAll(engine, { ...plain, services: [name] }, progress);
      const failed = verified.find(({ passed }) => passed === false);
      if (failed === undefined) await activate(engine, name, progress);
      else faults.push(`${resultText(failed)}; ${name} was not reloaded`);
    } catch (error) {
      faults.push(`${name}: ${reasonOf(error)}`);
    }
  }
  try {
    return { probes: earlyBoot ? [] : await probeAll(engine, plain, progress), faults };
  } catch (error) {
    return { probes: [], faults: [...faults, reasonOf(error)] };
  }
}

/** Does what helps but must not stop the way back: the step that needs it says so itself. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
