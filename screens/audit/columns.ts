import type { Column } from "../../components/DataTable.tsx";
import type { AuditEvent } from "../../src/audit/event.ts";
import { changeText } from "../../src/terminal/changeText.ts";
import { calendarDate, clockTime, dateTime } from "../../src/terminal/format.ts";
import type { Run } from "../../src/terminal/line.ts";

/** From this width on the address has a column, and the time its day and its seconds. */
const WIDE_FROM = 100;

/** The columns of the audit log: time, user, action, what it was about and what changed, address. */
export function auditColumns(width: number, now: number): readonly Column<AuditEvent>[] {
  const isWide = width >= WIDE_FROM;
  const time: Column<AuditEvent> = {
    id: "time",
    title: "TIME",
    width: isWide ? 14 : 11,
    priority: 9,
    render: ({ time }) => ({ text: isWide ? dateTime(time).slice(5) : narrowTime(time, now), tone: "muted" }),
  };
  return [time, ...WHO_DID_WHAT, ...(isWide ? [ADDRESS] : [])];
}

/** Seconds for what happened today, the day for what is older. */
function narrowTime(time: number, now: number): string {
  return calendarDate(time) === calendarDate(now) ? clockTime(time) : dateTime(time).slice(5, 16);
}

const WHO_DID_WHAT: readonly Column<AuditEvent>[] = [
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
  // One column for both: padding between them would cost more than half of what a narrow list has.
  { id: "what", title: "ON, DETAILS", flex: 1, min: 16, priority: 7, render: whatRuns },
];

const ADDRESS: Column<AuditEvent> = {
  id: "address",
  title: "ADDRESS",
  width: 15,
  priority: 3,
  cut: "middle",
  render: ({ address }) => address ?? "",
};

function whatRuns(event: AuditEvent): Run[] {
  const details = detailText(event);
  return [
    { text: event.target },
    { text: event.target === "" || details === "" ? details : `  ${details}`, tone: "muted" },
  ];
}

/** The action, and by word, shape and colour when it did not happen. */
function actionRun({ action, outcome }: AuditEvent): Run {
  if (outcome === "refused") return { text: `! ${action} refused`, tone: "warn" };
  if (outcome === "failed") return { text: `!! ${action} failed`, tone: "crit" };
  return { text: action };
}

/** Said first, because they say the most. */
const FIRST = ["reason", "what", "because", "code", "score", "title"];
/** Left out of one line, because there they say nothing. */
const LEFT_OUT = new Set(["evidence"]);

/** Details in one line: `role customer -> admin`. */
export function detailText({ details }: AuditEvent): string {
  const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return Object.entries(details)
    .filter(([key]) => !LEFT_OUT.has(key))
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([key, value]) => (key === "reason" ? changeText(key, value) : `${key} ${changeText(key, value)}`))
    .join(", ");
}
