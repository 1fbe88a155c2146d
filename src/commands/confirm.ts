import { CastellanError } from "../errors.ts";
import { visible } from "../terminal/text.ts";
import { canAsk, withQuestions } from "./ask.ts";
import type { Call } from "./call.ts";

/** Something that cannot simply be undone. */
export interface Danger {
  /** `delete the account bob and its second factor` */
  readonly what: string;
  /** Whether `--yes` was given. */
  readonly yes: true | undefined;
  /**
   * Where nobody can be asked (no terminal, `--json`): `refuse` what cannot be made good again, unless `--yes` is
   * given; `go on` with what can, for a script means what it says.
   */
  readonly elsewhere: "refuse" | "go on";
}

/**
 * Asks before something dangerous is done. Anything but a yes is a no.
 *
 * @throws CastellanError `confirmation_needed`
 */
export async function confirmDanger({ io, options }: Call, danger: Danger): Promise<void> {
  const { what, yes, elsewhere } = danger;
  if (yes === true) return;
  if (options.json || !canAsk(io)) {
    if (elsewhere === "go on") return;
    throw new CastellanError(
      "confirmation_needed",
      `this would ${what}; nothing was done`,
      "say so with --yes",
    );
  }
  const answer = await withQuestions(io, (ask) => ask(`This will ${visible(what)}. Do it? [y/N] `));
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CastellanError("confirmation_needed", "nothing was done", "answer y, or give --yes, to go on");
}
