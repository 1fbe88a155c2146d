import type { Command } from "commander";
import type { Account, AccountChange } from "../accounts/types.ts";
import type { Call } from "./call.ts";
import type { Define } from "./define.ts";
import { newPassword } from "./password-input.ts";
import { definePasswords, defineStates } from "./user-state.ts";
import { accountAnswer, accountListAnswer } from "./user-view.ts";

/** `user add|list|show|set|suspend|resume|unlock|delete|password|reset-password`. */
export const defineUser: Define = (group, call) => {
  defineAdd(group, call);
  defineLooks(group, call);
  defineSet(group, call);
  defineStates(group, call);
  definePasswords(group, call);
};

interface AddOptions {
  readonly role: string;
  readonly email?: string;
  readonly parent?: string;
  readonly osLogin?: string;
  readonly passwordStdin?: true;
  /** False: `--no-password`. */
  readonly password: boolean;
}

function defineAdd(group: Command, call: Call): void {
  group
    .command("add")
    .summary("make an account")
    .argument("<name>", "1 to 32 of a-z 0-9 . _ -, the first one a letter")
    .requiredOption("--role <role>", "root, admin, reseller or customer")
    .option("--email <address>", "where notices go")
    .option("--password-stdin", "read the password from standard input")
    .option("--no-password", "make it without one: nobody can sign in with it yet")
    .option("--parent <name>", "the account it belongs to")
    .option("--os-login <login>", "the login of the operating system that is this person")
    .action(async (name: string, options: AddOptions) => {
      const { role, email, parent, osLogin, passwordStdin } = options;
      const password = options.password ? await newPassword(call.io, passwordStdin) : null;
      await call.core(async ({ castellan, actor }) => {
        const account = await castellan.accounts.create(actor, {
          name,
          // What is no role is refused, and the refusal audited, by the core.
          role: role as Account["role"],
          password,
          ...(email === undefined ? {} : { email }),
          ...(parent === undefined ? {} : { parent }),
          ...(osLogin === undefined ? {} : { osLogin }),
        });
        return accountAnswer(castellan, account, `Made the account ${account.name} (${account.role}).`);
      });
    });
}

function defineLooks(group: Command, call: Call): void {
  group
    .command("list")
    .summary("all accounts")
    .action(() => call.core(({ castellan }) => accountListAnswer(castellan)));
  group
    .command("show")
    .summary("one account")
    .argument("<name>", "its name or e-mail address")
    .action((name: string) =>
      call.core(async ({ castellan }) => accountAnswer(castellan, await castellan.accounts.find(name))),
    );
}

interface SetOptions {
  readonly role?: string;
  /** False: `--no-email`, and so on. */
  readonly email?: string | false;
  readonly parent?: string | false;
  readonly osLogin?: string | false;
}

function defineSet(group: Command, call: Call): void {
  group
    .command("set")
    .summary("change an account")
    .argument("<name>")
    .option("--role <role>", "root, admin, reseller or customer")
    .option("--email <address>", "where notices go")
    .option("--no-email", "have none")
    .option("--parent <name>", "the account it belongs to")
    .option("--no-parent", "have none")
    .option("--os-login <login>", "the login of the operating system that is this person")
    .option("--no-os-login", "have none")
    .action(async (name: string, options: SetOptions) => {
      const change = changeOf(options);
      if (Object.keys(change).length === 0) group.error("error: nothing to change: name an option");
      await call.core(async ({ castellan, actor }) => {
        const account = await castellan.accounts.update(actor, name, change);
        return accountAnswer(castellan, account, `Changed the account ${account.name}.`);
      });
    });
}

function changeOf({ role, email, parent, osLogin }: SetOptions): AccountChange {
  return {
    ...(role === undefined ? {} : { role: role as Account["role"] }),
    ...(email === undefined ? {} : { email: email === false ? null : email }),
    ...(parent === undefined ? {} : { parent: parent === false ? null : parent }),
    ...(osLogin === undefined ? {} : { osLogin: osLogin === false ? null : osLogin }),
  };
}
