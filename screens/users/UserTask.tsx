import type { FrameFacts } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { EditAccount, NewAccount } from "./AccountForms.tsx";
import { BackupCodes } from "./enrol/BackupCodes.tsx";
import { EnrolFlow } from "./enrol/EnrolFlow.tsx";
import { DisableFactor, SetPassword } from "./ProofForms.tsx";
import { RandomPassword } from "./RandomPassword.tsx";
import type { UserRow } from "./rows.ts";
import type { Task } from "./task.ts";

/** The picture of what is being done with an account; it takes the place of the list. */
export function UserTask(props: {
  readonly facts: FrameFacts;
  readonly task: Task;
  readonly rows: readonly UserRow[];
  readonly onTask: (task: Task | null) => void;
}) {
  const { facts, task, rows, onTask } = props;
  const shell = useShell();
  const end = (told?: string): void => {
    onTask(null);
    if (told !== undefined) shell.toast("info", told);
  };
  if (task.kind === "create") return <NewAccount facts={facts} rows={rows} onEnd={end} />;
  if (task.kind === "enrol") return <EnrolFlow facts={facts} name={task.name} onEnd={end} />;
  if (task.kind === "codes") {
    return (
      <BackupCodes
        facts={facts}
        name={task.name}
        codes={task.codes}
        onSaved={() => end("the new backup codes are in force")}
      />
    );
  }
  if (task.kind === "shown") {
    return <RandomPassword facts={facts} name={task.name} password={task.password} onSaved={() => end()} />;
  }
  const { row } = task;
  if (task.kind === "edit") return <EditAccount facts={facts} row={row} rows={rows} onEnd={end} />;
  if (task.kind === "password") return <SetPassword facts={facts} row={row} onEnd={end} />;
  return <DisableFactor facts={facts} row={row} onEnd={end} />;
}
