/**
 * SGR sequences in the form that Ink itself writes: one code to a sequence, each closed by its own end code,
 * and between two looks no more than what differs. Ink takes lines apart several times for each frame and
 * keeps what it has seen; a line that already stands in its form is taken apart once.
 */

/** What ends an SGR code (ECMA-48 8.3.117); bold and dim share one. */
function endOf(code: SgrCode): number {
  if (typeof code === "string") return code.startsWith("38") ? 39 : 49;
  if (code <= 2) return 22;
  if (code < 30) return code + 20;
  return (code >= 40 && code < 50) || code >= 100 ? 49 : 39;
}

/** An SGR code: a number, or the parameters of a colour of the fixed palette (`38;5;16`). */
export type SgrCode = number | string;

const isIntensity = (code: SgrCode): boolean => code === 1 || code === 2;

/** Remembers which codes are open, in the order in which they were opened. */
export class SgrPen {
  #open: SgrCode[] = [];

  /** The sequences that turn the present look into this one; none when it is the same. */
  change(codes: readonly SgrCode[]): string {
    const ended = this.#open.filter((code) =>
      isIntensity(code) ? !codes.includes(code) : !codes.some((next) => endOf(next) === endOf(code)),
    );
    const dimmed = ended.some(isIntensity);
    const begun = codes.filter((code) => !this.#open.includes(code) || (dimmed && isIntensity(code)));
    const replaced = new Set([...ended, ...begun].map(endOf));
    const kept = this.#open.filter((code) => !ended.includes(code) && !begun.includes(code));
    this.#open = [...kept.filter((code) => isIntensity(code) || !replaced.has(endOf(code))), ...begun];
    const sent = new Set<SgrCode>([...ended.toReversed().map(endOf), ...begun]);
    return [...sent].map((code) => `\u001b[${code}m`).join("");
  }
}
