import { wrap } from "../../src/terminal/text.ts";
import type { FrameFacts } from "../app/Frame.tsx";
import { OnceView } from "./enrol/OnceView.tsx";

/** A random password, shown this once. */
export function RandomPassword(props: {
  readonly facts: FrameFacts;
  readonly name: string;
  readonly password: string;
  readonly onSaved: () => void;
}) {
  const { facts, name, password, onSaved } = props;
  return (
    <OnceView
      facts={facts}
      what="password"
      saved="I have saved it"
      lines={(width) => [
        { text: `New password of ${name}`, tone: "heading" },
        "",
        { text: password, bold: true },
        "",
        ...wrap("The old one and all sessions ended now. It must be changed at the next sign-in.", width),
        { text: "It is shown this once.", tone: "warn" },
      ]}
      copy={password}
      otherwise="Another reset makes another one."
      onSaved={onSaved}
    />
  );
}
