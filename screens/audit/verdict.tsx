import { Dialog } from "../../components/Dialog.tsx";
import type { AuditVerdict } from "../../src/audit/verify.ts";
import { count, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";

/** What a check of the whole log found; where only the anchors disagree, the way to accept that. */
export function VerdictDialog(props: {
  readonly verdict: AuditVerdict;
  readonly close: () => void;
  readonly onAccept: (() => void) | undefined;
}) {
  const { verdict, close, onAccept } = props;
  return (
    <Dialog
      title={verdict.ok ? "The audit log is whole" : "The audit log is not what castellan wrote"}
      body={[...(verdict.ok ? wholeLines(verdict) : brokenLines(verdict)), ...remarks(verdict)]}
      tone={verdict.ok ? "normal" : "danger"}
      choices={onAccept === undefined ? [] : [{ id: "accept", label: "Accept it …" }]}
      cancelLabel="Close"
      onCancel={close}
      onChoose={() => {
        close();
        onAccept?.();
      }}
    />
  );
}

function wholeLines({ events, anchoredSeq, headSeq }: AuditVerdict): Content[] {
  return [
    [{ text: "+ OK ", tone: "ok" }, `${count(events)} rows, each hash right, none missing.`],
    `The head outside the database stands at row ${anchoredSeq ?? "none"} of ${headSeq}.`,
  ];
}

function brokenLines({ firstBad, reason, acceptable }: AuditVerdict): Content[] {
  return [
    [{ text: "!! BROKEN ", tone: "crit" }, firstBad === null ? "" : `first bad row: ${firstBad}`],
    sentence(reason ?? "the chain does not hold"),
    "",
    acceptable
      ? "The rows that are there are whole. A restored backup or a lost anchor looks like this; so does somebody who put an older database back. Who knows why may accept it."
      : "Rows before it can be trusted. Keep a copy of the state folder before you change anything; changed rows can never be accepted.",
  ];
}

/** What is worth knowing, and no reason to doubt the log. */
function remarks({ ok, anchorReason, clockSteps, textIndexOk }: AuditVerdict): Content[] {
  return [
    ...(ok && anchorReason !== null ? [sentence(anchorReason)] : []),
    ...(clockSteps > 0 ? [`The clock went back ${plural(clockSteps, "time")} between two rows.`] : []),
    ...(textIndexOk ? [] : ["The text index lacks some rows: searches for text may miss them."]),
  ];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
