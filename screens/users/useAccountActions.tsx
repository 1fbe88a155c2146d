import type { ReactNode } from "react";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { type Shell, useShell } from "../app/shell.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { usersActions } from "./actions.ts";
import { DeleteDialog, FactorDialog, PasswordDialog, SuspendDialog } from "./dialogs.tsx";
import type { UserRow } from "./rows.ts";
import type { Task } from "./task.ts";

/** What can be done with the account under the cursor, or with the open one. */
export function useAccountActions(
  row: UserRow | undefined,
  setTask: (task: Task | null) => void,
  onGone: () => void,
): Action[] {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { accounts } = castellan;
  const none = row === undefined && "no account is selected";
  const name = row?.account.name ?? "NAME";
  const suspended = row?.account.status === "suspended";
  const ask = (draw: (row: UserRow, close: () => void) => ReactNode) => () => {
    if (row !== undefined) shell.openDialog((close) => draw(row, close));
  };
  const edit = (): void => {
    if (row !== undefined) setTask({ kind: "edit", row });
  };
  const resume = async (): Promise<void> => {
    await accounts.resume(actor, name);
    shell.toast("info", `${name} may come in again`);
  };
  const unlock = async (): Promise<void> => {
    await accounts.unlock(actor, name);
    shell.toast("info", `the failed sign-ins of ${name} are forgotten`);
  };
  return [
    bind(usersActions.twoFactor, startFactor(row, shell, setTask), {
      disabled: none || (suspended && row?.factor.state !== "active" && "the account is suspended"),
      command: commandLine("2fa", "enrol", name),
    }),
    bind(
      usersActions.password,
      ask((it, close) => <PasswordDialog row={it} close={close} setTask={setTask} />),
      {
        disabled: none,
        command: commandLine("user", "password", name),
      },
    ),
    bind(usersActions.edit, edit, {
      disabled: none,
      command: commandLine("user", "set", name),
    }),
    bind(
      { ...usersActions.suspend, title: suspended ? "resume" : "suspend" },
      suspended ? resume : ask((it, close) => <SuspendDialog row={it} close={close} />),
      {
        disabled: none || (row?.own === true && "this is your own account: you would shut yourself out"),
        command: commandLine("user", suspended ? "resume" : "suspend", name),
      },
    ),
    bind(usersActions.unlock, unlock, {
      disabled: none || (row?.failures === 0 && row.lockedUntil === null && "it has no failed sign-ins"),
      command: commandLine("user", "unlock", name),
    }),
    bind(
      usersActions.remove,
      ask((it, close) => <DeleteDialog row={it} close={close} onGone={onGone} />),
      {
        disabled: none || whyNotDelete(row),
        command: commandLine("user", "delete", name),
      },
    ),
  ];
}

/** Without a factor the way is straight to the QR code; with one there is something to choose. */
function startFactor(row: UserRow | undefined, shell: Shell, setTask: (task: Task | null) => void) {
  return (): void => {
    if (row === undefined) return;
    if (row.factor.state !== "active") setTask({ kind: "enrol", name: row.account.name });
    else shell.openDialog((close) => <FactorDialog row={row} close={close} setTask={setTask} />);
  };
}

function whyNotDelete(row: UserRow | undefined): string | undefined {
  if (row?.own) return "this is your own account";
  if (row === undefined || row.children.length === 0) return undefined;
  return `it is the parent of ${row.children.slice(0, 3).join(", ")}${row.children.length > 3 ? " …" : ""}`;
}
