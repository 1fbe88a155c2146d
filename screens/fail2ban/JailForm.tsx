import type { Jail, WantedSettings } from "../../src/fail2ban/fail2ban.ts";
import { JAIL_VALUES } from "../../src/fail2ban/values.ts";
import { spanText } from "../../src/fail2ban/words.ts";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { commandLine } from "../forms/shellWord.ts";

type Values = {
  readonly maxretry: string;
  readonly findtime: string;
  readonly bantime: string;
  readonly increment: boolean;
  readonly ignoreip: string;
  readonly enabled: boolean;
};

/** Edits a jail that runs; what is left as it is stays out of the change. */
export function JailForm(props: {
  readonly facts: FrameFacts;
  readonly jail: Jail;
  readonly onSubmit: (settings: WantedSettings) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const { facts, jail, onSubmit, onCancel } = props;
  const initial = valuesOf(jail);
  return (
    <FormFrame<Values>
      facts={facts}
      title={`The jail ${jail.name}`}
      lead={["Nothing is written before the difference is shown, and fail2ban has checked it."]}
      fields={FIELDS}
      initial={initial}
      submitLabel="Show the change"
      command={(values) => commandLine("fail2ban", "set", jail.name, ...words(changed(initial, values)))}
      onSubmit={(values) => onSubmit(changed(initial, values))}
      onCancel={onCancel}
    />
  );
}

function valuesOf({ maxRetry, findSeconds, banSeconds, grows, ignored }: Jail): Values {
  return {
    maxretry: String(maxRetry),
    findtime: spanText(findSeconds),
    bantime: banSeconds < 0 ? "-1" : spanText(banSeconds),
    increment: grows,
    ignoreip: ignored.join(" "),
    enabled: true,
  };
}

/** Keys of the form, and what they are called in the file. */
const NAMES = {
  maxretry: "maxretry",
  findtime: "findtime",
  bantime: "bantime",
  increment: "bantime.increment",
  ignoreip: "ignoreip",
  enabled: "enabled",
} as const satisfies Record<keyof Values, string>;

function changed(before: Values, after: Values): WantedSettings {
  const keys = Object.keys(NAMES) as (keyof Values)[];
  return Object.fromEntries(
    keys
      .filter((key) => String(after[key]).trim() !== String(before[key]))
      .map((key) => [NAMES[key], String(after[key]).trim()]),
  );
}

/** Settings as `fail2ban set` takes them. */
export function words(settings: WantedSettings): string[] {
  return Object.entries(settings).map(([key, value]) => `${key}=${value}`);
}

const FIELDS = [
  { kind: "text", id: "maxretry", label: "Tries", max: 4, hint: JAIL_VALUES.get("maxretry") },
  { kind: "text", id: "findtime", label: "Within", max: 10, hint: JAIL_VALUES.get("findtime") },
  { kind: "text", id: "bantime", label: "Out for", max: 10, hint: JAIL_VALUES.get("bantime") },
  { kind: "check", id: "increment", label: "Grows", hint: "longer each time the same address is banned" },
  { kind: "text", id: "ignoreip", label: "Never", max: 400, hint: JAIL_VALUES.get("ignoreip") },
  { kind: "check", id: "enabled", label: "Runs", hint: "off: the jail stops, and frees whom it holds" },
] as const;
