import { Dialog } from "../../components/Dialog.tsx";
import { codeOf } from "../../src/errors.ts";
import { parseTarget } from "../../src/lockout/addresses.ts";
import { parseDuration } from "../../src/terminal/format.ts";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { problemOf } from "../forms/problemOf.ts";
import { commandLine } from "../forms/shellWord.ts";

type Values = {
  readonly cidr: string;
  readonly note: string;
  readonly end: string;
};

/** Typed before a large part of the internet is let in; `castellan allow add --confirm` takes the same word. */
const WIDE_WORD = "everything";

/** Puts an address or a network on the allow-list, with a note and an end. */
export function AllowForm(props: { readonly facts: FrameFacts; readonly onEnd: (told?: string) => void }) {
  return (
    <FormFrame<Values>
      facts={props.facts}
      title="Allow an address or a network"
      lead={["It is never locked out, whatever it tries; lockouts inside it are lifted now."]}
      fields={FIELDS}
      initial={{ cidr: "", note: "", end: "7d" }}
      submitLabel="Allow"
      command={commandOf}
      onSubmit={useAllow(props.onEnd)}
      onCancel={() => props.onEnd()}
    />
  );
}

function commandOf({ cidr, note, end }: Values): string {
  return commandLine(
    ...["allow", "add", cidr.trim() || "ADDRESS"],
    ...(end.trim() === "" ? [] : ["--for", end.trim()]),
    ...(note.trim() === "" ? [] : ["--note", note.trim()]),
  );
}

/** Allows it; a large part of the internet only once a word was typed. */
function useAllow(onEnd: (told: string) => void): (values: Values) => Promise<void> {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const allow = async (values: Values, confirmed: boolean): Promise<void> => {
    const [cidr, note, end] = [values.cidr.trim(), values.note.trim(), values.end.trim()];
    const forMs = end === "" ? null : parseDuration(end);
    const entry = await castellan.lockouts.allow(actor, { cidr, note, forMs, confirmed });
    onEnd(`${entry.cidr} is never locked out${end === "" ? "" : ` for ${end}`}`);
  };
  return async (values) => {
    try {
      await allow(values, false);
    } catch (error) {
      if (codeOf(error) !== "confirmation_needed") throw error;
      const onAllow = (): void => shell.perform(() => allow(values, true));
      shell.openDialog((close) => <WideDialog cidr={values.cidr.trim()} close={close} onAllow={onAllow} />);
    }
  };
}

const FIELDS = [
  {
    kind: "text",
    id: "cidr",
    label: "Address",
    max: 64,
    hint: "203.0.113.9, 203.0.113.0/24, 2001:db8::1 or 2001:db8::/64",
    check: (typed: string | boolean) => problemOf(() => parseTarget(String(typed).trim(), { bareIpv6: 128 })),
  },
  { kind: "text", id: "note", label: "Note", max: 200, hint: "whose it is, and why" },
  {
    kind: "text",
    id: "end",
    label: "Ends in",
    max: 12,
    hint: "30m, 8h, 7d, 4w; empty: for good",
    check: (typed: string | boolean) =>
      problemOf(() => String(typed).trim() === "" || parseDuration(String(typed).trim())),
  },
] as const;

function WideDialog(props: {
  readonly cidr: string;
  readonly close: () => void;
  readonly onAllow: () => void;
}) {
  const { cidr, close, onAllow } = props;
  return (
    <Dialog
      title="Allow a large part of the internet?"
      tone="danger"
      body={[`Nobody in ${cidr} is locked out any more, whatever is tried from there.`]}
      choices={[{ id: "allow", label: "Allow" }]}
      confirmWord={WIDE_WORD}
      onChoose={() => {
        close();
        onAllow();
      }}
      onCancel={close}
    />
  );
}
