import type { ChangePlan, ChangeRecord, DriftedFile } from "../../src/changes/change.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { restoreDraft } from "./restore.ts";
import { useApply, useToldFailure } from "./useApply.tsx";
import { usePlanQuestion } from "./usePlanQuestion.tsx";

/** Undo of a change, and ours over an edit by hand: planned, shown, asked, applied. */
export function usePlanned() {
  const { castellan, actor, operator } = useCore();
  const shell = useShell();
  const orTell = useToldFailure();
  const ask = usePlanQuestion(useApply());
  const askAbout = (title: string, plan: ChangePlan): void =>
    ask(title, { via: "change", plan }, async ({ overwrite, onProgress }) => {
      const { connection } = operator;
      return { change: await castellan.changes.apply(actor, plan, { connection, overwrite, onProgress }) };
    });

  return {
    undo: ({ id }: ChangeRecord): Promise<void> =>
      orTell(async () => askAbout(`Undo change ${id}?`, await castellan.changes.planUndo(id))),
    overwrite: (file: DriftedFile): Promise<void> =>
      orTell(async () => {
        const { changeId } = file;
        const draft = changeId === null ? null : restoreDraft(file, await castellan.changes.get(changeId));
        if (draft === null) shell.toast("warn", `what castellan would write to ${file.path} is not known`);
        else askAbout(`Write ours over ${file.path}?`, await castellan.changes.plan(draft));
      }),
  };
}
