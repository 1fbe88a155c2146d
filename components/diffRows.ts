import type { Content, Run } from "../src/terminal/line.ts";
import { visible } from "../src/terminal/text.ts";
import type { Glyphs, Tone } from "../src/terminal/theme.ts";

/** A line of a unified diff; `skip` stands for lines left out. The text may be foreign. */
export interface DiffRowSpec {
  readonly kind: "same" | "added" | "removed" | "skip";
  readonly text: string;
}

const LOOKS: Readonly<Record<DiffRowSpec["kind"], { sign: string; tone: Tone }>> = {
  same: { sign: " ", tone: "muted" },
  added: { sign: "+", tone: "ok" },
  removed: { sign: "-", tone: "crit" },
  skip: { sign: " ", tone: "muted" },
};

const SIGN_COLUMNS = 2;

/**
 * A diff as rows of at most `width` columns. A long line is broken, never cut: what is agreed to must have been seen.
 * The signs say what the colours say.
 */
export function diffRows(lines: readonly DiffRowSpec[], width: number, glyphs: Glyphs): Content[] {
  return lines.flatMap(({ kind, text }) => {
    const { sign, tone } = LOOKS[kind];
    if (kind === "skip") {
      const said = text === "" ? "" : ` ${text}`;
      return [[{ text: `${sign} ${glyphs.ellipsis}${said}`, tone } satisfies Run]];
    }
    return pieces(text, Math.max(1, width - SIGN_COLUMNS)).map((piece, index) => [
      { text: `${index === 0 ? sign : glyphs.vertical} `, tone },
      { text: piece, tone },
    ]);
  });
}

const TAB_STOP = 4;

/** A line of a file in pieces; a tab, which no cell can hold, takes the spaces up to its stop. */
function pieces(text: string, room: number): string[] {
  let untabbed = "";
  for (const [index, part] of text.split("\t").entries()) {
    untabbed += (index === 0 ? "" : " ".repeat(TAB_STOP - (untabbed.length % TAB_STOP))) + visible(part);
  }
  const cut: string[] = [];
  for (let from = 0; from < untabbed.length; from += room) cut.push(untabbed.slice(from, from + room));
  return cut.length === 0 ? [""] : cut;
}
