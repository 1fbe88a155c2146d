import { type Content, runsOf } from "../terminal/line.ts";
import { visible } from "../terminal/text.ts";
import { sgrCodes, TONES } from "../terminal/theme.ts";

/** What plain text is laid out for. */
export interface Page {
  /** Columns of the terminal; null: as wide as the text is (a pipe, a file). */
  readonly columns: number | null;
  /** Signs beyond ASCII may be used. */
  readonly unicode: boolean;
  readonly colour: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a command has to say: facts for `--json`, lines for people. */
export interface Answer {
  /** Printed as one line of JSON; times in it are ISO 8601 strings. */
  readonly data: unknown;
  /** The same facts as lines. Foreign text may stand in them as it is: printing makes it safe. */
  readonly lines: (page: Page) => readonly Content[];
  /** 0 unless told: 1 when the answer itself is bad news (a broken chain, a code refused). */
  readonly exitCode?: 0 | 1;
}

/** An answer of a few fixed lines. */
export function said(data: object, ...lines: readonly Content[]): Answer {
  return { data, lines: () => lines };
}

/** Foreign text as it may be printed: {@link visible}, and where there is no Unicode, nothing beyond ASCII. */
export function printable(text: string, { unicode }: Pick<Page, "unicode">): string {
  const safe = visible(text);
  return unicode ? safe : safe.replace(/[^\x20-\x7e]/g, spell);
}

function spell(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * A line as it is printed: every run goes through {@link printable}, so no foreign text reaches a terminal raw; looks
 * are added only where there is colour.
 */
export function paint(content: Content, page: Pick<Page, "unicode" | "colour">): string {
  let painted = "";
  for (const run of runsOf(content)) {
    const text = printable(run.text, page);
    const codes = page.colour ? sgrCodes({ ...TONES[run.tone ?? "text"], ...run }, true) : [];
    painted += codes.length === 0 || text === "" ? text : `\u001b[${codes.join(";")}m${text}\u001b[0m`;
  }
  return painted;
}

/** The mark for text that was cut. */
export function ellipsisOf(page: Page): string {
  return page.unicode ? "…" : "~";
}
