import { useBody } from "../../../components/Screen.tsx";
import { useTerminal } from "../../../components/Terminal.tsx";
import { useTextField } from "../../../components/TextField.tsx";
import { startTextField } from "../../../components/textField.ts";
import type { CastellanError } from "../../../src/errors.ts";
import type { Content } from "../../../src/terminal/line.ts";
import { wrap } from "../../../src/terminal/text.ts";
import { Centred } from "../../forms/Centred.tsx";
import { boxRows, CODE_DIGITS, digitsOf } from "./codeBoxes.ts";
import { stepRuns } from "./steps.ts";

/** The six digits that the device shows now. They may be typed, or pasted with blanks in them. */
export function CodeStep(props: {
  readonly name: string;
  readonly working: boolean;
  readonly refusal: CastellanError | undefined;
  /** Local time of the server when the last code was refused: to compare with the device. */
  readonly refusedAt: string | undefined;
  readonly onSubmit: (code: string) => void;
  readonly onBack: () => void;
}) {
  const { width } = useBody();
  const { glyphs } = useTerminal();
  const { name, working, refusal } = props;
  const [state, setState] = useTextField({
    active: !working,
    max: 32,
    onChange: (value) => setState(startTextField(digitsOf(value))),
    onSubmit: (value) => {
      if (digitsOf(value).length < CODE_DIGITS) return;
      setState(startTextField());
      props.onSubmit(digitsOf(value));
    },
    onCancel: props.onBack,
  });
  const digits = digitsOf(state.value);
  const room = Math.max(1, Math.min(width - 4, 68));
  const lines: Content[] = [
    stepRuns(2),
    "",
    { text: `The six digits for ${name}`, tone: "heading" },
    "",
    ...boxRows(digits, glyphs, !working),
    "",
    ...(working
      ? [{ text: "Checking …", tone: "muted" as const }]
      : told(refusal, props.refusedAt, digits, room)),
  ];
  return <Centred lines={lines} />;
}

function told(
  refusal: CastellanError | undefined,
  refusedAt: string | undefined,
  digits: string,
  room: number,
): Content[] {
  if (refusal === undefined || digits !== "") {
    const next = digits.length === CODE_DIGITS ? "Enter confirms" : "as the authenticator shows them now";
    return [{ text: next, tone: "muted" }];
  }
  return [
    ...wrap(`! ${refusal.message}`, room).map((text) => ({ text, tone: "crit" as const })),
    ...wrap(refusal.hint, room),
    ...(refusedAt === undefined
      ? []
      : [{ text: `this server's clock said ${refusedAt}`, tone: "muted" as const }]),
  ];
}
