import { useState } from "react";
import { Dialog } from "../../components/Dialog.tsx";
import type { FieldSpec, FormValues } from "../../components/Form.tsx";
import type { Account } from "../../src/accounts/types.ts";
import { CastellanError } from "../../src/errors.ts";
import type { Content } from "../../src/terminal/line.ts";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { policyCommand } from "./command.ts";
import {
  changesOf,
  fieldProblem,
  type PolicyField,
  type PolicyValues,
  shownValue,
  typedValue,
} from "./field.ts";
import type { Section } from "./sections.ts";

/** Edits a policy. Old and new are shown before anything is saved; a refusal leaves the form as it is. */
export function PolicyForm(props: {
  readonly facts: FrameFacts;
  readonly section: Section;
  readonly values: PolicyValues;
  /** Active accounts without a second factor. */
  readonly unproven: readonly Account[];
  readonly onEnd: (told?: string) => void;
}) {
  const { facts, section, onEnd } = props;
  // As they were when the form was opened: what others change meanwhile is not taken back.
  const [values] = useState(props.values);
  const { clock } = useCore().castellan;
  const { refusal, ask } = useAsk(section, values, props.unproven, onEnd);
  return (
    <FormFrame<FormValues>
      facts={facts}
      title={section.title}
      lead={[section.about]}
      fields={section.fields.map(formField)}
      initial={Object.fromEntries(section.fields.map((field) => [field.id, startValue(field, values)]))}
      submitLabel="Save"
      command={(typed) => policyCommand(section, values, typed, clock.now())}
      refusal={refusal}
      onSubmit={ask}
      onCancel={() => onEnd()}
    />
  );
}

/** Shows what would change and asks; what does not change anything ends the form. */
function useAsk(
  section: Section,
  before: PolicyValues,
  unproven: readonly Account[],
  onEnd: (told: string) => void,
) {
  const { clock } = useCore().castellan;
  const shell = useShell();
  const { refusal, save } = useSave(section, onEnd);
  const ask = (typed: FormValues): void => {
    const change = changesOf(section.fields, before, typed, clock.now());
    if (Object.keys(change).length === 0) {
      onEnd("nothing was changed");
      return;
    }
    const effect = section.effect?.(change, before, unproven);
    shell.openDialog((close) => (
      <SaveDialog {...{ section, before, change, effect }} onClose={close} onSave={() => save(change)} />
    ));
  };
  return { refusal, ask };
}

/** Writes a change; what the core refuses is kept for the form. */
function useSave(section: Section, onEnd: (told: string) => void) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const [refusal, setRefusal] = useState<CastellanError>();
  const save = (change: PolicyValues): void => {
    setRefusal(undefined);
    shell.perform(async () => {
      try {
        await section.write(castellan, actor, change);
        onEnd(`${section.title}: saved`);
      } catch (error) {
        if (!(error instanceof CastellanError)) throw error;
        setRefusal(error);
      }
    });
  };
  return { refusal, save };
}

function startValue(field: PolicyField, values: PolicyValues): string | boolean {
  return field.kind === "flag" ? values[field.id] === true : typedValue(field, values[field.id]);
}

function formField(field: PolicyField): FieldSpec {
  const { id, label, hint } = field;
  if (field.kind === "flag") return { kind: "check", id, label, hint };
  if (field.kind === "choice") return { kind: "choice", id, label, hint, options: field.options };
  const unit = field.kind === "number" ? field.unit : field.kind === "minutes" ? "minutes" : undefined;
  return {
    kind: "text",
    id,
    label,
    max: field.kind === "list" ? 1_024 : field.kind === "text" ? 254 : 16,
    hint: [unit, hint].filter(Boolean).join("; "),
    check: (typed) => fieldProblem(field, typed),
  };
}

/** What is about to change, old to new. */
export function SaveDialog(props: {
  readonly section: Section;
  readonly before: PolicyValues;
  readonly change: PolicyValues;
  readonly effect?: readonly string[] | undefined;
  readonly onClose: () => void;
  readonly onSave: () => void;
}) {
  const { section, before, change, effect = [], onClose, onSave } = props;
  const fields = section.fields.filter(({ id }) => Object.hasOwn(change, id));
  const lines: Content[] = fields.map((field) => [
    { text: `${field.label}: `, tone: "muted" },
    shownValue(field, before[field.id]),
    { text: " -> ", tone: "muted" },
    { text: shownValue(field, change[field.id]), bold: true },
  ]);
  return (
    <Dialog
      title={`Save ${section.title.toLowerCase()}?`}
      body={[...lines, ...effect.flatMap((text) => ["", text])]}
      choices={[{ id: "save", label: "Save" }]}
      onChoose={() => {
        onClose();
        onSave();
      }}
      onCancel={onClose}
    />
  );
}
