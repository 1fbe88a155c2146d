import type { IdleJail, WantedSettings } from "../../src/fail2ban/fail2ban.ts";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { words } from "./JailForm.tsx";

type Values = { readonly name: string; readonly backend: string };

/** Switches a jail on that the files know. */
export function NewJailForm(props: {
  readonly facts: FrameFacts;
  readonly off: readonly IdleJail[];
  /** A jail that is switched on and does not run; else empty. */
  readonly name: string;
  readonly onSubmit: (name: string, settings: WantedSettings) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const { facts, off, name, onSubmit, onCancel } = props;
  return (
    <FormFrame<Values>
      facts={facts}
      title="Switch a jail on"
      lead={[
        `The files know ${off.length} jails that do not run: ${off.map((jail) => jail.name).join(", ")}`,
      ]}
      fields={fieldsOf(off)}
      initial={{ name, backend: "" }}
      submitLabel="Show the change"
      command={(values) =>
        commandLine("fail2ban", "set", values.name.trim() || "JAIL", ...words(settingsOf(values)))
      }
      onSubmit={(values) => onSubmit(values.name.trim(), settingsOf(values))}
      onCancel={onCancel}
    />
  );
}

function settingsOf({ backend }: Values): WantedSettings {
  return { enabled: "true", ...(backend === "" ? {} : { backend }) };
}

function fieldsOf(off: readonly IdleJail[]) {
  const known = new Set(off.map((jail) => jail.name));
  return [
    {
      kind: "text",
      id: "name",
      label: "Jail",
      max: 63,
      hint: "its name in jail.conf: dovecot, postfix, nginx-http-auth, recidive …",
      check: (typed: string | boolean) =>
        known.has(String(typed).trim()) ? undefined : "no jail of this name waits to be switched on",
    },
    {
      kind: "choice",
      id: "backend",
      label: "Reads",
      options: [
        { id: "", label: "as its files say" },
        { id: "systemd", label: "the journal" },
        { id: "auto", label: "log files" },
      ],
      hint: "Debian 12 logs to the journal: a jail that reads a missing file cannot start",
    },
  ] as const;
}
