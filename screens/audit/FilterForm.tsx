import { type FieldSpec, Form } from "../../components/Form.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { useCore } from "../app/core.tsx";
import { useQuery } from "../app/useQuery.ts";
import { type AuditFilter, parseMoment } from "./filter.ts";

type FilterValues = { readonly [K in "user" | "action" | "since" | "until"]: string };

/** Filter by time range, user and action. */
export function FilterForm(props: {
  readonly filter: AuditFilter;
  readonly body: BodySize;
  readonly onDone: (filter: AuditFilter) => void;
  readonly onCancel: () => void;
}) {
  const { castellan } = useCore();
  const { filter, body } = props;
  const { data: known } = useQuery("audit:known", async () => ({
    actions: await castellan.audit.actions(),
    actors: await castellan.audit.actors(),
  }));
  const moment = (value: string | boolean): string | undefined =>
    value === "" || parseMoment(String(value), castellan.clock.now()) !== undefined
      ? undefined
      : "a span such as 1h or 7d, or a date such as 2026-11-21";
  const fields: readonly FieldSpec<FilterValues>[] = [
    { kind: "text", id: "user", label: "User", max: 64, hint: hintOf(known?.actors, "any user") },
    {
      kind: "text",
      id: "action",
      label: "Action",
      max: 64,
      hint: hintOf(known?.actions, "any action; 2fa. means all of them"),
    },
    {
      kind: "text",
      id: "since",
      label: "Since",
      max: 32,
      placeholder: "1h",
      hint: "1h, 7d, 2026-11-21",
      check: moment,
    },
    { kind: "text", id: "until", label: "Until", max: 32, hint: "empty: now", check: moment },
  ];
  const { user, action, since, until } = filter;
  const inner = panelInner(body.width, body.height);
  return (
    <Panel {...body} title="Filter the audit log" focused>
      <Form
        fields={fields}
        initial={{ user, action, since, until }}
        width={inner.width}
        height={inner.height}
        submitLabel="Show"
        onCancel={props.onCancel}
        onSubmit={(values) => props.onDone({ ...filter, ...values })}
      />
    </Panel>
  );
}

function hintOf(known: readonly string[] | undefined, fallback: string): string {
  return known === undefined || known.length === 0 ? fallback : known.slice(0, 12).join(" ");
}
