import { Dialog } from "../../components/Dialog.tsx";
import { dateTime, plural } from "../../src/terminal/format.ts";
import { useCore } from "../app/core.tsx";
import { useShell } from "../app/shell.tsx";
import type { UserRow } from "./rows.ts";
import type { Task } from "./task.ts";

interface DialogProps {
  readonly row: UserRow;
  readonly close: () => void;
}

interface ChoiceProps extends DialogProps {
  readonly setTask: (task: Task | null) => void;
}

/** Asks before an account is shut out. */
export function SuspendDialog({ row, close }: DialogProps) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { name, role } = row.account;
  const suspend = (): void => {
    close();
    shell.perform(async () => {
      await castellan.accounts.suspend(actor, name);
      shell.toast("info", `${name} is suspended`);
    });
  };
  return (
    <Dialog
      title={`Suspend ${name}?`}
      tone="danger"
      body={[
        `${name} (${role}) can no longer sign in, and its sessions end now.`,
        row.children.length > 0 ? `The accounts below it stay: ${row.children.join(", ")}.` : "",
        "x again lets it in.",
      ].filter(Boolean)}
      choices={[{ id: "suspend", label: "Suspend" }]}
      onChoose={suspend}
      onCancel={close}
    />
  );
}

/** Asks before an account goes; one with power wants its name typed. */
export function DeleteDialog({ row, close, onGone }: DialogProps & { readonly onGone: () => void }) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { name, role, email } = row.account;
  const powerful = role === "root" || role === "admin";
  const remove = (): void => {
    close();
    shell.perform(async () => {
      await castellan.accounts.delete(actor, name);
      onGone();
      shell.toast("info", `${name} is deleted`);
    });
  };
  return (
    <Dialog
      title={`Delete ${name}?`}
      tone="danger"
      body={[
        `${name} (${role}${email === null ? "" : `, ${email}`}) goes with password, second factor and backup codes.`,
        "Its audit rows stay. This cannot be undone.",
      ]}
      choices={[{ id: "delete", label: "Delete" }]}
      {...(powerful ? { confirmWord: name } : {})}
      onChoose={remove}
      onCancel={close}
    />
  );
}

/** Which way to a new password. */
export function PasswordDialog({ row, close, setTask }: ChoiceProps) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { name, hasPassword, passwordChangedAt } = row.account;
  const reset = async (): Promise<void> => {
    const { password } = await castellan.accounts.resetPassword(actor, name);
    setTask({ kind: "shown", name, password });
  };
  const since = passwordChangedAt === null ? "" : ` It was set on ${dateTime(passwordChangedAt)}.`;
  return (
    <Dialog
      title={`Password of ${name}`}
      body={[
        hasPassword
          ? `There is a password.${since}`
          : "There is no password yet: nobody can sign in with it.",
        "",
        "Set: you choose it. Reset: castellan makes a random one and shows it once.",
        "Either way the sessions of this account end now.",
      ]}
      choices={[
        { id: "set", label: "Set" },
        { id: "reset", label: "Reset" },
      ]}
      onChoose={(id) => {
        close();
        if (id === "set") setTask({ kind: "password", row });
        else shell.perform(reset);
      }}
      onCancel={close}
    />
  );
}

/** What to do with a second factor that is on. */
export function FactorDialog({ row, close, setTask }: ChoiceProps) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { name } = row.account;
  const renew = async (): Promise<void> => {
    const { backupCodes } = await castellan.twoFactor.renewBackupCodes(actor, name);
    setTask({ kind: "codes", name, codes: backupCodes });
  };
  const go: Readonly<Record<string, () => void>> = {
    codes: () => shell.perform(renew),
    device: () => setTask({ kind: "enrol", name }),
    disable: () => setTask({ kind: "disable", row }),
    reset: () => shell.openDialog((done) => <ResetDialog row={row} close={done} />),
  };
  return (
    <Dialog
      title={`Second factor of ${name}`}
      body={[
        `It is on, with ${plural(row.factor.backupCodesLeft, "backup code")} left.`,
        "",
        "New codes: ten new backup codes, the old ones are void.",
        "New device: a new QR code; the old device works until the new one is proven.",
        "Off: with the account's password and a current code.",
        "Reset: without proof, for a device that is lost.",
      ]}
      choices={[
        { id: "codes", label: "New codes" },
        { id: "device", label: "New device" },
        { id: "disable", label: "Off" },
        { id: "reset", label: "Reset" },
      ]}
      onChoose={(id) => {
        close();
        go[id]?.();
      }}
      onCancel={close}
    />
  );
}

/** Asks before a second factor is removed without its proof. */
function ResetDialog({ row, close }: DialogProps) {
  const { castellan, actor } = useCore();
  const shell = useShell();
  const { name, role } = row.account;
  const reset = (): void => {
    close();
    shell.perform(async () => {
      await castellan.twoFactor.reset(actor, name);
      shell.toast("info", `the second factor of ${name} is removed`);
    });
  };
  return (
    <Dialog
      title={`Reset the second factor of ${name}?`}
      tone="danger"
      body={[
        `Device and backup codes of ${name} (${role}) stop working now, without a code being asked for.`,
        "From then on the password alone lets in. It is recorded, and told by mail where there is an address.",
      ]}
      choices={[{ id: "reset", label: "Reset" }]}
      onChoose={reset}
      onCancel={close}
    />
  );
}
