import { Dialog } from "../../components/Dialog.tsx";
import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { endText } from "./entries.ts";

const HOUR_MS = 3_600_000;

/** How long the own address is to be allowed. */
const TIMES = [
  { id: "8h", label: "8 hours", ms: 8 * HOUR_MS },
  { id: "7d", label: "7 days", ms: 7 * 24 * HOUR_MS },
  { id: "4w", label: "4 weeks", ms: 28 * 24 * HOUR_MS },
] as const;

/** For how long the own address goes on the allow-list. */
export function AllowMeDialog({ address, close }: { readonly address: string; readonly close: () => void }) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const allow = (id: string): void => {
    const time = TIMES.find((candidate) => candidate.id === id);
    close();
    if (time === undefined) return;
    shell.perform(async () => {
      const input = { cidr: address, forMs: time.ms, note: `${actor.name}, own address` };
      const { cidr } = await castellan.lockouts.allow(actor, input);
      shell.toast("info", `${cidr} is never locked out for ${time.label}`);
    });
  };
  return (
    <Dialog
      title="Allow your own address?"
      body={[`${address} is never locked out for this time, whatever is tried from it.`]}
      choices={TIMES}
      onChoose={allow}
      onCancel={close}
    />
  );
}

/** Asks before an entry is taken off the allow-list. */
export function RemoveDialog({ entry, close }: { readonly entry: AllowEntry; readonly close: () => void }) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { cidr, note } = entry;
  const remove = (): void => {
    close();
    shell.perform(async () => {
      await castellan.lockouts.disallow(actor, cidr);
      shell.toast("info", `${cidr} is off the allow-list`);
    });
  };
  return (
    <Dialog
      title="Take it off the allow-list?"
      tone="danger"
      body={[
        `${cidr} (${endText(entry, castellan.clock.now())}) can be locked out again like any other.`,
        ...(note === "" ? [] : [`Its note: ${note}`]),
      ]}
      choices={[{ id: "remove", label: "Take off" }]}
      onChoose={remove}
      onCancel={close}
    />
  );
}
