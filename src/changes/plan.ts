import { CastellanError } from "../errors.ts";
import { stepText } from "./audit-rows.ts";
import type { ChangeDraft, ChangePlan, CheckResult, Step } from "./change.ts";
import { fileDiff } from "./diff.ts";
import { assertDraft } from "./draft.ts";
import { draftDrift } from "./drift.ts";
import type { Engine } from "./engine.ts";
import { draftOfImage, imageText, modeText } from "./images.ts";
import { undoneBy } from "./journal-record.ts";
import { planSteps } from "./plan-steps.ts";
import { checkDraft, resultText } from "./service-calls.ts";
import type { FileStep } from "./steps/file.ts";

/** @throws CastellanError `invalid_input` for a draft that is none */
export async function planChange(engine: Engine, draft: ChangeDraft): Promise<ChangePlan> {
  assertDraft(draft);
  const { steps, refusals } = await planSteps(engine, draft);
  const files = steps.filter((step): step is FileStep => step.do === "file");
  // A path that is not safe is not staged either.
  const checks = refusals.length === 0 ? await checkDraft(engine, draft) : [];
  return {
    draft,
    steps,
    diffs: files.filter(changesContent).map(fileDiff),
    effects: steps.flatMap(effectsOf),
    checks,
    drift: draftDrift(engine, draft, files),
    nothingToDo: steps.length === 0,
    refusals: [...refusals, ...checkRefusals(draft, checks)],
  };
}

/** A change that can cut access needs every check: what could not be asked is not taken for a yes. */
function checkRefusals({ confirmSeconds }: ChangeDraft, checks: readonly CheckResult[]): string[] {
  return checks.flatMap((check) => {
    if (check.passed === false) return [resultText(check)];
    if (check.passed === true || confirmSeconds === undefined) return [];
    return [`could not be checked, and this change can cut access: ${resultText(check)}`];
  });
}

function changesContent({ old, new: wanted }: FileStep): boolean {
  return imageText(old) !== imageText(wanted) || old?.content !== wanted?.content;
}

/** What happens besides contents; of a new file its contents say it all. */
function effectsOf(step: Step): string[] {
  if (step.do !== "file") return [stepText(step)];
  const { path, old, new: wanted } = step;
  const folders = step.folders.map((folder) => `mkdir ${folder}`);
  if (old === null || wanted === null) return folders;
  return [
    ...folders,
    ...(old.mode === wanted.mode ? [] : [`chmod ${modeText(wanted.mode)} ${path}`]),
    ...(old.uid === wanted.uid && old.gid === wanted.gid
      ? []
      : [`chown ${wanted.uid}:${wanted.gid} ${path}`]),
  ];
}

/**
 * The draft that returns every byte, mode and owner, every unit and setting that a change found.
 * @throws CastellanError `not_found`, `change_settled` when there is nothing to take back
 */
export function undoDraft(engine: Engine, id: number): ChangeDraft {
  const record = engine.journal.read(id);
  if (record === null) throw new CastellanError("not_found", `there is no change ${id}`);
  if (record.state !== "confirmed") throw notStanding(id, record.state);
  const by = undoneBy(engine.journal.readable()).get(id);
  if (by !== undefined) {
    throw new CastellanError("change_settled", `change ${id} was already taken back by change ${by}`);
  }
  const { draft, steps } = record;
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
