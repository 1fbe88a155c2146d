import { CastellanError } from "../errors.ts";
import type { ChangeDraft, ChangePlan, Step } from "./change.ts";
import type { Engine } from "./engine.ts";
import { draftOfImage } from "./images.ts";
import type { Journal } from "./journal.ts";
import { type JournalRecord, undoneBy } from "./journal-record.ts";
import { planChange } from "./plan.ts";

/**
 * A plan that returns every byte, mode and owner, every unit and setting that a change found. It is refused while a
 * newer change stands that did something to the same: its work would be lost unseen.
 * @throws CastellanError `not_found`, `change_settled` when there is nothing to take back
 */
export async function planUndo(engine: Engine, id: number): Promise<ChangePlan> {
  const record = engine.journal.read(id);
  if (record === null) throw new CastellanError("not_found", `there is no change ${id}`);
  if (record.state !== "confirmed") throw notStanding(id, record.state);
  const newer = newerRecords(engine.journal, id);
  const undone = undoneBy(newer);
  const by = undone.get(id);
  if (by !== undefined) {
    throw new CastellanError("change_settled", `change ${id} was already taken back by change ${by}`);
  }
  const plan = await planChange(engine, undoDraft(record));
  const above = newer.filter((other) => stands(other, id, undone));
  return { ...plan, refusals: [...plan.refusals, ...above.flatMap((other) => overlaps(record, other))] };
}

/** Those after a change, the newest first. */
export function newerRecords(journal: Journal, id: number): JournalRecord[] {
  const newer: JournalRecord[] = [];
  for (const record of journal.readable()) {
    if (record.id <= id) break;
    newer.push(record);
  }
  return newer;
}

/** Whether the work of a newer change is in place: neither taken back, nor itself the way back of another newer one. */
function stands(newer: JournalRecord, id: number, undone: ReadonlyMap<number, number>): boolean {
  const { state, draft } = newer;
  return state === "confirmed" && !undone.has(newer.id) && (draft.undoes ?? 0) <= id;
}

/** Why `older` cannot go before `newer` has. */
function overlaps(older: JournalRecord, newer: JournalRecord): string[] {
  const touched = new Set(older.steps.map(targetOf));
  const shared = newer.steps.map(targetOf).filter((target) => touched.has(target));
  if (shared.length === 0) return [];
  const { id, draft } = newer;
  return [`change ${id} (${draft.title}) has changed ${shared.join(", ")} since: take that one back first`];
}

/** What a step does something to. */
export function targetOf(step: Step): string {
  switch (step.do) {
    case "file":
    case "mode":
      return step.path;
    case "unit":
      return step.name;
    case "sysctl":
      return step.key;
  }
}

function undoDraft({ id, draft, steps }: JournalRecord): ChangeDraft {
  const { kind, title, services, confirmSeconds } = draft;
  const of = <K extends Step["do"]>(what: K) => {
    return steps.filter((step): step is Extract<Step, { do: K }> => step.do === what);
  };
  return {
    kind: kind.endsWith(".undo") ? kind : `${kind}.undo`,
    title: `Undo: ${title}`.slice(0, 500),
    reason: `takes back change ${id}`,
    // The other way round: a folder that the change made is empty only once its last file is gone.
    files: of("file")
      .toReversed()
      .map(({ path, old, folders }) => ({ ...draftOfImage(path, old), folders })),
    modes: of("mode").map(({ path, old }) => ({ path, ...old })),
    units: of("unit").map(({ name, old }) => ({ name, ...old })),
    sysctls: Object.fromEntries(of("sysctl").map(({ key, old }) => [key, old])),
    services,
    ...(confirmSeconds === undefined ? {} : { confirmSeconds }),
    undoes: id,
  };
}

function notStanding(id: number, state: string): CastellanError {
  if (state === "applied") {
    return new CastellanError(
      "change_settled",
      `change ${id} still waits for confirmation: it can be rolled back, there is nothing to undo yet`,
      `castellan change rollback ${id}`,
    );
  }
  return new CastellanError(
    "change_settled",
    `change ${id} is ${state.replace("_", " ")}: there is nothing to undo`,
  );
}
