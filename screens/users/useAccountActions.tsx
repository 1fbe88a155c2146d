import type { ReactNode } from "react";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { usersActions } from "./actions.ts";
import { DeleteDialog, FactorDialog, PasswordDialog, SuspendDialog } from "./dialogs.tsx";
import type { UserRow } from "./rows.ts";
import type { Task } from "./task.ts";

type SetTask = (task: Task | null) => void;

/** What can be done with the account under the cursor, or with the open one. */
export function useAccountActions(row: UserRow | undefined, setTask: SetTask, onGone: () => void): Action[] {
  return [...useProofActions(row, setTask), ...useStandingActions(row, setTask, onGone)];
}

const NONE = "no account is selected";

/** A dialog about the account, when there is one. */
function useAsk(row: UserRow | undefined) {
  const shell = useShell();
  return (draw: (row: UserRow, close: () => void) => ReactNode) => (): void => {
    if (row !== undefined) shell.openDialog((close) => draw(row, close));
  };
}

/** Second factor and password. */
function useProofActions(row: UserRow | undefined, setTask: SetTask): Action[] {
  const ask = useAsk(row);
  const name = row?.account.name ?? "NAME";
  const on = row?.factor.state === "active";
  const suspended = row?.account.status === "suspended";
  // Without a factor the way is straight to the QR code; with one there is something to choose.
  const factor = on
    ? ask((it, close) => <FactorDialog row={it} close={close} setTask={setTask} />)
    : (): void => setTask({ kind: "enrol", name });
  return [
    bind(usersActions.twoFactor, factor, {
      disabled: row === undefined ? NONE : suspended && !on && "the account is suspended",
      command: commandLine("2fa", "enrol", name),
    }),
    bind(
      usersActions.password,
      ask((it, close) => <PasswordDialog row={it} close={close} setTask={setTask} />),
      { disabled: row === undefined && NONE, command: commandLine("user", "password", name) },
    ),
  ];
}

/** What the account is, and whether it may come in. */
function useStandingActions(row: UserRow | undefined, setTask: SetTask, onGone: () => void): Action[] {
  const ask = useAsk(row);
  const name = row?.account.name ?? "NAME";
  const { resume, unlock } = useFreeing(name);
  const suspended = row?.account.status === "suspended";
  const edit = (): void => {
    if (row !== undefined) setTask({ kind: "edit", row });
  };
  return [
    bind(usersActions.edit, edit, {
      disabled: row === undefined && NONE,
      command: commandLine("user", "set", name),
    }),
    bind(
      { ...usersActions.suspend, title: suspended ? "resume" : "suspend" },
      suspended ? resume : ask((it, close) => <SuspendDialog row={it} close={close} />),
      {
        disabled:
          row === undefined ? NONE : row.own && "this is your own account: you would shut yourself out",
        command: commandLine("user", suspended ? "resume" : "suspend", name),
      },
    ),
    bind(usersActions.unlock, unlock, {
      disabled: row === undefined ? NONE : row.failures === 0 && "it has no failed sign-ins",
      command: commandLine("user", "unlock", name),
    }),
    bind(
      usersActions.remove,
      ask((it, close) => <DeleteDialog row={it} close={close} onGone={onGone} />),
      {
        disabled: row === undefined ? NONE : whyNotDelete(row),
        command: commandLine("user", "delete", name),
      },
    ),
  ];
}

/** What only gives back and therefore asks nothing. */
function useFreeing(name: string) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  return {
    async resume(): Promise<void> {
      await castellan.accounts.resume(actor, name);
      shell.toast("info", `${name} may come in again`);
    },
    async unlock(): Promise<void> {
      await castellan.accounts.unlock(actor, name);
      shell.toast("info", `the failed sign-ins of ${name} are forgotten`);
    },
  };
}

function whyNotDelete({ own, children }: UserRow): string | undefined {
  if (own) return "this is your own account";
  if (children.length === 0) return undefined;
  return `it is the parent of ${children.slice(0, 3).join(", ")}${children.length > 3 ? " …" : ""}`;
}
