import { Box } from "ink";
import { useState } from "react";
import type { Run } from "../src/terminal/line.ts";
import { cell, columnsOf } from "../src/terminal/text.ts";
import type { Glyphs } from "../src/terminal/theme.ts";
import {
  type FieldSpec,
  type FormState,
  type FormValues,
  formKey,
  formPaste,
  startForm,
} from "./formState.ts";
import { useKeys, usePasteTarget } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";
import { fieldRuns } from "./TextField.tsx";
import { startTextField } from "./textField.ts";

export type { FieldSpec, FormValues } from "./formState.ts";

/** What a {@link Form} takes. */
export interface FormProps<Values extends FormValues> {
  readonly fields: readonly FieldSpec<Values>[];
  readonly initial: Values;
  readonly width: number;
  readonly height: number;
  readonly submitLabel: string;
  readonly cancelLabel?: string | undefined;
  readonly active?: boolean | undefined;
  /** what the core said about the values, by field id */
  readonly errors?: Readonly<Record<string, string>> | undefined;
  /** in place of a field's hint, such as a strength meter; drawn as one line */
  readonly note?: (id: keyof Values & string, values: Values) => readonly Run[] | undefined;
  /** the values after each edit, for what follows them: a meter, a preview */
  readonly onChange?: ((values: Values) => void) | undefined;
  readonly onSubmit: (values: Values) => void;
  readonly onCancel: () => void;
}

/** One field as runs of exactly `width` columns. */
function controlRuns<Values extends FormValues>(
  field: FieldSpec<Values>,
  state: FormState<Values>,
  focused: boolean,
  width: number,
  glyphs: Glyphs,
): Run[] {
  const value = state.values[field.id];
  if (field.kind === "check") {
    return [{ text: `[${value === true ? "x" : " "}]`, bold: focused, inverse: focused }];
  }
  if (field.kind === "choice") {
    const option = field.options.find((candidate) => candidate.id === value);
    const at = option ? field.options.indexOf(option) + 1 : 0;
    return [
      { text: `${glyphs.left} ${option?.label ?? "?"} ${glyphs.right}`, inverse: focused },
      { text: `  ${at}/${field.options.length}`, tone: "muted" },
    ];
  }
  const editor = state.editors[field.id] ?? startTextField();
  const most = Math.max(1, Math.min(width, Math.max(24, (field.max ?? 40) + 1)));
  return fieldRuns(editor, most, {
    focused,
    mask: field.masked ? glyphs.mask : undefined,
    placeholder: field.placeholder,
  });
}

function underRuns<Values extends FormValues>(
  props: FormProps<Values>,
  field: FieldSpec<Values>,
  state: FormState<Values>,
): readonly Run[] {
  const error = state.errors[field.id] ?? props.errors?.[field.id];
  if (error !== undefined) return [{ text: `! ${error}`, tone: "crit" }];
  return props.note?.(field.id, state.values) ?? [{ text: field.hint ?? "", tone: "muted" }];
}

function buttons(labels: readonly string[], focus: number): Run[] {
  return labels.flatMap((label, index) => [
    { text: index === 0 ? "" : "  " },
    index === focus ? { text: `< ${label} >`, inverse: true, bold: true } : { text: `[ ${label} ]` },
  ]);
}

/** Which fields are shown when not all fit: `3-8/13`. */
function placeRun(from: number, shown: number, count: number): Run {
  return { text: `${from + 1}-${from + shown}/${count}`, tone: "muted" };
}

/** Which fields are shown, in how many rows each, and the columns of the labels. */
function layForm<Values extends FormValues>({ fields, width, height }: FormProps<Values>, focus: number) {
  const longest = Math.max(0, ...fields.map((field) => columnsOf(field.label)));
  const perField = height >= fields.length * 2 + 2 ? 2 : 1;
  const shown = Math.max(1, Math.min(fields.length, Math.floor((height - 2) / perField)));
  const wanted = Math.min(focus, fields.length - 1) - shown + 1;
  return {
    labelWidth: Math.min(longest, Math.floor(width / 2)) + 4,
    perField,
    shown,
    from: Math.max(0, Math.min(fields.length - shown, wanted)),
    spare: Math.max(0, height - shown * perField - 1),
  };
}

