import { useState } from "react";
import { useTerminal } from "../../components/Terminal.tsx";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { PASSWORD_FIELD_MAX, useVerdict, verdictRuns, verdictText } from "../forms/password.ts";
import { commandLine } from "../forms/shellWord.ts";
import { againField, GOOD_HINT, passwordField } from "./fields.ts";
import type { UserRow } from "./rows.ts";

interface Props {
  readonly facts: FrameFacts;
  readonly row: UserRow;
  readonly onEnd: (told?: string) => void;
}

type PasswordValues = { readonly current: string; readonly password: string; readonly again: string };

/** Sets a password that somebody chose. One's own asks for the current one first. */
export function SetPassword({ facts, row, onEnd }: Props) {
  const { castellan, actor } = useCore();
  const { glyphs } = useTerminal();
  const { name, email, hasPassword } = row.account;
  const [password, setPassword] = useState("");
  const verdict = useVerdict(password, { name, email });
  const asks = row.own && hasPassword;
  const set = async (values: PasswordValues): Promise<void> => {
    await castellan.accounts.setPassword(actor, name, {
      next: values.password,
      ...(asks ? { current: values.current } : {}),
    });
    onEnd(
      row.own ? "your password is changed" : `${name} has a new password, to be changed at the next sign-in`,
    );
  };
  return (
    <FormFrame<PasswordValues>
      facts={facts}
      title={`Password of ${name}`}
      lead={["The sessions of this account end when it is set."]}
      fields={[
        ...(asks ? [currentField<PasswordValues>("Current one")] : []),
        passwordField({ label: "New password", hint: GOOD_HINT, required: true }, verdict),
        againField(),
      ]}
      initial={{ current: "", password: "", again: "" }}
      note={(id) => (id === "password" && password !== "" ? verdictRuns(verdict, glyphs) : undefined)}
      aside={verdictText(verdict)}
      submitLabel="Set the password"
      command={() => commandLine("user", "password", name, "--password-stdin")}
      onChange={(values) => setPassword(values.password)}
      onSubmit={set}
      onCancel={() => onEnd()}
    />
  );
}

type DisableValues = { readonly current: string; readonly code: string };

/** Switches a second factor off, with both proofs. */
export function DisableFactor({ facts, row, onEnd }: Props) {
  const { castellan, actor } = useCore();
  const { name } = row.account;
  const disable = async ({ current, code }: DisableValues): Promise<void> => {
    await castellan.twoFactor.disable(actor, name, { password: current, code });
    onEnd(`the second factor of ${name} is off`);
  };
  return (
    <FormFrame<DisableValues>
      facts={facts}
      title={`Switch off the second factor of ${name}`}
      lead={["From then on the password alone lets in. Lost the device? Reset does without proof."]}
      fields={[
        currentField<DisableValues>("Password"),
        {
          kind: "text",
          id: "code",
          label: "Code",
          max: 16,
          hint: "six digits of the device, or a backup code",
        },
      ]}
      initial={{ current: "", code: "" }}
      submitLabel="Switch it off"
      command={() => commandLine("2fa", "disable", name, "CODE", "--password-stdin")}
      onSubmit={disable}
      onCancel={() => onEnd()}
    />
  );
}

function currentField<Values extends { readonly current: string; readonly [id: string]: string | boolean }>(
  label: string,
) {
  return {
    kind: "text" as const,
    id: "current" as keyof Values & string,
    label,
    masked: true,
    max: PASSWORD_FIELD_MAX,
    hint: "wrong tries count towards the account's lock",
  };
}
