import { useBody } from "../../components/Screen.tsx";
import type { Content } from "../../src/terminal/line.ts";
import { wrap } from "../../src/terminal/text.ts";
import { bind } from "../app/action.ts";
import { Frame, type FrameFacts } from "../app/Frame.tsx";
import { Centred } from "../forms/Centred.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { firstRunActions } from "./actions.ts";

/** After the account: the second factor at once, while the phone is at hand. */
export function OfferFactor(props: {
  readonly facts: FrameFacts;
  readonly name: string;
  readonly onEnrol: () => void;
  readonly onLater: () => void;
}) {
  const { name } = props;
  const actions = [
    bind(firstRunActions.enrol, props.onEnrol, { command: commandLine("2fa", "enrol", name) }),
    bind(firstRunActions.later, props.onLater),
  ];
  return (
    <Frame facts={props.facts} actions={actions} bare>
      <OfferBody name={name} />
    </Frame>
  );
}

function OfferBody({ name }: { readonly name: string }) {
  const { width } = useBody();
  const room = Math.max(1, Math.min(width - 4, 64));
  const lines: Content[] = [
    { text: `+ ${name} is made.`, tone: "ok" },
    "",
    { text: "Now the second factor", tone: "heading" },
    "",
    ...wrap(
      "A QR code appears here; scan it with the authenticator on your phone and type the six digits.",
      room,
    ),
    ...wrap("From then on a stolen password alone opens nothing.", room),
    "",
    [{ text: "Enter", bold: true }, " enrols now       ", { text: "Esc", bold: true }, " later"],
  ];
  return <Centred lines={lines} />;
}
