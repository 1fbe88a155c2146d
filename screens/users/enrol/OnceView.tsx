import { Box } from "ink";
import { Dialog } from "../../../components/Dialog.tsx";
import { Line } from "../../../components/Line.tsx";
import { useBody } from "../../../components/Screen.tsx";
import type { Content } from "../../../src/terminal/line.ts";
import { type Action, bind } from "../../app/action.ts";
import { Frame, type FrameFacts } from "../../app/Frame.tsx";
import { useShell } from "../../app/shell.tsx";
import { enrolActions } from "./actions.ts";

/** What a {@link OnceView} takes. */
export interface OnceViewProps {
  readonly facts: FrameFacts;
  /** What it is, for hints and toasts: `backup codes`. */
  readonly what: string;
  readonly lines: (width: number) => readonly Content[];
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
export function OnceView({ facts, what, lines, copy, otherwise, onSaved }: OnceViewProps) {
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
    bind(enrolActions.saved, onSaved),
    bind({ ...enrolActions.leave, title: "leave", about: "Leave without saving; asks first" }, ask),
  ];
  return (
    <Frame facts={facts} actions={actions} bare>
      <OnceBody lines={lines} />
    </Frame>
  );
}

function OnceBody({ lines }: Pick<OnceViewProps, "lines">) {
  const { width, height } = useBody();
  const shown = lines(width).slice(0, height);
  const above = Math.max(0, Math.floor((height - shown.length) / 3));
  return (
    <Box width={width} height={height} flexDirection="column" overflow="hidden">
      {Array.from({ length: height }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width} align="center">
          {shown[row - above] ?? ""}
        </Line>
      ))}
    </Box>
  );
}
