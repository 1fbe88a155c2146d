import type { AuditEvent } from "../audit/event.ts";
import type { AuditVerdict } from "../audit/verify.ts";
import { changeText } from "../terminal/changeText.ts";
import { dateTime, plural } from "../terminal/format.ts";
import { isoTime } from "./json.ts";
import type { Answer } from "./page.ts";
import { type Cell, type Column, table } from "./table.ts";

/** An event as JSON shows it; the same fields as in an export. */
export function eventFacts(event: AuditEvent): object {
  return { ...event, time: isoTime(event.time) };
}

/** Events, newest first. */
export function auditListAnswer(events: readonly AuditEvent[]): Answer {
  return {
    data: events.map(eventFacts),
    lines: (page) => (events.length === 0 ? ["No event matches."] : table(AUDIT_COLUMNS, events, page)),
  };
}

/** Columns of the log, most useful first. */
export const AUDIT_COLUMNS: readonly Column<AuditEvent>[] = [
  { title: "no", value: ({ seq }) => String(seq), align: "right", priority: 0 },
  { title: "time", value: ({ time }) => dateTime(time) },
  { title: "user", value: userText, least: 8 },
  { title: "action", value: actionCell },
  { title: "target", value: ({ target }) => target, least: 10, most: 48 },
  { title: "address", value: ({ address }) => address ?? "-", priority: 1 },
  { title: "details", value: detailText, least: 16, priority: 2 },
];

function userText({ actor, onBehalfOf, verified }: AuditEvent): string {
  return `${actor}${onBehalfOf === null ? "" : ` for ${onBehalfOf}`}${verified ? "" : " (unverified)"}`;
}

function actionCell({ action, outcome }: AuditEvent): Cell {
  return outcome === "done" ? action : { text: `${action} ${outcome.toUpperCase()}`, tone: "warn" };
}

function detailText({ details }: AuditEvent): string {
  return Object.entries(details)
    .map(([field, value]) => `${field} ${changeText(field, value)}`)
    .join(", ");
}

/** Whether the log is whole; exit code 1 when it is not. */
export function verdictAnswer(verdict: AuditVerdict): Answer {
  const { ok, events, firstBad, reason, anchoredSeq, journalSeq, anchorReason, clockSteps, textIndexOk } =
    verdict;
  const facts = { ok, events, firstBad, reason, headSeq: verdict.headSeq, anchoredSeq, journalSeq };
  return {
    data: { ...facts, anchorReason, clockSteps, textIndexOk },
    lines: () => [
      ok
        ? [
            { text: "The audit log is whole", tone: "ok" },
            `: ${plural(events, "event")}, anchored up to ${anchoredSeq ?? "none"}.`,
          ]
        : [{ text: brokenText(firstBad), tone: "crit" }, `: ${reason ?? "it cannot be told why"}`],
      ...(ok && anchorReason !== null ? [`  ${anchorReason}`] : []),
      ...(clockSteps > 0 ? [`  The clock went back ${plural(clockSteps, "time")} between two events.`] : []),
      ...(textIndexOk ? [] : ["  The text index lacks some rows: searches for text may miss them."]),
    ],
    exitCode: ok ? 0 : 1,
  };
}

function brokenText(firstBad: number | null): string {
  return firstBad === null ? "The audit log is BROKEN" : `The audit log is BROKEN from event ${firstBad}`;
}
