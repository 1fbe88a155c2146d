import type { SshSetting } from "../../src/ssh/ssh.ts";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { commandLine } from "../forms/shellWord.ts";

type Values = { readonly value: string };

/** Marks a setting with a value of the admin's own; nothing is written, and the plan checks it. */
export function ValueForm(props: {
  readonly facts: FrameFacts;
  readonly setting: SshSetting;
  readonly value: string;
  readonly onDone: (value: string) => void;
  readonly onCancel: () => void;
}) {
  const { facts, setting, value, onDone, onCancel } = props;
  return (
    <FormFrame<Values>
      facts={facts}
      title={`${setting.title}: which value?`}
      lead={[
        setting.why,
        `Now: ${setting.value}. Recommended: ${setting.recommended}. Nothing is written before the plan is shown.`,
      ]}
      fields={[
        {
          kind: "text",
          id: "value",
          label: "Value",
          max: 1_024,
          hint: "as sshd_config(5) writes it",
          check: (typed) => (String(typed).trim() === "" ? "it needs a value" : undefined),
        },
      ]}
      initial={{ value }}
      submitLabel="Mark"
      command={(values) => commandLine("ssh", "plan", "--set", `${setting.title}=${values.value.trim()}`)}
      onSubmit={(values) => onDone(values.value.trim())}
      onCancel={onCancel}
    />
  );
}
