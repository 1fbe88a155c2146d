import { type LineSpec, Lines } from "../../components/Lines.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import type { AuditEvent } from "../../src/audit/event.ts";
import { changeText } from "../../src/terminal/changeText.ts";
import { dateTime } from "../../src/terminal/format.ts";

/** One row of the audit log with everything that it holds. */
export function RowView({ event, body }: { readonly event: AuditEvent; readonly body: BodySize }) {
  return <Lines entries={linesOf(event)} {...body} />;
}

function linesOf(event: AuditEvent): LineSpec[] {
  const proof = event.verified ? "proven by kernel and sshd" : "unverified: taken from the environment";
  return [
    { label: `Event ${event.seq}` },
    { label: "Time", value: `${dateTime(event.time)} local, ${new Date(event.time).toISOString()}` },
    { label: "User", value: `${event.actor} (${proof})` },
    ...(event.onBehalfOf === null ? [] : [{ label: "On behalf of", value: event.onBehalfOf }]),
    { label: "Address", value: event.address ?? "console or castellan itself" },
    { label: "Way in", value: event.via },
    { label: "Action", value: event.action },
    { label: "On", value: event.target },
    { label: "Outcome", value: event.outcome },
    { label: "" },
    { label: "Details" },
    ...Object.entries(event.details).map(([key, value]) => ({
      label: ` ${key}`,
      value: changeText(key, value),
    })),
    { label: "" },
    { label: "Hash", value: event.hash },
  ];
}
