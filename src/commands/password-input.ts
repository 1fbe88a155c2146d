import { CastellanError } from "../errors.ts";
import { visible } from "../terminal/text.ts";
import { canAsk, withQuestions } from "./ask.ts";
import type { CommandIo } from "./context.ts";

/** Longest password that is read, in bytes; nobody types more, and hashing more only costs. */
const LONGEST_BYTES = 1_024;

/**
 * The password that a command is to set: all of standard input with `--password-stdin`, else asked twice on a
 * terminal. Never from the arguments, where every user of the host could read it.
 *
 * @throws CastellanError `usage` when there is neither, `password_rejected` when it is empty, too long or no UTF-8
 */
export async function newPassword(io: CommandIo, fromStdin: true | undefined): Promise<string> {
  if (fromStdin && io.stdin.isTTY !== true) return checked(await readAll(io.stdin));
  if (!canAsk(io)) throw noPassword();
  return await withQuestions(io, async (ask) => {
    const password = checked(await ask("New password: ", "hidden"));
    if ((await ask("The same again: ", "hidden")) === password) return password;
    throw new CastellanError(
      "password_rejected",
      "the two passwords differ; nothing was changed",
      "try again",
    );
  });
}

/**
 * A password that exists already, as proof: from standard input, or asked once.
 * @throws CastellanError as {@link newPassword}
 */
export async function existingPassword(
  io: CommandIo,
  fromStdin: true | undefined,
  name: string,
): Promise<string> {
  if (fromStdin && io.stdin.isTTY !== true) return checked(await readAll(io.stdin));
  if (!canAsk(io)) throw noPassword();
  return await withQuestions(io, async (ask) =>
    checked(await ask(`Password of ${visible(name)}: `, "hidden")),
  );
}

function noPassword(): CastellanError {
  return new CastellanError(
    "usage",
    "there is no terminal to ask for the password",
    "give it on standard input with --password-stdin",
  );
}

function checked(password: string): string {
  if (password === "") {
    throw new CastellanError("password_rejected", "the password is empty", "nothing was changed");
  }
  if (Buffer.byteLength(password) > LONGEST_BYTES) throw tooLong();
  return password;
}

/** Reads to the end, but no further than a password may be long: the rest stays unread. */
async function readAll(stdin: CommandIo["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const part = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    chunks.push(part);
    bytes += part.length;
    // Two bytes more than a password: its newline, which does not count.
    if (bytes > LONGEST_BYTES + 2) throw tooLong();
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    return text.replace(/\r?\n$/, "");
  } catch (error) {
    throw new CastellanError("password_rejected", "the password is not UTF-8 text", "nothing was changed", {
      cause: error,
    });
  }
}

function tooLong(): CastellanError {
  return new CastellanError(
    "password_rejected",
    `the password is longer than ${LONGEST_BYTES} bytes; it was not read to its end`,
    "choose a shorter one; nothing was changed",
  );
}
