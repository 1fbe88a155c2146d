import { Dialog } from "../../components/Dialog.tsx";
import { CastellanError } from "../../src/errors.ts";
import { type Action, bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import { liveActions } from "./actions.ts";
import { releaseText } from "./release.ts";

const MINUTE_MS = 60_000;

/** How long a ban or an allow entry is to last. */
const TIMES = [
  { id: "15m", label: "15 min", ms: 15 * MINUTE_MS },
  { id: "2h", label: "2 hours", ms: 120 * MINUTE_MS },
  { id: "1d", label: "1 day", ms: 1_440 * MINUTE_MS },
] as const;

/** Ban, unlock, allow and copy for the address under the cursor. */
export function useAddressActions(target: string | null): Action[] {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const none = target === null && "no address is selected";
  const name = target ?? "";

  function ask(
    title: string,
    body: readonly string[],
    danger: boolean,
    run: (ms: number, id: string) => Promise<void>,
  ): void {
    shell.openDialog((close) => (
      <Dialog
        title={title}
        body={body}
        tone={danger ? "danger" : "normal"}
        choices={TIMES}
        onCancel={close}
        onChoose={(id) => {
          close();
          const time = TIMES.find((candidate) => candidate.id === id);
          if (time !== undefined) shell.perform(() => run(time.ms, id));
        }}
      />
    ));
  }

  async function ban(): Promise<void> {
    const why = await castellan.lockouts.protection(name.replace(/\/\d+$/, ""));
    if (why !== null) {
      throw new CastellanError(
        "protected_address",
        `${name} is never locked: ${why}`,
        "remove it from the allow-list first, if it is there",
      );
    }
    const body = [
      `No packet of ${name} is let in any more, from its open connections neither.`,
      "It can be undone with u at any time.",
    ];
    ask(`Lock ${name} out?`, body, true, async (forMs, id) => {
      const lockout = await castellan.lockouts.lock(actor, {
        target: name,
        forMs,
        because: "locked on the live view",
      });
      const enforced =
        lockout.enforced === false
          ? "recorded, but not enforced: castellan does not run as root"
          : `for ${id}`;
      shell.toast(lockout.enforced === false ? "warn" : "info", `${lockout.target} locked ${enforced}`);
    });
  }

  async function unlock(): Promise<void> {
    const { freed, said } = releaseText(name, await castellan.lockouts.release(actor, name));
    shell.toast(freed ? "info" : "warn", said);
  }

  function allow(): void {
    const body = [`${name} is not locked for this time, whatever it tries; locks that are on it are lifted.`];
    ask(`Allow ${name}?`, body, false, async (forMs, id) => {
      const entry = await castellan.lockouts.allow(actor, {
        cidr: name,
        forMs,
        note: "allowed on the live view",
      });
      shell.toast("info", `${entry.cidr} is never locked for ${id}`);
    });
  }

  return [
    bind(liveActions.ban, ban, { disabled: none, command: `castellan lock ${name} --for 15m` }),
    bind(liveActions.unlock, unlock, { disabled: none, command: `castellan unlock ${name}` }),
    bind(liveActions.allow, allow, { disabled: none, command: `castellan allow add ${name} --for 2h` }),
    bind(liveActions.copy, () => shell.copy(name, "the address"), { disabled: none }),
  ];
}
