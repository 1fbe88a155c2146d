import { Dialog } from "../../../components/Dialog.tsx";
import { Placeholder } from "../../../components/Placeholder.tsx";
import { useBody } from "../../../components/Screen.tsx";
import { type Action, bind } from "../../app/action.ts";
import { Frame, type FrameFacts } from "../../app/Frame.tsx";
import { useShell } from "../../app/shell.tsx";
import { useNow } from "../../app/useQuery.ts";
import { commandLine } from "../../forms/shellWord.ts";
import { enrolActions } from "./actions.ts";
import { BackupCodes } from "./BackupCodes.tsx";
import { CodeStep } from "./CodeStep.tsx";
import { QrStep } from "./QrStep.tsx";
import { useEnrolment } from "./useEnrolment.ts";

const TICK_MS = 15_000;

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
  const shell = useShell();
  const now = useNow(TICK_MS);
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
  const enrolment = stage.kind === "scan" ? stage.enrolment : undefined;
  const expired = enrolment !== undefined && enrolment.expiresAt <= now;
  const waiting = enrolment === undefined && "the secret is being made";
  const command = commandLine("2fa", "enrol", name);
  const leave = (): void => {
    if (expired) onEnd();
    else shell.openDialog((close) => <LeaveDialog name={name} close={close} onLeave={onEnd} />);
  };
  const actions: Action[] = [
    bind(enrolActions.scanned, flow.toCode, { disabled: waiting || (expired && "it has expired"), command }),
    bind(enrolActions.copyKey, () => enrolment && shell.copy(enrolment.secret, "the key"), {
      disabled: waiting,
    }),
    bind(enrolActions.copyLink, () => enrolment && shell.copy(enrolment.uri, "the otpauth link"), {
      disabled: waiting,
    }),
    bind(enrolActions.again, flow.begin, { disabled: waiting || (!expired && "this one is still valid") }),
    bind(enrolActions.leave, leave),
  ];
  return (
    <Frame facts={facts} actions={actions} bare>
      {enrolment === undefined ? <Making /> : <QrStep enrolment={enrolment} now={now} />}
    </Frame>
  );
}

function Making() {
  const { width, height } = useBody();
  return (
    <Placeholder notice={{ kind: "loading", title: "Making a secret …" }} width={width} height={height} />
  );
}

function LeaveDialog(props: {
  readonly name: string;
  readonly close: () => void;
  readonly onLeave: (told: string) => void;
}) {
  const { name, close, onLeave } = props;
  return (
    <Dialog
      title="Throw this enrolment away?"
      body={[
        `The second factor of ${name} stays as it was. This secret becomes void by itself within 10 minutes; a new enrolment makes a new one.`,
      ]}
      choices={[{ id: "leave", label: "Throw away" }]}
      cancelLabel="Go on"
      onChoose={() => {
        close();
        onLeave(`nothing has changed for ${name}`);
      }}
      onCancel={close}
    />
  );
}
