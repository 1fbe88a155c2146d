import { Dialog } from "../../components/Dialog.tsx";
import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { policiesActions } from "./actions.ts";
import { endText } from "./entries.ts";

const HOUR_MS = 3_600_000;

/** How long the own address is to be allowed. */
const TIMES = [
  { id: "8h", label: "8 hours", ms: 8 * HOUR_MS },
  { id: "7d", label: "7 days", ms: 7 * 24 * HOUR_MS },
  { id: "4w", label: "4 weeks", ms: 28 * 24 * HOUR_MS },
] as const;

/** The own address in one key, another one by a form, and off the list again. */
export function useAllowActions(
  entry: AllowEntry | undefined,
  onList: boolean,
  openForm: () => void,
): Action[] {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { address } = actor;
  const { lockouts, clock } = castellan;
  const allow = async (forMs: number, id: string): Promise<void> => {
    const allowed = await lockouts.allow(actor, {
      cidr: address ?? "",
      forMs,
      note: `${actor.name}, own address`,
    });
    shell.toast("info", `${allowed.cidr} is never locked out for ${id}`);
  };
  const askMe = (): void =>
    shell.openDialog((close) => (
      <Dialog
        title="Allow your own address?"
        body={[`${address} is never locked out for this time, whatever is tried from it.`]}
        choices={TIMES}
        onChoose={(id) => {
          close();
          const time = TIMES.find((candidate) => candidate.id === id);
          if (time !== undefined) shell.perform(() => allow(time.ms, id));
        }}
        onCancel={close}
      />
    ));
  const askRemove = (): void => {
    if (entry === undefined) return;
    const remove = async (): Promise<void> => {
      await lockouts.disallow(actor, entry.cidr);
      shell.toast("info", `${entry.cidr} is off the allow-list`);
    };
    shell.openDialog((close) => (
      <Dialog
        title="Take it off the allow-list?"
        tone="danger"
        body={[
          `${entry.cidr} (${endText(entry, clock.now())}) can be locked out again like any other.`,
          ...(entry.note === "" ? [] : [`Its note: ${entry.note}`]),
        ]}
        choices={[{ id: "remove", label: "Take off" }]}
        onChoose={() => {
          close();
          shell.perform(remove);
        }}
        onCancel={close}
      />
    ));
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
