import { CastellanError, codeOf } from "../errors.ts";
import { visible } from "../terminal/text.ts";
import { canAsk, withQuestions } from "./ask.ts";
import type { Call } from "./call.ts";

/** What has to be typed, in full, before most of the internet is locked out or let in. */
export const TYPED_WORD = "everything";

/**
 * Does something that may touch a large part of the internet: `work(false)` refuses that with `confirmation_needed`,
 * `work(true)` does it. The word comes from `--confirm`, or is asked for on a terminal.
 *
 * @throws CastellanError `usage` for another word, `confirmation_needed` without one
 */
export async function withTypedWord<T>(
  { io, options }: Call,
  given: string | undefined,
  work: (confirmed: boolean) => Promise<T>,
): Promise<T> {
  if (given !== undefined && given !== TYPED_WORD) {
    throw new CastellanError(
      "usage",
      "this is not the word to confirm with",
      `it is: --confirm ${TYPED_WORD}`,
    );
  }
  try {
    return await work(given === TYPED_WORD);
  } catch (error) {
    if (codeOf(error) !== "confirmation_needed") throw error;
    const { message } = error as CastellanError;
    if (options.json || !canAsk(io)) {
      throw needsWord(message, `if you mean it, say so with --confirm ${TYPED_WORD}`, error);
    }
    const prompt = `${visible(message)}. Type ${TYPED_WORD} to go on: `;
    const typed = await withQuestions(io, (ask) => ask(prompt));
    if (typed === TYPED_WORD) return await work(true);
    throw needsWord("nothing was done", `the word was not ${TYPED_WORD}`, error);
  }
}

function needsWord(message: string, hint: string, cause: unknown): CastellanError {
  return new CastellanError("confirmation_needed", message, hint, { cause });
}
