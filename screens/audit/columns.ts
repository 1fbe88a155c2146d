import type { Column } from "../../components/DataTable.tsx";
import type { AuditEvent } from "../../src/audit/event.ts";
import { dateTime } from "../../src/terminal/format.ts";
import type { Run } from "../../src/terminal/line.ts";

/** The columns of the audit log: time, user, action, details, address. */
export const auditColumns: readonly Column<AuditEvent>[] = [
  {
    id: "time",
    title: "TIME",
    width: 14,
    priority: 9,
    render: ({ time }) => ({ text: dateTime(time).slice(5, 19), tone: "muted" }),
  },
  {
    id: "user",
    title: "USER",
    width: 10,
    min: 8,
    priority: 8,
    render: ({ actor, onBehalfOf, verified }) =>
      onBehalfOf === null ? `${actor}${verified ? "" : "?"}` : `${actor} as ${onBehalfOf}`,
  },
  { id: "action", title: "ACTION", width: 18, min: 12, priority: 10, render: actionRun },
  {
    id: "target",
    title: "ON",
    width: 14,
    min: 8,
    priority: 6,
    cut: "middle",
    render: ({ target }) => target,
  },
  {
    id: "details",
    title: "DETAILS",
    flex: 1,
    min: 12,
    priority: 4,
    render: (event) => ({ text: detailText(event), tone: "muted" }),
  },
  {
    id: "address",
    title: "ADDRESS",
    width: 15,
    priority: 3,
    cut: "middle",
    render: ({ address }) => address ?? "",
  },
];

/** The action, and by word, shape and colour when it did not happen. */
function actionRun({ action, outcome }: AuditEvent): Run {
  if (outcome === "refused") return { text: `! ${action} refused`, tone: "warn" };
  if (outcome === "failed") return { text: `!! ${action} failed`, tone: "crit" };
  return { text: action };
}

/** Said first, because they say the most. */
const FIRST = ["reason", "what", "because", "code"];
/** Left out of one line, because there they say nothing. */
const LEFT_OUT = new Set(["evidence"]);

/** Details in one line: `role customer -> admin`. */
export function detailText({ details }: AuditEvent): string {
  const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return Object.entries(details)
    .filter(([key]) => !LEFT_OUT.has(key))
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([key, value]) => (key === "reason" ? valueText(value) : `${key} ${valueText(value)}`))
    .join(", ");
}

/** A value, or old → new. */
export function valueText(value: unknown): string {
  if (value !== null && typeof value === "object" && "old" in value && "new" in value) {
    return `${valueText(value.old)} -> ${valueText(value.new)}`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
