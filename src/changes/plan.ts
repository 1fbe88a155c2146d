import { stepText } from "./audit-rows.ts";
import type { ChangeDraft, ChangePlan, CheckResult, Step } from "./change.ts";
import { fileDiff } from "./diff.ts";
import { assertDraft } from "./draft.ts";
import { draftDrift } from "./drift.ts";
import type { Engine } from "./engine.ts";
import { imageText, modeText } from "./images.ts";
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
