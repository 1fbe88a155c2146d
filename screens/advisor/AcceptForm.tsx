import type { FieldSpec } from "../../components/Form.tsx";
import type { Finding } from "../../src/advisor/advisor.ts";
import { calendarDate } from "../../src/terminal/format.ts";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { problemOf } from "../forms/problemOf.ts";
import { commandLine } from "../forms/shellWord.ts";
import { parseUntil } from "./until.ts";

type Values = { readonly until: string; readonly reason: string };

/** Takes a risk on until a date, because of a reason. */
export function AcceptForm(props: {
  readonly facts: FrameFacts;
  readonly finding: Finding;
  readonly onEnd: (told?: string) => void;
}) {
  const { facts, finding, onEnd } = props;
  const { castellan, actor } = useCore();
  const accept = async ({ until, reason }: Values): Promise<void> => {
    const acceptance = await castellan.advisor.accept(actor, {
      checkId: finding.id,
      until: parseUntil(until.trim(), castellan.clock.now()),
      reason: reason.trim(),
    });
    onEnd(`${finding.id} is accepted until ${calendarDate(acceptance.until)}`);
  };
  return (
    <FormFrame<Values>
      facts={facts}
      title={`Accept ${finding.id}, ${finding.title}?`}
      lead={[
        finding.summary,
        "The rating stays what it is. The acceptance is audited, and ends by itself on that day.",
      ]}
      fields={fieldsAt(castellan.clock.now())}
      initial={{ until: "30d", reason: "" }}
      submitLabel="Accept"
      command={({ until, reason }) =>
        commandLine(
          ...["advisor", "accept", finding.id, "--until", until.trim() || "30d"],
          ...["--because", reason.trim() || "TEXT"],
        )
      }
      onSubmit={accept}
      onCancel={() => onEnd()}
    />
  );
}

function fieldsAt(now: number): readonly FieldSpec<Values>[] {
  return [
    {
      kind: "text",
      id: "until",
      label: "Until",
      max: 16,
      hint: "30d, 12w, or a date such as 2027-03-01; at most a year",
      check: (typed) => problemOf(() => parseUntil(String(typed).trim(), now)),
    },
    {
      kind: "text",
      id: "reason",
      label: "Because",
      max: 200,
      hint: "for whoever reads this next: what makes it bearable until then",
      check: (typed) => (String(typed).trim() === "" ? "it needs a reason" : undefined),
    },
  ];
}
