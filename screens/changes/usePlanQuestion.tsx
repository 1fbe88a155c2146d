import { Dialog } from "../../components/Dialog.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { ChangePlan } from "../../src/changes/change.ts";
import type { SshPlan } from "../../src/ssh/ssh.ts";
import type { Content } from "../../src/terminal/line.ts";
import { useShell } from "../app/shell.tsx";
import { planRows, type Room } from "./planRows.ts";
import { sshPlanRows, sshRefusals } from "./sshPlanRows.ts";
import type { Agreed, Applied, Apply } from "./useApply.tsx";

/** Typed when somebody would no longer get in. */
const LOCKOUT_WORD = "lockout";
/** Typed when an edit by hand would be lost. */
const OVERWRITE_WORD = "overwrite";

/** A plan that is asked about: of sshd, with what it means for people, or of anything else. */
export type Question =
  | { readonly via: "change"; readonly plan: ChangePlan }
  | { readonly via: "ssh"; readonly plan: SshPlan };

/**
 * Shows all that a plan would do and asks, with Cancel focused. What is refused, or has nothing to do, can only be
 * closed; a lost way in or a lost edit has to be acknowledged by a typed word.
 */
export function usePlanQuestion(apply: Apply) {
  const shell = useShell();
  return (title: string, question: Question, work: (agreed: Agreed) => Promise<Applied>): void => {
    const { change, lost, refusals } = partsOf(question);
    const overwrite = change.drift.map(({ path }) => path);
    const possible = refusals.length === 0 && !change.nothingToDo;
    const word = lost.length > 0 ? LOCKOUT_WORD : overwrite.length > 0 ? OVERWRITE_WORD : undefined;
    shell.openDialog((close) => (
      <PlanDialog
        title={title}
        rows={(room) =>
          question.via === "ssh" ? sshPlanRows(question.plan, room) : planRows(question.plan, room)
        }
        possible={possible}
        confirmWord={word}
        danger={refusals.length > 0 || word !== undefined}
        onApply={() =>
          apply(change.draft.title, (onProgress) => work({ overwrite, accept: lost, onProgress }))
        }
        close={close}
      />
    ));
  };
}

function partsOf({ via, plan }: Question) {
  return via === "ssh"
    ? { change: plan.change, lost: plan.lost, refusals: sshRefusals(plan) }
    : { change: plan, lost: [], refusals: plan.refusals };
}

function PlanDialog(props: {
  readonly title: string;
  readonly rows: (room: Room) => readonly Content[];
  readonly possible: boolean;
  readonly confirmWord: string | undefined;
  readonly danger: boolean;
  readonly onApply: () => void;
  readonly close: () => void;
}) {
  const { glyphs } = useTerminal();
  const { title, rows, possible, confirmWord, danger, onApply, close } = props;
  return (
    <Dialog
      size="full"
      title={title}
      tone={danger ? "danger" : "normal"}
      body={(width) => rows({ width, glyphs })}
      choices={possible ? [{ id: "apply", label: "Apply" }] : []}
      {...(possible ? { confirmWord } : { cancelLabel: "Close" })}
      onCancel={close}
      onChoose={() => {
        close();
        onApply();
      }}
    />
  );
}
