import { codeOf } from "../errors.ts";
import { detectCapabilities } from "../terminal/capabilities.ts";
import { clockTime } from "../terminal/format.ts";
import { visible } from "../terminal/text.ts";
import type { Enrolment } from "../twofactor/types.ts";
import { canAsk, withQuestions } from "./ask.ts";
import { backupCodesAnswer } from "./backup-codes.ts";
import type { Call } from "./call.ts";
import type { CommandIo, Session } from "./context.ts";
import { enrolmentLines, groups } from "./enrol-screen.ts";
import { isoTime } from "./json.ts";
import { type Answer, said } from "./page.ts";
import { withTerminalMode } from "./terminal-mode.ts";

const TRIES = 3;

/**
 * Enrols a second factor. On a terminal: QR code, question for the live code, backup codes. Elsewhere, and under
 * `--json`: the secret is printed, and waits for `2fa confirm`.
 */
export async function enrol(call: Call, session: Session, name: string): Promise<Answer> {
  const { twoFactor } = session.castellan;
  const enrolment = await twoFactor.enrol(session.actor, name);
  if (!isInteractive(call)) return pendingAnswer(enrolment);
  const backupCodes = await onAlternateScreen(call.io, () => askForCode(call, session, enrolment));
  return backupCodesAnswer(
    enrolment.account,
    backupCodes,
    `The second factor of ${enrolment.account} is on.`,
  );
}

function isInteractive({ io, options }: Call): boolean {
  const { interactive } = capabilities(io, options);
  return interactive && canAsk(io) && !options.json;
}

function capabilities(io: CommandIo, flags: { ascii: boolean; plain: boolean }) {
  const { isTTY, environment: env } = io;
  return detectCapabilities({ env, stdin: io.stdin, stdout: { isTTY }, flags });
}

function pendingAnswer({ account, secret, uri, expiresAt }: Enrolment): Answer {
  return said(
    { secret, uri, expiresAt: isoTime(expiresAt) },
    `Secret of ${account}, shown only now:`,
    `  ${groups(secret)}`,
    `  ${uri}`,
    `It does nothing yet. Until ${clockTime(expiresAt)}: castellan 2fa confirm ${account} CODE`,
  );
}

/** What is shown there leaves nothing in the scrollback. */
function onAlternateScreen<T>(io: CommandIo, work: () => Promise<T>): Promise<T> {
  const mode = {
    enter: () => io.out("\u001b[?1049h"),
    leave: () => io.out("\u001b[2J\u001b[H\u001b[?1049l"),
  };
  return withTerminalMode(mode, work);
}

function askForCode(
  { io, options }: Call,
  { castellan, actor }: Session,
  enrolment: Enrolment,
): Promise<readonly string[]> {
  const { account } = enrolment;
  const place = { columns: io.columns ?? 80, rows: io.rows ?? 24, ...capabilities(io, options) };
  const lines = enrolmentLines(enrolment, place);
  let trouble = "";
  return withQuestions(
    io,
    async (ask) => {
      for (let left = TRIES; ; left--) {
        io.out(`\u001b[H\u001b[2J${lines.join("\r\n")}\r\n${visible(trouble)}\r\n`);
        const code = await ask("Code from the app: ");
        try {
          return (await castellan.twoFactor.confirm(actor, account, code)).backupCodes;
        } catch (error) {
          if (codeOf(error) !== "wrong_code" || left === 1) throw error;
          trouble = `${(error as Error).message}. Once more:`;
        }
      }
    },
    io.out,
  );
}
