import { useState } from "react";
import type { FrameFacts } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { EnrolFlow } from "../users/enrol/EnrolFlow.tsx";
import { OfferFactor } from "./OfferFactor.tsx";
import { RootForm } from "./RootForm.tsx";

type Stage =
  | { readonly kind: "account" }
  | { readonly kind: "offer"; readonly name: string }
  | { readonly kind: "enrol"; readonly name: string };

/** The first start: the first root account, its second factor, and then the overview. All of it can be skipped. */
export function FirstRunScreen({
  facts,
  onDone,
}: {
  readonly facts: FrameFacts;
  readonly onDone: () => void;
}) {
  const shell = useShell();
  const [stage, setStage] = useState<Stage>({ kind: "account" });
  const end = (told?: string): void => {
    onDone();
    if (told !== undefined) shell.toast("info", told);
  };
  if (stage.kind === "account") {
    return (
      <RootForm
        facts={facts}
        onMade={(name) => setStage({ kind: "offer", name })}
        onSkip={() => end("no account yet: press 3 and n, or castellan user add NAME --role root")}
      />
    );
  }
  const { name } = stage;
  if (stage.kind === "offer") {
    return (
      <OfferFactor
        facts={facts}
        name={name}
        onEnrol={() => setStage({ kind: "enrol", name })}
        onLater={() => end(`welcome, ${name}`)}
      />
    );
  }
  return <EnrolFlow facts={facts} name={name} onEnd={(told) => end(told)} />;
}
