import { useState } from "react";
import { useTerminal } from "../../components/Terminal.tsx";
import type { AccountChange } from "../../src/accounts/types.ts";
import { ROLES, type Role } from "../../src/host/actor.ts";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { useVerdict, verdictRuns, verdictText } from "../forms/password.ts";
import { commandLine } from "../forms/shellWord.ts";
import { accountFields, againField, nameField, parentsFor, passwordField } from "./fields.ts";
import type { UserRow } from "./rows.ts";

interface Props {
  readonly facts: FrameFacts;
  readonly rows: readonly UserRow[];
  readonly onEnd: (told?: string) => void;
}

type NewValues = {
  readonly name: string;
  readonly role: string;
  readonly email: string;
  readonly parent: string;
  readonly password: string;
  readonly again: string;
};

const NEW: NewValues = { name: "", role: "customer", email: "", parent: "", password: "", again: "" };

/** Makes an account. */
export function NewAccount({ facts, rows, onEnd }: Props) {
  const { castellan, actor } = useCore();
  const { glyphs } = useTerminal();
  const [values, setValues] = useState<NewValues>(NEW);
  const verdict = useVerdict(values.password, { name: values.name, email: values.email });
  const first = rows.length === 0;
  const create = async (form: NewValues): Promise<void> => {
    const { name, role, email, parent, password } = form;
    await castellan.accounts.create(actor, {
      name,
      role: role as Role,
      email: email || null,
      parent: parent || null,
      password: password || null,
    });
    onEnd(`${name} is made${password === "" ? "; it has no password yet" : ""}`);
  };
  return (
    <FormFrame<NewValues>
      facts={facts}
      title="New account"
      fields={[
        nameField(),
        ...accountFields<NewValues>(parentsFor(values.role as Role, rows), values.parent),
        passwordField({ hint: "may stay empty: p makes a random one later", required: false }, verdict),
        againField(),
      ]}
      initial={first ? { ...NEW, role: "root" } : NEW}
      note={(id) => (id === "password" && values.password !== "" ? verdictRuns(verdict, glyphs) : undefined)}
      aside={verdictText(verdict)}
      submitLabel="Create the account"
      command={newCommand}
      onChange={setValues}
      onSubmit={create}
      onCancel={() => onEnd()}
    />
  );
}

function newCommand({ name, role, email, parent, password }: NewValues): string {
  return commandLine(
    ...["user", "add", name || "NAME", "--role", role],
    ...(email === "" ? [] : ["--email", email]),
    ...(parent === "" ? [] : ["--parent", parent]),
    password === "" ? "--no-password" : "--password-stdin",
  );
}

type EditValues = {
  readonly role: string;
  readonly email: string;
  readonly parent: string;
  readonly osLogin: string;
};

/** Changes what an account is; the password and the second factor have ways of their own. */
export function EditAccount({ facts, row, rows, onEnd }: Props & { readonly row: UserRow }) {
  const { castellan, actor } = useCore();
  const { account } = row;
  const initial: EditValues = {
    role: account.role,
    email: account.email ?? "",
    parent: account.parentName ?? "",
    osLogin: account.osLogin ?? "",
  };
  const [values, setValues] = useState(initial);
  const save = async (typed: EditValues): Promise<void> => {
    const change = changed(initial, typed);
    const same = Object.keys(change).length === 0;
    if (!same) await castellan.accounts.update(actor, account.name, change);
    onEnd(same ? "nothing was changed" : `${account.name} is changed`);
  };
  return (
    <FormFrame<EditValues>
      facts={facts}
      title={`Edit ${account.name}`}
      fields={[
        ...accountFields<EditValues>(parentsFor(values.role as Role, rows, account.name), values.parent),
        {
          kind: "text",
          id: "osLogin",
          label: "OS login",
          max: 32,
          hint: "whoever has this login on the server is this account in the audit log",
        },
      ]}
      initial={initial}
      submitLabel="Save"
      command={(typed) => commandLine("user", "set", account.name, ...setWords(changed(initial, typed)))}
      onChange={setValues}
      onSubmit={save}
      onCancel={() => onEnd()}
    />
  );
}

/** What differs; an emptied field becomes null. */
function changed(before: EditValues, after: EditValues): AccountChange {
  return {
    ...(before.role === after.role ? {} : { role: ROLES.find((role) => role === after.role) ?? "customer" }),
    ...(before.email === after.email ? {} : { email: after.email || null }),
    ...(before.parent === after.parent ? {} : { parent: after.parent || null }),
    ...(before.osLogin === after.osLogin ? {} : { osLogin: after.osLogin || null }),
  };
}

function setWords({ role, email, parent, osLogin }: AccountChange): string[] {
  return [
    ...(role === undefined ? [] : ["--role", role]),
    ...option("email", email),
    ...option("parent", parent),
    ...option("os-login", osLogin),
  ];
}

function option(name: string, value: string | null | undefined): string[] {
  if (value === undefined) return [];
  return value === null ? [`--no-${name}`] : [`--${name}`, value];
}
