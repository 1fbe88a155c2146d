import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { AllowMeDialog, RemoveDialog } from "./AllowDialogs.tsx";
import { policiesActions } from "./actions.ts";

/** The own address in one key, another one by a form, and off the list again. */
export function useAllowActions(
  entry: AllowEntry | undefined,
  onList: boolean,
  openForm: () => void,
): Action[] {
  const { address } = useCore().actor;
  const shell = useShell();
  const askMe = (): void => {
    if (address !== null) shell.openDialog((close) => <AllowMeDialog address={address} close={close} />);
  };
  const askRemove = (): void => {
    if (entry !== undefined) shell.openDialog((close) => <RemoveDialog entry={entry} close={close} />);
  };
  return [
    bind(policiesActions.allowMe, askMe, {
      disabled: address === null && "you are on the console, which is never locked out",
      command: commandLine("allow", "add", address ?? "ADDRESS", "--for", "8h"),
    }),
    bind(policiesActions.allowNew, openForm, { command: "castellan allow add ADDRESS --for 7d --note TEXT" }),
    bind(policiesActions.allowRemove, askRemove, {
      disabled: onList ? entry === undefined && "no entry is selected" : "only on the allow-list",
      command: commandLine("allow", "remove", entry?.cidr ?? "ADDRESS"),
    }),
  ];
}
