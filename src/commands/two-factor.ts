import type { Command } from "commander";
import { dateTime, duration } from "../terminal/format.ts";
import type { TwoFactorCheck, TwoFactorStatus } from "../twofactor/types.ts";
import { backupCodesAnswer } from "./backup-codes.ts";
import type { Call } from "./call.ts";
import { confirmDanger } from "./confirm.ts";
import type { Define } from "./define.ts";
import { isoTimeOrNull } from "./json.ts";
import { type Answer, said } from "./page.ts";
import { existingPassword } from "./password-input.ts";
import { type Cell, factList } from "./table.ts";

/** `2fa enrol|confirm|check|status|disable|reset|backup-codes`. */
export const defineTwoFactor: Define = (group, call) => {
  defineEnrolment(group, call);
  defineLooks(group, call);
  defineRemoval(group, call);
};

function defineEnrolment(group: Command, call: Call): void {
  group
    .command("enrol")
    .summary("show a QR code, ask for a live code, hand out backup codes")
    .argument("<name>")
    .action(async (name: string) => {
      const { enrol } = await import("./enrol.ts");
      await call.core((session) => enrol(call, session, name));
    });
  group
    .command("confirm")
    .summary("switch a pending second factor on by a live code")
    .argument("<name>")
    .argument("<code>")
    .action((name: string, code: string) =>
      call.core(async ({ castellan, actor }) => {
        const { backupCodes } = await castellan.twoFactor.confirm(actor, name, code);
        return backupCodesAnswer(name, backupCodes, `The second factor of ${name} is on.`);
      }),
    );
  group
    .command("backup-codes")
    .summary("make ten new backup codes; the old ones are void at once")
    .argument("<name>")
    .option("--yes", "do it without asking")
    .action((name: string, { yes }: { yes?: true }) =>
      call.core(async ({ castellan, actor }) => {
        await confirmDanger(call, { what: `void the old backup codes of ${name}`, yes, elsewhere: "go on" });
        const { backupCodes } = await castellan.twoFactor.renewBackupCodes(actor, name);
        return backupCodesAnswer(name, backupCodes, "The old backup codes are void.");
      }),
    );
}

function defineLooks(group: Command, call: Call): void {
  group
    .command("check")
    .summary("prove a second factor by a code or a backup code, which is used up")
    .argument("<name>")
    .argument("<code>")
    .action((name: string, code: string) =>
      call.core(async ({ castellan, actor }) =>
        checkAnswer(await castellan.twoFactor.check(actor, name, code)),
      ),
    );
  group
    .command("status")
    .summary("where an account stands with its second factor")
    .argument("<name>")
    .action((name: string) =>
      call.core(async ({ castellan }) => statusAnswer(name, await castellan.twoFactor.status(name))),
    );
}

function defineRemoval(group: Command, call: Call): void {
  group
    .command("disable")
    .summary("switch it off with the account's password and a current code")
    .argument("<name>")
    .argument("<code>")
    .option("--password-stdin", "read the password from standard input")
    .action(async (name: string, code: string, { passwordStdin }: { passwordStdin?: true }) => {
      const password = await existingPassword(call.io, passwordStdin, name);
      await call.core(async ({ castellan, actor }) => {
        await castellan.twoFactor.disable(actor, name, { password, code });
        return said({ name, disabled: true }, `Switched the second factor of ${name} off.`);
      });
    });
  group
    .command("reset")
    .summary("remove it without any proof, for somebody who has lost the device")
    .argument("<name>")
    .option("--yes", "do it without asking")
    .action((name: string, { yes }: { yes?: true }) =>
      call.core(async ({ castellan, actor }) => {
        const what = `remove the second factor and all backup codes of ${name}`;
        await confirmDanger(call, { what, yes, elsewhere: "go on" });
        await castellan.twoFactor.reset(actor, name);
        return said({ name, reset: true }, `Removed the second factor of ${name}.`);
      }),
    );
}

function checkAnswer(check: TwoFactorCheck): Answer {
  const { accepted, reason, driftSeconds } = check;
  return {
    data: { accepted, reason, driftSeconds },
    lines: () => [
      { text: accepted ? "Accepted" : "Not accepted", tone: accepted ? "ok" : "crit" },
      `  ${REASONS[reason](check)}`,
    ],
    exitCode: accepted ? 0 : 1,
  };
}

const REASONS: Readonly<Record<TwoFactorCheck["reason"], (check: TwoFactorCheck) => string>> = {
  totp: ({ driftSeconds }) => `a code from the app${driftText(driftSeconds)}`,
  backup_code: ({ backupCodesLeft }) => `a backup code; ${backupCodesLeft} left`,
  wrong_code: ({ retryAfterMs }) =>
    retryAfterMs > 0 ? `wrong, and now locked for ${duration(retryAfterMs)}` : "the code is wrong",
  already_used: () => "this code was used already: wait for the next one",
  skewed: ({ driftSeconds }) =>
    `right for another time${driftText(driftSeconds)}: set its clock to automatic`,
  throttled: ({ retryAfterMs }) => `too many wrong tries: locked for another ${duration(retryAfterMs)}`,
  not_enrolled: () => "this account has no second factor",
  suspended: () => "the account is suspended",
};

function driftText(driftSeconds: number | null): string {
  if (driftSeconds === null || driftSeconds === 0) return "";
  return `; the device is ${Math.abs(driftSeconds)} s ${driftSeconds < 0 ? "behind" : "ahead"}`;
}

function statusAnswer(name: string, status: TwoFactorStatus): Answer {
  const { state, pendingExpiresAt, confirmedAt, backupCodesLeft, lastDriftSeconds, required } = status;
  const facts: (readonly [string, Cell])[] = [
    ["account", name],
    ["2fa", { text: state, tone: state === "active" ? "ok" : required ? "crit" : "warn" }],
    ["required", required ? `since ${timeOr(status.requiredSince)}` : "no"],
    ["pending until", timeOr(pendingExpiresAt)],
    ["on since", timeOr(confirmedAt)],
    ["backup codes", state === "active" ? `${backupCodesLeft} left` : "-"],
    ["device clock", lastDriftSeconds === null ? "-" : driftText(lastDriftSeconds).slice(2) || "right"],
  ];
  return {
    data: {
      account: name,
      state,
      pendingExpiresAt: isoTimeOrNull(pendingExpiresAt),
      confirmedAt: isoTimeOrNull(confirmedAt),
      backupCodesLeft,
      lastDriftSeconds,
      required,
      requiredSince: isoTimeOrNull(status.requiredSince),
    },
    lines: (page) => factList(facts, page),
  };
}

function timeOr(time: number | null): string {
  return time === null ? "-" : dateTime(time);
}
