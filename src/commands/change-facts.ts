import type { ChangePlan, ChangeRecord, DriftedFile } from "../changes/change.ts";
import { isoTime, isoTimeOrNull } from "./json.ts";

/** A change as JSON shows it: everything but the bytes that a roll-back restores. */
export function changeFacts(record: ChangeRecord): object {
  const { id, state, draft, diffs, actor, reason, probes, undoneBy, fault, timer, confirmedBy, kept } =
    record;
  return {
    id,
    state,
    kind: draft.kind,
    title: draft.title,
    because: draft.reason,
    actor,
    startedAt: isoTime(record.startedAt),
    appliedAt: isoTimeOrNull(record.appliedAt),
    deadline: isoTimeOrNull(record.deadline),
    settledAt: isoTimeOrNull(record.settledAt),
    confirmedBy,
    reason,
    undoes: draft.undoes ?? null,
    undoneBy,
    fault,
    timer,
    diffs,
    probes,
    kept,
  };
}

/** A plan as JSON shows it. */
export function planFacts(plan: ChangePlan): object {
  const { draft, diffs, effects, checks, nothingToDo, refusals } = plan;
  const { kind, title, reason, confirmSeconds = null } = draft;
  const drift = plan.drift.map(driftFacts);
  return {
    kind,
    title,
    because: reason,
    confirmSeconds,
    diffs,
    effects,
    checks,
    drift,
    nothingToDo,
    refusals,
  };
}

/** A file that somebody else changed, as JSON shows it. */
export function driftFacts({ path, changeId, state, applied, present, kept }: DriftedFile): object {
  return { path, changeId, state, applied, present, kept };
}
