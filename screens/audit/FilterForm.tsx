import type { FieldSpec } from "../../components/Form.tsx";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { useQuery } from "../app/useQuery.ts";
import { FormFrame } from "../forms/FormFrame.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { type AuditFilter, parseMoment } from "./filter.ts";

type FilterValues = Omit<AuditFilter, "text">;

/** Filters by time range, user and action; empty fields ask for nothing. */
export function FilterForm(props: {
  readonly facts: FrameFacts;
  readonly filter: AuditFilter;
  readonly onDone: (filter: AuditFilter) => void;
  readonly onCancel: () => void;
}) {
  const { text, ...initial } = props.filter;
  return (
    <FormFrame<FilterValues>
      facts={props.facts}
      title="Filter the audit log"
      fields={useFields()}
      initial={initial}
      submitLabel="Show"
      command={commandOf}
      onCancel={props.onCancel}
      onSubmit={(values) => props.onDone({ text, ...trimmed(values) })}
    />
  );
}

function useFields(): readonly FieldSpec<FilterValues>[] {
  const { castellan } = useCore();
  const { data: known } = useQuery("audit:known", async () => ({
    actions: await castellan.audit.actions(),
    actors: await castellan.audit.actors(),
  }));
  const moment = (value: string | boolean): string | undefined =>
    value === "" || parseMoment(String(value), castellan.clock.now()) !== undefined
      ? undefined
      : "a span such as 1h or 7d, or a date such as 2026-11-21";
  const actions = hintOf(known?.actions, "any action; 2fa. means all of them");
  return [
    { kind: "text", id: "user", label: "User", max: 64, hint: hintOf(known?.actors, "any user") },
    { kind: "text", id: "action", label: "Action", max: 64, hint: actions },
    { kind: "text", id: "since", label: "Since", max: 32, hint: "1h, 7d, 2026-11-21", check: moment },
    { kind: "text", id: "until", label: "Until", max: 32, hint: "empty: now", check: moment },
  ];
}

function trimmed({ user, action, since, until }: FilterValues): FilterValues {
  return { user: user.trim(), action: action.trim(), since: since.trim(), until: until.trim() };
}

function commandOf(values: FilterValues): string {
  const typed = Object.entries(trimmed(values)).filter(([, value]) => value !== "");
  return commandLine("audit", "list", ...typed.flatMap(([name, value]) => [`--${name}`, value]));
}

function hintOf(known: readonly string[] | undefined, fallback: string): string {
  return known === undefined || known.length === 0 ? fallback : known.slice(0, 12).join(" ");
}
