import type { ChangeRecord, DriftedFile } from "../../src/changes/change.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import type { Waiting } from "../app/useWaiting.ts";
import { commandLine } from "../forms/shellWord.ts";
import { changesActions } from "./actions.ts";
import { changeCommand, secondConnection } from "./proof.ts";
import { useConfirmActions } from "./useConfirm.tsx";
import { usePlanned } from "./usePlanned.tsx";

/** What can be done about the change or the edited file under the cursor. */
export function useChangeActions(props: {
  readonly record: ChangeRecord | undefined;
  readonly file: DriftedFile | undefined;
  readonly waiting: Waiting | null;
}): Action[] {
  const { record, file, waiting } = props;
  return [
    ...useConfirmActions(waiting, changesActions),
    useUndoAction(record),
    ...useDriftActions(file),
    useCopyAction(record, waiting),
  ];
}

function useUndoAction(record: ChangeRecord | undefined): Action {
  const { undo } = usePlanned();
  return bind(changesActions.undo, () => (record === undefined ? undefined : undo(record)), {
    disabled: undoDisabled(record),
    command: changeCommand("undo", record),
  });
}

function undoDisabled(record: ChangeRecord | undefined): string | undefined {
  if (record === undefined) return "no change is selected";
  if (record.undoneBy !== null) return `change ${record.undoneBy} has undone it`;
  if (record.state === "applied") return "it waits for confirmation: b takes it back";
  if (record.state !== "confirmed") return "it did not stay";
  return undefined;
}

/** Keep an edit by hand, or write ours over it. */
function useDriftActions(file: DriftedFile | undefined): Action[] {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { overwrite } = usePlanned();
  const keep = async (): Promise<void> => {
    if (file === undefined) return;
    await castellan.changes.keep(actor, file.path);
    shell.toast("info", `${file.path} stays as it is`);
  };
  const noFile = file === undefined && "no edited file is selected";
  return [
    bind(changesActions.keep, keep, {
      disabled: noFile || (file?.kept === true && "it is kept already"),
      command: commandLine("change", "keep", file?.path ?? "PATH"),
    }),
    bind(changesActions.overwrite, () => (file === undefined ? undefined : overwrite(file)), {
      disabled: noFile || (file?.changeId === null && "what castellan would write is not known"),
      command: "castellan change drift",
    }),
  ];
}

/** The number of a change; while one waits, what opens the connection that proves it. */
function useCopyAction(record: ChangeRecord | undefined, waiting: Waiting | null): Action {
  const { castellan, operator } = useCore();
  const shell = useShell();
  const copy = (): void => {
    if (waiting === null) shell.copy(String(record?.id ?? ""), "the number of the change");
    else shell.copy(secondConnection(waiting.record, operator, castellan.hostName), "the ssh command");
  };
  return bind(changesActions.copy, copy, { disabled: record === undefined && "no change is selected" });
}
