import { Dialog } from "../../components/Dialog.tsx";
import type { ChangeRecord } from "../../src/changes/change.ts";
import { duration } from "../../src/terminal/format.ts";
import { type Action, type ActionSpec, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { BY_HAND, type Waiting } from "../app/useWaiting.ts";
import { changeCommand, type Proof, proofOf } from "./proof.ts";

/** Keep what waits, or take it back: on every screen that shows it. */
export function useConfirmActions(
  waiting: Waiting | null,
  specs: { readonly confirm: ActionSpec; readonly rollBack: ActionSpec },
): Action[] {
  return [useConfirmAction(waiting, specs.confirm), useRollBackAction(waiting, specs.rollBack)];
}

function useConfirmAction(waiting: Waiting | null, spec: ActionSpec): Action {
  const { castellan, actor, operator } = useCore();
  const shell = useShell();
  const record = waiting?.record;
  const proof = waiting === null ? "none" : proofOf(waiting.record, operator, waiting.fresh);
  async function confirm(id: number, unproven: boolean): Promise<void> {
    await castellan.changes.confirm(actor, id, { connection: operator.connection, unproven });
    shell.toast("info", `change ${id} stays`);
  }
  const ask = async (): Promise<void> => {
    if (record === undefined) return;
    if (proof !== "console") return confirm(record.id, false);
    shell.openDialog((close) => (
      <WordDialog close={close} onGiven={() => shell.perform(() => confirm(record.id, true))} />
    ));
  };
  return bind(spec, ask, {
    disabled: whyNotKept(record, proof),
    command: changeCommand("confirm", record),
  });
}

function useRollBackAction(waiting: Waiting | null, spec: ActionSpec): Action {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const ask = (): void => {
    if (waiting === null) return;
    const { id } = waiting.record;
    const rollBack = async (): Promise<void> => {
      const { fault } = await castellan.changes.rollBack(actor, id, BY_HAND);
      if (fault === null) shell.toast("info", `change ${id} went back: everything is as before`);
      else shell.toast("error", `change ${id} could not go back whole: ${fault}`);
    };
    shell.openDialog((close) => (
      <BackDialog waiting={waiting} close={close} onBack={() => shell.perform(rollBack)} />
    ));
  };
  return bind(spec, ask, {
    disabled: waiting === null && NOTHING_WAITS,
    command: changeCommand("rollback", waiting?.record),
  });
}

const NOTHING_WAITS = "no change waits for confirmation";

/** Why a change cannot be kept now; undefined: it can. */
function whyNotKept(record: ChangeRecord | undefined, proof: Proof): string | undefined {
  if (record === undefined) return NOTHING_WAITS;
  if (record.state !== "applied") return "it is on its way already";
  return proof === "none" ? "no new login has been seen: open a second connection first" : undefined;
}

function WordDialog({ close, onGiven }: { readonly close: () => void; readonly onGiven: () => void }) {
  return (
    <Dialog
      title="Keep it without proof?"
      tone="danger"
      body={[
        "Nobody has signed in over SSH since the change was made. If SSH lets nobody in any more, only this console is left.",
        "Your word is written to the audit log.",
      ]}
      choices={[{ id: "keep", label: "Keep it" }]}
      onCancel={close}
      onChoose={() => {
        close();
        onGiven();
      }}
    />
  );
}

function BackDialog(props: {
  readonly waiting: Waiting;
  readonly close: () => void;
  readonly onBack: () => void;
}) {
  const { waiting, close, onBack } = props;
  const { record, leftMs } = waiting;
  const later = leftMs === null ? "" : ` By itself it goes back in ${duration(leftMs)}.`;
  return (
    <Dialog
      title={`Roll change ${record.id} back?`}
      tone="danger"
      body={[`${record.draft.title}: every byte is as before.${later}`]}
      choices={[{ id: "back", label: "Roll back" }]}
      onCancel={close}
      onChoose={() => {
        close();
        onBack();
      }}
    />
  );
}
