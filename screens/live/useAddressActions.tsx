import { Dialog } from "../../components/Dialog.tsx";
import { CastellanError } from "../../src/errors.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { liveActions } from "./actions.ts";
import { releaseText } from "./release.ts";
import type { Subject } from "./subject.ts";

const MINUTE_MS = 60_000;

/** How long a ban or an allow entry is to last. */
const TIMES = [
  { id: "15m", label: "15 min", ms: 15 * MINUTE_MS },
  { id: "2h", label: "2 hours", ms: 120 * MINUTE_MS },
  { id: "1d", label: "1 day", ms: 1_440 * MINUTE_MS },
] as const;

type Time = (typeof TIMES)[number];

/** Ban, unlock, allow and copy for what the cursor stands on; an account can only be unlocked and copied. */
export function useAddressActions(subject: Subject | null): Action[] {
  const shell = useShell();
  const name = subject?.name ?? "ADDRESS";
  const [ban, unlock, allow] = [useBan(name), useUnlock(name), useAllow(name)];
  const none = subject === null && "no address is selected";
  const noAddress = none || (subject?.kind === "account" && "an account has no address of its own");
  return [
    bind(liveActions.ban, ban, {
      disabled: noAddress,
      command: commandLine("lock", name, "--for", "15m"),
    }),
    bind(liveActions.unlock, unlock, { disabled: none, command: commandLine("unlock", name) }),
    bind(liveActions.allow, allow, {
      disabled: noAddress,
      command: commandLine("allow", "add", name, "--for", "2h"),
    }),
    bind(liveActions.copy, () => shell.copy(name, `the ${subject?.kind ?? "address"}`), { disabled: none }),
  ];
}

function useBan(name: string): () => Promise<void> {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const lock = async ({ ms, label }: Time): Promise<void> => {
    const input = { target: name, forMs: ms, because: "locked on the live view" };
    const { target, enforced } = await castellan.lockouts.lock(actor, input);
    if (enforced !== false) return shell.toast("info", `${target} is locked for ${label}`);
    shell.toast("warn", `${target} is recorded as locked, but not enforced: castellan does not run as root`);
  };
  return async () => {
    refuseProtected(name, await castellan.lockouts.protection(name.replace(/\/\d+$/, "")));
    const effect = `No packet of ${name} is let in any more, from its open connections neither.`;
    shell.openDialog((close) => (
      <TimeDialog
        title={`Lock ${name} out?`}
        body={[effect, "It can be undone with u at any time."]}
        danger
        close={close}
        onChoose={(time) => shell.perform(() => lock(time))}
      />
    ));
  };
}

function refuseProtected(name: string, why: string | null): void {
  if (why === null) return;
  throw new CastellanError(
    "protected_address",
    `${name} is never locked: ${why}`,
    "remove it from the allow-list first, if it is there",
  );
}

function useUnlock(name: string): () => Promise<void> {
  const { castellan, actor } = useCore();
  const shell = useShell();
  return async () => {
    const { freed, said } = releaseText(name, await castellan.lockouts.release(actor, name));
    shell.toast(freed ? "info" : "warn", said);
  };
}

function useAllow(name: string): () => void {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const add = async ({ ms, label }: Time): Promise<void> => {
    const input = { cidr: name, forMs: ms, note: "allowed on the live view" };
    const { cidr } = await castellan.lockouts.allow(actor, input);
    shell.toast("info", `${cidr} is never locked for ${label}`);
  };
  return () =>
    shell.openDialog((close) => (
      <TimeDialog
        title={`Allow ${name}?`}
        body={[`${name} is not locked for this time, whatever it tries; locks that are on it are lifted.`]}
        close={close}
        onChoose={(time) => shell.perform(() => add(time))}
      />
    ));
}

/** Asks for how long. */
function TimeDialog(props: {
  readonly title: string;
  readonly body: readonly string[];
  readonly danger?: boolean;
  readonly close: () => void;
  readonly onChoose: (time: Time) => void;
}) {
  const { title, body, danger = false, close, onChoose } = props;
  const choose = (id: string): void => {
    close();
    const time = TIMES.find((candidate) => candidate.id === id);
    if (time !== undefined) onChoose(time);
  };
  return (
    <Dialog
      title={title}
      body={body}
      tone={danger ? "danger" : "normal"}
      choices={TIMES}
      onCancel={close}
      onChoose={choose}
    />
  );
}
