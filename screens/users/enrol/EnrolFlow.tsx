import { Frame, type FrameFacts } from "../../app/Frame.tsx";
import { BackupCodes } from "./BackupCodes.tsx";
import { CodeStep } from "./CodeStep.tsx";
import { ScanView } from "./ScanView.tsx";
import { useEnrolment } from "./useEnrolment.ts";

const CODE_HINTS = [
  { keys: ["enter"], title: "confirm" },
  { keys: ["esc"], title: "back to the QR code" },
];

/** QR code → live code → backup codes → done. It has the whole terminal, and keeps its secret to itself. */
export function EnrolFlow(props: {
  readonly facts: FrameFacts;
  readonly name: string;
  /** `told` says what came of it. */
  readonly onEnd: (told?: string) => void;
}) {
  const { facts, name, onEnd } = props;
  const flow = useEnrolment(name, onEnd);
  const { stage } = flow;
  if (stage.kind === "codes") {
    return (
      <BackupCodes
        facts={facts}
        name={name}
        codes={stage.codes}
        enrolling
        onSaved={() => onEnd(`the second factor of ${name} is on`)}
      />
    );
  }
  if (stage.kind === "code") {
    return (
      <Frame facts={facts} typing typingHints={CODE_HINTS} bare>
        <CodeStep name={name} {...flow.code} onSubmit={flow.confirm} onBack={flow.back} />
      </Frame>
    );
  }
  return (
    <ScanView
      facts={facts}
      name={name}
      stage={stage}
      refusal={flow.code.refusal}
      onScanned={flow.toCode}
      onAgain={flow.begin}
      onEnd={onEnd}
      onCancel={flow.cancel}
    />
  );
}
