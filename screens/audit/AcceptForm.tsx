import { useState } from "react";
import { Dialog } from "../../components/Dialog.tsx";
import type { FieldSpec } from "../../components/Form.tsx";
import { CastellanError } from "../../src/errors.ts";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useQuery } from "../app/useQuery.ts";
import { FormFrame } from "../forms/FormFrame.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { useAccept } from "./useVerify.tsx";

type Values = { readonly reason: string };

const FIELDS: readonly FieldSpec<Values>[] = [
  {
    kind: "text",
    id: "reason",
    label: "Because",
    max: 200,
    hint: "what happened, such as: restored the backup of Monday",
    check: (typed) => (String(typed).trim() === "" ? "it needs a reason" : undefined),
  },
];

/** Takes the log as it is, after a restored backup or a lost anchor, because of a reason. */
export function AcceptForm({ facts, onEnd }: { readonly facts: FrameFacts; readonly onEnd: () => void }) {
  const { castellan } = useCore();
  const { data: anchors } = useQuery("anchors", () => castellan.audit.check());
  const found = anchors?.ok === false ? anchors.reason : null;
  const { refusal, ask } = useAsk(found, onEnd);
  return (
    <FormFrame<Values>
      facts={facts}
      title="Accept the audit log as it is?"
      lead={[
        ...(found === null ? [] : [`Found: ${found}.`]),
        "Only if you know why. Rows that are gone stay gone, and nobody can tell any more what stood in them. A row of the log says that you accepted it, why, and what was found; the old anchor is kept beside the new one.",
      ]}
      fields={FIELDS}
      initial={{ reason: "" }}
      submitLabel="Accept"
      command={({ reason }) => commandLine("audit", "accept", "--because", reason.trim() || "TEXT")}
      refusal={refusal}
      onSubmit={({ reason }) => ask(reason.trim())}
      onCancel={onEnd}
    />
  );
}

/** Asks once more, accepts, and keeps for the form what the core refuses. */
function useAsk(found: string | null, onEnd: () => void) {
  const shell = useShell();
  const accept = useAccept();
  const [refusal, setRefusal] = useState<CastellanError>();
  const carryOut = async (because: string): Promise<void> => {
    try {
      await accept(because);
      onEnd();
    } catch (error) {
      if (!(error instanceof CastellanError)) throw error;
      setRefusal(error);
    }
  };
  const ask = (because: string): void => {
    setRefusal(undefined);
    shell.openDialog((close) => (
      <SureDialog
        found={found}
        because={because}
        close={close}
        onAccept={() => shell.perform(() => carryOut(because))}
      />
    ));
  };
  return { refusal, ask };
}

function SureDialog(props: {
  readonly found: string | null;
  readonly because: string;
  readonly close: () => void;
  readonly onAccept: () => void;
}) {
  const { found, because, close, onAccept } = props;
  return (
    <Dialog
      title="Accept the gap for good?"
      tone="danger"
      body={[
        ...(found === null ? [] : [`Found: ${found}.`]),
        `Because: ${because}`,
        "",
        "From then on the log counts as whole without the rows that are missing. This cannot be undone.",
      ]}
      choices={[{ id: "accept", label: "Accept" }]}
      onCancel={close}
      onChoose={() => {
        close();
        onAccept();
      }}
    />
  );
}
