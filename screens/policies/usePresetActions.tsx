import { PASSWORD_PRESETS, presetOf } from "../../src/accounts/password-policy.ts";
import type { PasswordPolicy, PasswordPreset } from "../../src/accounts/types.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { policiesActions } from "./actions.ts";
import type { Entry } from "./entries.ts";
import type { PolicyValues } from "./field.ts";
import { SaveDialog } from "./PolicyForm.tsx";
import type { PolicyFacts } from "./usePolicies.ts";

/** The presets of the password policy, while it is the one under the cursor. */
export function usePresetActions(entry: Entry, facts: PolicyFacts | undefined): Action[] {
  const { castellan, actor } = useCore();
  const shell = useShell();
  if (entry.kind !== "policy" || entry.section.id !== "password" || facts === undefined) return [];
  const { section } = entry;
  const before = facts.values.password;
  const apply = (preset: PasswordPreset) => (): void => {
    const next: PolicyValues = { ...PASSWORD_PRESETS[preset] };
    const change = Object.fromEntries(Object.entries(next).filter(([id, value]) => before[id] !== value));
    const save = async (): Promise<void> => {
      await castellan.accounts.setPasswordPolicy(actor, { preset });
      shell.toast("info", `Passwords: the ${preset} preset is in force`);
    };
    shell.openDialog((close) => (
      <SaveDialog
        section={section}
        before={before}
        change={change}
        onClose={close}
        onSave={() => shell.perform(save)}
      />
    ));
  };
  const inForce = presetOf(before as unknown as PasswordPolicy);
  return (["classic", "nist"] as const).map((preset) =>
    bind(policiesActions[preset], apply(preset), {
      disabled: inForce === preset && "it is in force",
      command: `castellan policy set password preset=${preset}`,
    }),
  );
}
