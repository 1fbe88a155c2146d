import { useState } from "react";
import { useTerminal } from "../../components/Terminal.tsx";
import { assertName } from "../../src/accounts/names.ts";
import { CastellanError } from "../../src/errors.ts";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { useVerdict, verdictRuns, verdictText } from "../forms/password.ts";
import { commandLine } from "../forms/shellWord.ts";
import { againField, emailField, GOOD_HINT, nameField, passwordField } from "../users/fields.ts";

type Values = {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly again: string;
};

const LEAD = [
  "castellan watches who may enter, who is at the gate and which wall is weak.",
  "First an account for you (role root), then its second factor by QR code.",
  "Nothing on this server is changed by that. Esc skips it.",
];

/** The welcome, and the form for the first root account. */
export function RootForm(props: {
  readonly facts: FrameFacts;
  readonly onMade: (name: string) => void;
  readonly onSkip: () => void;
}) {
  const { castellan, actor } = useCore();
  const { glyphs } = useTerminal();
  const { osLogin } = actor;
  const initial: Values = { name: suggestedName(osLogin), email: "", password: "", again: "" };
  const [values, setValues] = useState(initial);
  const verdict = useVerdict(values.password, { name: values.name, email: values.email });
  const create = async ({ name, email, password }: Values): Promise<void> => {
    await castellan.accounts.create(actor, { name, role: "root", email: email || null, osLogin, password });
    props.onMade(name);
  };
  return (
    <FormFrame<Values>
      facts={props.facts}
      bare
      title={`Welcome to castellan on ${castellan.hostName}`}
      lead={LEAD}
      fields={[
        nameField(osLogin === null ? undefined : `linked to your OS login ${osLogin}`),
        emailField(),
        passwordField({ hint: GOOD_HINT, required: true }, verdict),
        againField(),
      ]}
      initial={initial}
      note={(id) => (id === "password" && values.password !== "" ? verdictRuns(verdict, glyphs) : undefined)}
      aside={verdictText(verdict)}
      submitLabel="Create the root account"
      cancelLabel="Skip"
      command={(typed) => rootCommand(typed, osLogin)}
      onChange={setValues}
      onSubmit={create}
      onCancel={props.onSkip}
    />
  );
}

function rootCommand({ name, email }: Values, osLogin: string | null): string {
  return commandLine(
    ...["user", "add", name || "NAME", "--role", "root"],
    ...(email === "" ? [] : ["--email", email]),
    ...(osLogin === null ? [] : ["--os-login", osLogin]),
    "--password-stdin",
  );
}

/** The OS login where it is a name that an account may have. */
export function suggestedName(osLogin: string | null): string {
  if (osLogin === null) return "";
  try {
    assertName(osLogin);
    return osLogin;
  } catch (error) {
    if (error instanceof CastellanError) return "";
    throw error;
  }
}
