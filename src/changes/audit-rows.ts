import type { AuditEntry } from "../audit/ledger.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { ChangeDraft, Step } from "./change.ts";
import type { Engine } from "./engine.ts";
import type { JournalRecord } from "./journal-record.ts";

/** How a change is named in the audit log: `change 7 ssh.harden`. */
export function changeTarget(id: number, draft: ChangeDraft): string {
  return `change ${id} ${draft.kind}`;
}

export function applyRow({ id, draft, steps }: JournalRecord): AuditEntry {
  return {
    action: "change.apply",
    target: changeTarget(id, draft),
    details: {
      title: draft.title,
      reason: draft.reason,
      steps: steps.map(stepText),
      services: [...draft.services],
      ...(draft.confirmSeconds === undefined ? {} : { confirmSeconds: draft.confirmSeconds }),
      ...(draft.undoes === undefined ? {} : { undoes: draft.undoes }),
    },
  };
}

export function rollBackRow({ id, draft, reason, kept, fault }: JournalRecord): AuditEntry {
  return {
    action: "change.rollback",
    target: changeTarget(id, draft),
    outcome: fault === null ? "done" : "failed",
    details: {
      reason: reason ?? "",
      ...(kept.length === 0 ? {} : { kept: kept.map(({ path, copy, note }) => ({ path, copy, note })) }),
      ...(fault === null ? {} : { fault }),
    },
  };
}

/** What a step does, in one line: `write /etc/…`, `chmod 0600 /etc/…`, `start fail2ban.service`. */
export function stepText(step: Step): string {
  switch (step.do) {
    case "file":
      return `${step.new === null ? "remove" : "write"} ${step.path}`;
    case "mode":
      return [`chmod 0${step.new.mode.toString(8)}`, ownerText(step), step.path].filter(Boolean).join(" ");
    case "sysctl":
      return `sysctl ${step.key}=${step.new}`;
    case "unit":
      return `${unitVerbs(step).join(" and ")} ${step.name}`;
  }
}

function ownerText({ old, new: wanted }: Extract<Step, { do: "mode" }>): string {
  const isSame = old.uid === wanted.uid && old.gid === wanted.gid;
  return isSame ? "" : `and chown ${wanted.uid}:${wanted.gid}`;
}

function unitVerbs({ old, new: wanted }: Extract<Step, { do: "unit" }>): string[] {
  return [
    ...(old.enabled === wanted.enabled ? [] : [wanted.enabled ? "enable" : "disable"]),
    ...(old.active === wanted.active ? [] : [wanted.active ? "start" : "stop"]),
  ];
}

/** Codes that say that nobody refused anything: another process was at work, or nothing could be written at all. */
const NO_REFUSALS = new Set([
  "change_busy",
  "read_only",
  "storage_full",
  "storage_read_only",
  "change_failed",
]);

/** Runs `work`; a refusal is told in the audit log before it goes on to the caller. */
export async function tellingRefusals<T>(
  { parts }: Engine,
  actor: Actor,
  row: Pick<AuditEntry, "action" | "target">,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CastellanError && !NO_REFUSALS.has(error.code)) {
      const details = { code: error.code, reason: error.message };
      await recordQuietly(parts.ledger.record(actor, { ...row, outcome: "refused", details }));
    }
    throw error;
  }
}

/** The refusal itself must reach the caller, whether or not the storage will have the row. */
async function recordQuietly(recording: Promise<void>): Promise<void> {
  try {
    await recording;
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
  }
}
