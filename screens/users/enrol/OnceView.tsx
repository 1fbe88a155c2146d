import { Dialog } from "../../../components/Dialog.tsx";
import { useBody } from "../../../components/Screen.tsx";
import type { Content } from "../../../src/terminal/line.ts";
import { type Action, bind } from "../../app/action.ts";
import { Frame, type FrameFacts } from "../../app/Frame.tsx";
import { useShell } from "../../app/shell.tsx";
import { Centred } from "../../forms/Centred.tsx";
import { enrolActions } from "./actions.ts";

/** What a {@link OnceView} takes. */
export interface OnceViewProps {
  readonly facts: FrameFacts;
  /** What it is, for hints and toasts: `backup codes`. */
  readonly what: string;
  /** What is shown, in lines of at most this width. */
  readonly lines: (width: number) => readonly Content[];
  /** What `s` says: `I have saved them`. */
  readonly saved: string;
  /** What `y` copies. */
  readonly copy: string;
  /** How to get a new one, for whoever leaves without saving. */
  readonly otherwise: string;
  readonly onSaved: () => void;
}

/**
 * Something that is shown once, alone on the terminal. No key that is pressed by habit leaves it: `s` says
 * that it is saved, Esc asks.
 */
export function OnceView({ facts, what, lines, saved, copy, otherwise, onSaved }: OnceViewProps) {
  const shell = useShell();
  const ask = (): void =>
    shell.openDialog((close) => (
      <Dialog
        title="Leave without saving?"
        body={[`The ${what} cannot be shown again.`, otherwise]}
        choices={[{ id: "leave", label: "Leave" }]}
        tone="danger"
        cancelLabel="Stay"
        onChoose={() => {
          close();
          onSaved();
        }}
        onCancel={close}
      />
    ));
  const actions: Action[] = [
    bind({ ...enrolActions.copyOnce, title: `copy the ${what}` }, () => shell.copy(copy, what)),
    bind({ ...enrolActions.saved, title: saved }, onSaved),
    bind({ ...enrolActions.leave, title: "leave", about: "Leave without saving; asks first" }, ask),
  ];
  return (
    <Frame facts={facts} actions={actions} bare>
      <OnceBody lines={lines} saved={saved} />
    </Frame>
  );
}

/** Columns of text that are read with ease. */
const TEXT_WIDTH = 64;

function OnceBody({ lines, saved }: Pick<OnceViewProps, "lines" | "saved">) {
  const { width } = useBody();
  const keys: Content = [{ text: "y", bold: true }, " copies      ", { text: "s", bold: true }, ` ${saved}`];
  // Said here too: a toast takes the place of the hints for a while.
  return <Centred lines={[...lines(Math.min(width - 4, TEXT_WIDTH)), "", keys]} />;
}
