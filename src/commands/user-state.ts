import type { Command } from "commander";
import type { Call } from "./call.ts";
import { confirmDanger } from "./confirm.ts";
import { said } from "./page.ts";
import { newPassword } from "./password-input.ts";
import { accountAnswer } from "./user-view.ts";

/** `user suspend|resume|unlock|delete`. */
export function defineStates(group: Command, call: Call): void {
  defineSuspension(group, call);
  defineUnlock(group, call);
  defineDeletion(group, call);
}

function defineSuspension(group: Command, call: Call): void {
  group
    .command("suspend")
    .summary("shut an account out; everything it has stays")
    .argument("<name>")
    .option("--because <text>", "the reason, for the audit log")
    .action((name: string, { because }: { because?: string }) =>
      call.core(async ({ castellan, actor }) => {
        const account = await castellan.accounts.suspend(actor, name, because);
        return accountAnswer(castellan, account, `Suspended the account ${account.name}.`);
      }),
    );
  group
    .command("resume")
    .summary("let a suspended account in again")
    .argument("<name>")
    .action((name: string) =>
      call.core(async ({ castellan, actor }) => {
        const account = await castellan.accounts.resume(actor, name);
        return accountAnswer(castellan, account, `Resumed the account ${account.name}.`);
      }),
    );
}

function defineUnlock(group: Command, call: Call): void {
  group
    .command("unlock")
    .summary("forget failed passwords and codes: the account's lock ends now")
    .argument("<name>")
    .action((name: string) =>
      call.core(async ({ castellan, actor }) => {
        await castellan.accounts.unlock(actor, name);
        return said({ name, unlocked: true }, `Unlocked the account ${name}.`);
      }),
    );
}

function defineDeletion(group: Command, call: Call): void {
  group
    .command("delete")
    .summary("delete an account with its password and second factor")
    .argument("<name>")
    .option("--yes", "do it without asking")
    .action((name: string, { yes }: { yes?: true }) =>
      call.core(async ({ castellan, actor }) => {
        const what = `delete the account ${name} with its password and second factor`;
        await confirmDanger(call, { what, yes, elsewhere: "refuse" });
        await castellan.accounts.delete(actor, name);
        return said({ name, deleted: true }, `Deleted the account ${name}.`);
      }),
    );
}

/** `user password|reset-password`. */
export function definePasswords(group: Command, call: Call): void {
  group
    .command("password")
    .summary("set a password; the account's sessions end")
    .argument("<name>")
    .option("--password-stdin", "read the password from standard input")
    .action(async (name: string, { passwordStdin }: { passwordStdin?: true }) => {
      const next = await newPassword(call.io, passwordStdin);
      await call.core(async ({ castellan, actor }) => {
        const { endedSessions } = await castellan.accounts.setPassword(actor, name, { next });
        return said({ name, endedSessions }, `Set the password of ${name}.`);
      });
    });
  group
    .command("reset-password")
    .summary("set a random password and print it; it must be changed at the next sign-in")
    .argument("<name>")
    .action((name: string) =>
      call.core(async ({ castellan, actor }) => {
        const { password } = await castellan.accounts.resetPassword(actor, name);
        return said(
          { name, password },
          `New password of ${name}, shown only now:`,
          `  ${password}`,
          "It must be changed at the next sign-in.",
        );
      }),
    );
}