type FormLayout = ReturnType<typeof layForm>;

function useForm<Values extends FormValues>(props: FormProps<Values>): FormState<Values> {
  const { fields, active = true } = props;
  const [state, setState] = useState(() => startForm(fields, props.initial));
  const change = (next: FormState<Values>): void => {
    setState(next);
    if (next.values !== state.values) props.onChange?.(next.values);
  };
  useKeys(
    "field",
    (key) => {
      const outcome = formKey(fields, state, key);
      if (outcome.kind === "unused") return false;
      if (outcome.kind === "cancel") props.onCancel();
      else change(outcome.state);
      if (outcome.kind === "submit") props.onSubmit(outcome.state.values);
      return true;
    },
    active,
  );
  usePasteTarget(
    ({ paste }) => change(formPaste(fields, state, paste)),
    active && state.focus < fields.length,
  );
  return state;
}

/** A field with its label and, where there is room, its hint or error below. */
function FieldRows<Values extends FormValues>(props: {
  readonly form: FormProps<Values>;
  readonly field: FieldSpec<Values>;
  readonly state: FormState<Values>;
  readonly focused: boolean;
  readonly layout: FormLayout;
}) {
  const { form, field, state, focused, layout } = props;
  const { glyphs } = useTerminal();
  const label = `${focused ? ">" : " "} ${cell(field.label, layout.labelWidth - 2)}`;
  const room = Math.max(1, form.width - layout.labelWidth);
  return (
    <>
      <Line width={form.width}>
        {[{ text: label, bold: focused }, ...controlRuns(field, state, focused, room, glyphs)]}
      </Line>
      {layout.perField === 2 && (
        <Line width={form.width}>{[" ".repeat(layout.labelWidth), ...underRuns(form, field, state)]}</Line>
      )}
    </>
  );
}

/** The empty lines above the buttons; where fields have one row only, the first one is for the focused field. */
function Spare<Values extends FormValues>(props: {
  readonly form: FormProps<Values>;
  readonly state: FormState<Values>;
  readonly layout: FormLayout;
}) {
  const { form, state, layout } = props;
  const field = layout.perField === 1 ? form.fields[state.focus] : undefined;
  const first = field ? [" ".repeat(layout.labelWidth), ...underRuns(form, field, state)] : "";
  return Array.from({ length: layout.spare }, (_, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
    <Line key={line} width={form.width}>
      {line === 0 ? first : ""}
    </Line>
  ));
}

/**
 * A form, exactly `width` by `height`: a label and a field to a row with its hint or error below, then the
 * buttons. Tab, Enter and the arrows move on; the part around the focus is shown when not all fits.
 */
export function Form<Values extends FormValues>(props: FormProps<Values>) {
  const { fields, width, height, active = true } = props;
  const state = useForm(props);
  if (width <= 0 || height <= 0) return null;
  const layout = layForm(props, state.focus);
  const { from, shown, labelWidth } = layout;
  const labels = [props.submitLabel, props.cancelLabel ?? "Cancel"];
  const place = fields.length > shown ? placeRun(from, shown, fields.length) : undefined;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {fields.slice(from, from + shown).map((field, line) => (
        <FieldRows
          key={field.id}
          form={props}
          field={field}
          state={state}
          focused={active && from + line === state.focus}
          layout={layout}
        />
      ))}
      <Spare form={props} state={state} layout={layout} />
      <Line width={width} right={place}>
        {[" ".repeat(labelWidth), ...buttons(labels, active ? state.focus - fields.length : -1)]}
      </Line>
    </Box>
  );
}
