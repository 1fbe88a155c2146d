import { Dialog } from "../../../components/Dialog.tsx";
import { type Notice, Placeholder } from "../../../components/Placeholder.tsx";
import { useBody } from "../../../components/Screen.tsx";
import type { CastellanError } from "../../../src/errors.ts";
import { type Action, bind } from "../../app/action.ts";
import { Frame, type FrameFacts } from "../../app/Frame.tsx";
import { useShell } from "../../app/shell.tsx";
import { useNow } from "../../app/useQuery.ts";
import { commandLine } from "../../forms/shellWord.ts";
import { enrolActions } from "./actions.ts";
import { QrStep } from "./QrStep.tsx";
import type { EnrolStage } from "./useEnrolment.ts";

const TICK_MS = 15_000;

/** What a {@link ScanView} takes. */
interface ScanViewProps {
  readonly facts: FrameFacts;
  readonly name: string;
  readonly stage: Extract<EnrolStage, { readonly kind: "making" | "scan" | "expired" }>;
  /** Why the secret is void, when the core has said so. */
  readonly refusal: CastellanError | undefined;
  readonly onScanned: () => void;
  readonly onAgain: () => void;
  readonly onEnd: (told?: string) => void;
  /** Gives the enrolment up, with its secret. */
  readonly onCancel: () => void;
}

/** The QR code, or why there is none (yet, or any more). */
export function ScanView(props: ScanViewProps) {
  const { facts, stage, refusal } = props;
  const now = useNow(TICK_MS);
  const expired = stage.kind === "expired" || (stage.kind === "scan" && stage.enrolment.expiresAt <= now);
  const actions = useScanActions(props, expired);
  return (
    <Frame facts={facts} actions={actions} bare>
      {stage.kind === "scan" && !expired ? (
        <QrStep enrolment={stage.enrolment} now={now} />
      ) : (
        <Told notice={stage.kind === "making" ? MAKING : voidNotice(refusal)} />
      )}
    </Frame>
  );
}

const MAKING: Notice = { kind: "loading", title: "Making a secret …" };

function voidNotice(refusal: CastellanError | undefined): Notice {
  const title = `${refusal?.message ?? "This enrolment has expired"}; nothing has changed.`;
  return { kind: "denied", title, hint: "n makes a new QR code, Esc leaves" };
}

function Told({ notice }: { readonly notice: Notice }) {
  return <Placeholder notice={notice} {...useBody()} />;
}

function useScanActions({ name, stage, ...props }: ScanViewProps, expired: boolean): Action[] {
  const shell = useShell();
  const waiting = stage.kind === "making" && "the secret is being made";
  const disabled = waiting || (expired && "it has expired");
  const copy = (part: "secret" | "uri", what: string) => (): void => {
    if (stage.kind === "scan") shell.copy(stage.enrolment[part], what);
  };
  const leave = (): void => {
    if (expired) props.onEnd();
    else shell.openDialog((close) => <LeaveDialog name={name} close={close} onLeave={props.onCancel} />);
  };
  return [
    bind(enrolActions.scanned, props.onScanned, { disabled, command: commandLine("2fa", "enrol", name) }),
    bind(enrolActions.copyKey, copy("secret", "the key"), { disabled }),
    bind(enrolActions.copyLink, copy("uri", "the otpauth link"), { disabled }),
    bind(enrolActions.again, props.onAgain, { disabled: waiting || (!expired && "this one is still valid") }),
    bind(enrolActions.leave, leave),
  ];
}

function LeaveDialog(props: {
  readonly name: string;
  readonly close: () => void;
  readonly onLeave: () => void;
}) {
  const { name, close, onLeave } = props;
  return (
    <Dialog
      title="Throw this enrolment away?"
      body={[
        `The second factor of ${name} stays as it was. This secret is void at once; a new enrolment makes a new one.`,
      ]}
      choices={[{ id: "leave", label: "Throw away" }]}
      cancelLabel="Go on"
      onChoose={() => {
        close();
        onLeave();
      }}
      onCancel={close}
    />
  );
}
