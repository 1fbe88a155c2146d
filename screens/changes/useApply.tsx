import type { ChangeRecord } from "../../src/changes/change.ts";
import { CastellanError } from "../../src/errors.ts";
import { useShell } from "../app/shell.tsx";
import { FailureDialog } from "../forms/FailureDialog.tsx";

/** What was agreed to when a plan was asked about. */
export interface Agreed {
  /** Files edited by hand that may be overwritten. */
  readonly overwrite: readonly string[];
  /** Who may lose their way in. */
  readonly accept: readonly string[];
  /** To be told what is being done: `reload sshd`. */
  readonly onProgress: (what: string) => void;
}

/** A change that is done, and what is to be said about it besides. */
export interface Applied {
  readonly change: ChangeRecord;
  readonly said?: string;
}

/** Carries out what was agreed to. */
export type Apply = (title: string, work: (onProgress: Agreed["onProgress"]) => Promise<Applied>) => void;

/**
 * Carries a change out while every screen says how far it is. What fails has been rolled back: the whole reason is
 * shown, and stays until it is closed. A change that waits for confirmation is opened.
 */
export function useApply(): Apply {
  const shell = useShell();
  const orTell = useToldFailure();
  return (title, work) =>
    shell.perform(async () => {
      if (shell.jobs.get("change") !== undefined) {
        return shell.toast("warn", "another change is being made: wait until it is done");
      }
      await orTell(async () => {
        tellEnd(await shell.jobs.run("change", title, (tell) => work((what) => tell(what))));
      });
    });

  function tellEnd({ change, said }: Applied): void {
    const { id, state, draft } = change;
    if (state === "applied") shell.go({ screen: "changes", focus: `#${id}` });
    const waits = state === "applied" ? ", and waits to be confirmed" : "";
    shell.toast(waits === "" ? "info" : "warn", `change ${id} is made${waits}: ${said ?? draft.title}`);
  }
}

/** Runs work whose refusal is shown whole, in a dialog that stays until it is closed. */
export function useToldFailure(): (work: () => Promise<void>) => Promise<void> {
  const shell = useShell();
  return async (work) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CastellanError)) throw error;
      shell.openDialog((close) => <FailureDialog error={error} close={close} />);
    }
  };
}
