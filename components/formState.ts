/** A form of fields and two buttons: which has the focus, what is in them, what is wrong. Pure. */
import type { Key } from "../src/terminal/keys.ts";
import { editText, insertText, startTextField, type TextFieldState } from "./textField.ts";

/** Values by field id: text and choices are strings, checkboxes are booleans. */
export type FormValues = Readonly<Record<string, string | boolean>>;

interface FieldBase<Values extends FormValues> {
  readonly id: keyof Values & string;
  readonly label: string;
  /** what belongs here, under the field */
  readonly hint?: string | undefined;
  /** says what is wrong with the value, or undefined; asked when the field is left and on submit */
  readonly check?: (value: string | boolean, values: Values) => string | undefined;
}

/** A field of a form. */
export type FieldSpec<Values extends FormValues = FormValues> = FieldBase<Values> &
  (
    | {
        readonly kind: "text";
        readonly masked?: boolean | undefined;
        readonly max?: number | undefined;
        readonly placeholder?: string | undefined;
      }
    | {
        readonly kind: "choice";
        readonly options: readonly { readonly id: string; readonly label: string }[];
      }
    | { readonly kind: "check" }
  );

/** The state of a form. Focus counts the fields, then submit, then cancel. */
export interface FormState<Values extends FormValues> {
  readonly values: Values;
  readonly focus: number;
  readonly editors: Readonly<Record<string, TextFieldState>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** What a key did to a form. */
export type FormOutcome<Values extends FormValues> =
  | { readonly kind: "changed"; readonly state: FormState<Values> }
  | { readonly kind: "submit"; readonly state: FormState<Values> }
  | { readonly kind: "cancel" }
  | { readonly kind: "unused" };

type Fields<Values extends FormValues> = readonly FieldSpec<Values>[];

/** A form with these values, the focus on its first field. */
export function startForm<Values extends FormValues>(
  fields: Fields<Values>,
  values: Values,
): FormState<Values> {
  const texts = fields.filter((field) => field.kind === "text");
  const editors = texts.map((field) => [field.id, startTextField(String(values[field.id] ?? ""))] as const);
  return { values, focus: 0, editors: Object.fromEntries(editors), errors: {} };
}

function errorsOf<Values extends FormValues>(fields: Fields<Values>, values: Values): Record<string, string> {
  const found = fields.map((field) => [field.id, field.check?.(values[field.id] ?? "", values)] as const);
  return Object.fromEntries(
    found.filter((pair): pair is readonly [keyof Values & string, string] => pair[1] !== undefined),
  );
}

/** Checks the field that is left; an error that has been mended goes at once. */
function leave<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
  focus: number,
): FormState<Values> {
  const field = fields[state.focus];
  if (!field) return { ...state, focus };
  const error = errorsOf([field], state.values)[field.id];
  const { [field.id]: _old, ...others } = state.errors;
  return { ...state, focus, errors: error === undefined ? others : { ...others, [field.id]: error } };
}

function setValue<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
  id: string,
  value: string | boolean,
): FormState<Values> {
  const values = { ...state.values, [id]: value };
  const field = fields.find((candidate) => candidate.id === id);
  const mended =
    field !== undefined && state.errors[id] !== undefined && errorsOf([field], values)[id] === undefined;
  const { [id]: _old, ...others } = state.errors;
  return { ...state, values, errors: mended ? others : state.errors };
}

function setText<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
  id: string,
  editor: TextFieldState,
): FormState<Values> {
  const next = { ...state, editors: { ...state.editors, [id]: editor } };
  return editor.value === state.values[id] ? next : setValue(fields, next, id, editor.value);
}

/** Checks everything; with errors the first wrong field gets the focus. */
function submit<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
): FormOutcome<Values> {
  const errors = errorsOf(fields, state.values);
  const wrong = fields.findIndex((field) => errors[field.id] !== undefined);
  if (wrong === -1) return { kind: "submit", state: { ...state, errors } };
  return { kind: "changed", state: { ...state, errors, focus: wrong } };
}

function editField<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
  key: Key,
): FormState<Values> | undefined {
  const field = fields[state.focus];
  if (!field) return undefined;
  if (field.kind === "text") {
    const editor = editText(state.editors[field.id] ?? startTextField(), key, field);
    return editor && setText(fields, state, field.id, editor);
  }
  if (field.kind === "check") {
    return key.name === "space"
      ? setValue(fields, state, field.id, state.values[field.id] !== true)
      : undefined;
  }
  const by = key.name === "right" || key.name === "space" ? 1 : key.name === "left" ? -1 : 0;
  if (by === 0 || field.options.length === 0) return undefined;
  const now = field.options.findIndex((option) => option.id === state.values[field.id]);
  const next = field.options[(now + by + field.options.length) % field.options.length];
  return next && setValue(fields, state, field.id, next.id);
}

const STEPS: Readonly<Record<string, number>> = { tab: 1, down: 1, "shift+tab": -1, up: -1 };

/** What a key does: edits the field, moves the focus (Tab, Enter, up, down), submits or cancels. */
export function formKey<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
  key: Key,
): FormOutcome<Values> {
  const submitAt = fields.length;
  const go = (by: number): FormOutcome<Values> => {
    const places = fields.length + 2;
    return { kind: "changed", state: leave(fields, state, (state.focus + by + places) % places) };
  };
  const onCancel = state.focus === submitAt + 1;
  if (key.name === "esc" || (key.name === "enter" && onCancel)) return { kind: "cancel" };
  if (key.name === "enter") return state.focus === submitAt ? submit(fields, state) : go(1);
  const step = STEPS[key.name];
  if (step !== undefined) return go(step);
  if (state.focus >= submitAt && (key.name === "left" || key.name === "right")) return go(onCancel ? -1 : 1);
  const edited = editField(fields, state, key);
  if (edited) return { kind: "changed", state: edited };
  // Letters never fall through a form to the keys of the screen behind it.
  return key.text === "" ? { kind: "unused" } : { kind: "changed", state };
}

/** Puts pasted text into the focused field, when it takes text. */
export function formPaste<Values extends FormValues>(
  fields: Fields<Values>,
  state: FormState<Values>,
  text: string,
): FormState<Values> {
  const field = fields[state.focus];
  if (field?.kind !== "text") return state;
  return setText(
    fields,
    state,
    field.id,
    insertText(state.editors[field.id] ?? startTextField(), text, field),
  );
}
