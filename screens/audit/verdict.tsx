import { Dialog } from "../../components/Dialog.tsx";
import type { AuditVerdict } from "../../src/audit/verify.ts";
import { count } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";

/** What a check of the chain found. */
export function VerdictDialog({
  verdict,
  onClose,
}: {
  readonly verdict: AuditVerdict;
  readonly onClose: () => void;
}) {
  const title = verdict.ok ? "The audit log is whole" : "The audit log was tampered with";
  return (
    <Dialog
      title={title}
      body={bodyOf(verdict)}
      tone={verdict.ok ? "normal" : "danger"}
      choices={[]}
      cancelLabel="Close"
      onChoose={onClose}
      onCancel={onClose}
    />
  );
}

function bodyOf(verdict: AuditVerdict): Content[] {
  if (verdict.ok) {
    return [
      [{ text: "+ OK ", tone: "ok" }, `${count(verdict.events)} rows, each hash right, none missing.`],
      `The head outside the database stands at row ${verdict.anchoredSeq ?? "none"} of ${verdict.headSeq}.`,
    ];
  }
  return [
    [{ text: "!! BROKEN ", tone: "crit" }, `first bad row: ${verdict.firstBad ?? "?"}`],
    verdict.reason ?? "the chain does not hold",
    "Rows before it can be trusted. Keep a copy of the state folder before you change anything.",
  ];
}
