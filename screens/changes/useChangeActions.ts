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
  readonly records: readonly ChangeRecord[];
  readonly waiting: Waiting | null;
}): Action[] {
  const { record, file, records, waiting } = props;
  const { castellan, actor, operator } = useCore();
  const shell = useShell();
  const planned = usePlanned();
  const [confirm, rollBack] = useConfirmActions(waiting, changesActions);
  const keep = async (): Promise<void> => {
    if (file === undefined) return;
    await castellan.changes.keep(actor, file.path);
    shell.toast("info", `${file.path} stays as it is`);
  };
  const overwrite = async (): Promise<void> => {
    if (file === undefined) return;
    await planned.overwrite(
      file,
      records.find(({ id }) => id === file.changeId),
    );
  };
  const copy = (): void => {
    if (waiting === null) shell.copy(String(record?.id ?? ""), "the number of the change");
    else shell.copy(secondConnection(waiting.record, operator, castellan.hostName), "the ssh command");
  };
  const noFile = file === undefined && "no edited file is selected";
  return [
    ...(confirm && rollBack ? [confirm, rollBack] : []),
    bind(changesActions.undo, () => (record === undefined ? undefined : planned.undo(record)), {
      disabled: undoDisabled(record),
      command: changeCommand("undo", record),
    }),
    bind(changesActions.keep, keep, {
      disabled: noFile || (file?.kept === true && "it is kept already"),
      command: commandLine("change", "keep", file?.path ?? "PATH"),
    }),
    bind(changesActions.overwrite, overwrite, {
      disabled: noFile || (file?.changeId === null && "what castellan would write is not known"),
      command: "castellan change drift",
    }),
    bind(changesActions.copy, copy, { disabled: record === undefined && "no change is selected" }),
  ];
}

function undoDisabled(record: ChangeRecord | undefined): string | undefined {
  if (record === undefined) return "no change is selected";
  if (record.undoneBy !== null) return `change ${record.undoneBy} has undone it`;
  if (record.state === "applied") return "it waits for confirmation: b takes it back";
  if (record.state !== "confirmed") return "it did not stay";
  return undefined;
}
