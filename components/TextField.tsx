import { type Dispatch, type SetStateAction, useState } from "react";
import type { Run } from "../src/terminal/line.ts";
import { cell, columnsOf } from "../src/terminal/text.ts";
import { useKeys, usePasteTarget } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";
import {
  editText,
  insertText,
  startTextField,
  type TextFieldLimits,
  type TextFieldState,
  viewTextField,
} from "./textField.ts";

/** The runs of a field of exactly `width` columns; without the focus no cursor is drawn. */
export function fieldRuns(
  state: TextFieldState,
  width: number,
  look: {
    readonly focused: boolean;
    readonly mask?: string | undefined;
    readonly placeholder?: string | undefined;
  },
): Run[] {
  if (state.value === "" && look.placeholder && !look.focused) {
    return [{ text: cell(look.placeholder, width), dim: true, underline: true }];
  }
  const shown = look.focused ? state : { value: state.value, cursor: 0 };
  const view = viewTextField(shown, width, look.mask);
  if (!look.focused) return [{ text: view.before + view.under + view.after, underline: true }];
  // The cursor stands on the first letter of the placeholder, which so does not move when it gets the focus.
  const hint = state.value === "" && look.placeholder ? cell(look.placeholder, width) : undefined;
  return [
    { text: view.before, underline: true },
    { text: hint?.slice(0, 1) ?? view.under, inverse: true },
    { text: hint?.slice(1) ?? view.after, underline: true, dim: hint !== undefined },
  ];
}

/** What {@link useTextField} takes. */
export interface TextFieldOptions extends TextFieldLimits {
  readonly initial?: string | undefined;
  /** takes keys and pastes */
  readonly active?: boolean | undefined;
  readonly onChange?: ((value: string) => void) | undefined;
  readonly onSubmit?: ((value: string) => void) | undefined;
  readonly onCancel?: (() => void) | undefined;
}

/** A field of its own: the filter line, the palette. Enter submits, Esc cancels. */
export function useTextField(
  options: TextFieldOptions,
): [TextFieldState, Dispatch<SetStateAction<TextFieldState>>] {
  const { active = true } = options;
  const [state, setState] = useState(() => startTextField(options.initial));
  const change = (next: TextFieldState): void => {
    setState(next);
    if (next.value !== state.value) options.onChange?.(next.value);
  };
  useKeys(
    "field",
    (key) => {
      if (key.name === "enter" && options.onSubmit) options.onSubmit(state.value);
      else if (key.name === "esc" && options.onCancel) options.onCancel();
      else {
        const next = editText(state, key, options);
        if (!next) return false;
        change(next);
      }
      return true;
    },
    active,
  );
  usePasteTarget(({ paste }) => change(insertText(state, paste, options)), active);
  return [state, setState];
}

/** A line with a label and a field, such as `/ filter`. */
export function TextFieldLine(props: {
  readonly state: TextFieldState;
  readonly width: number;
  readonly label: string;
  readonly focused?: boolean | undefined;
  readonly placeholder?: string | undefined;
  readonly masked?: boolean | undefined;
  readonly right?: string | undefined;
}) {
  const { glyphs } = useTerminal();
  const { state, width, focused = true } = props;
  const room = width - columnsOf(props.label) - 1 - (props.right ? columnsOf(props.right) + 1 : 0);
  if (room < 1) return <Line width={width}>{props.label}</Line>;
  const runs = fieldRuns(state, room, {
    focused,
    placeholder: props.placeholder,
    mask: props.masked ? glyphs.mask : undefined,
  });
  return (
    <Line width={width} right={props.right ? { text: props.right, tone: "muted" } : undefined}>
      {[{ text: `${props.label} `, bold: true }, ...runs]}
    </Line>
  );
}
