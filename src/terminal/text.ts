/**
 * The one place where foreign text becomes cells of the screen.
 *
 * A log line, a user name, a file name is written by somebody else, possibly an attacker. What leaves this
 * file holds only characters that every terminal draws in exactly one column: ASCII, letters of alphabets
 * with one code point to a cell, and a short list of punctuation and drawing signs. All else is spelled out
 * as an escape: `\x1b`, `\u202e`, `\u{1f600}`. Spelled out are controls (C0, C1, DEL, tab, newline), bidi
 * controls and right-to-left letters (a terminal with bidi support would move the neighbouring cells),
 * zero-width and combining characters, wide characters (East Asian, emoji), spaces other than U+0020, and
 * lone surrogates. {@link visible} of its own result changes nothing.
 */
declare const safe: unique symbol;

/** Text that holds only printable characters of one column each: its length in columns is `columnsOf`. */
export type SafeText = string & { readonly [safe]: true };

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Alphabets in which one code point is one cell, without joining, reordering or stacking. */
const LETTER =
  /[[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Georgian}]&&[\p{L}\p{N}]&&[\u{80}-\u{a7ff}]]/v;

/** Punctuation and drawing signs of one column that no terminal turns into a picture. */
const SIGN = /[¡-¬®-¿×÷–—‘-‟†-•…‰′″‹›₠-₿№™←-↓∀-⋿─-▟■□▲△▴▵▸▹▼-▿◂◃◆◇○●✓✗]/u;

/** Where foreign text does not fit, what stands for the part that is cut off. */
export type Cut = "end" | "start" | "middle";

/** How {@link cell} fits text into its columns. */
export interface CellOptions {
  /** where shorter text stands; default left */
  readonly align?: "left" | "right" | "center" | undefined;
  /** the mark for what was cut off, itself of known width; default `…` (use `~` on an ASCII terminal) */
  readonly ellipsis?: string | undefined;
  /** which part of longer text is cut off; default its end */
  readonly cut?: Cut | undefined;
}

/** Spells one code point out as a program would: `\x1b`, `\u202e`, `\u{1f600}`. */
function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\u{${code.toString(16)}}`;
}

/** Makes foreign text safe to draw: every character that is not exactly one column wide is spelled out. */
export function visible(text: string): SafeText {
  if (PRINTABLE_ASCII.test(text)) return text as SafeText;
  let result = "";
  for (const character of text) {
    const code = character.charCodeAt(0);
    const plain = code >= 0x20 && code <= 0x7e;
    result += plain || LETTER.test(character) || SIGN.test(character) ? character : spell(character);
  }
  return result as SafeText;
}

/**
 * The columns that `text` takes once drawn. Safe text is made of BMP characters of one column, so this is
 * the length of its safe form.
 */
export function columnsOf(text: string): number {
  return visible(text).length;
}

function shorten(text: string, width: number, ellipsis: SafeText, cut: Cut): string {
  const room = width - ellipsis.length;
  if (room <= 0) return cut === "start" ? text.slice(-width) : text.slice(0, width);
  if (cut === "end") return text.slice(0, room) + ellipsis;
  if (cut === "start") return ellipsis + text.slice(-room);
  const head = Math.ceil(room / 2);
  return text.slice(0, head) + ellipsis + (room > head ? text.slice(head - room) : "");
}

function place(text: string, width: number, align: CellOptions["align"]): string {
  if (align === "right") return text.padStart(width);
  if (align !== "center") return text.padEnd(width);
  return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
}

/** Every code unit gives at least one column, so of a huge text only its ends are ever looked at. */
function endsOf(text: string, width: number, cut: Cut): string {
  const enough = width + 2;
  if (text.length <= 2 * enough) return visible(text);
  if (cut === "end") return visible(text.slice(0, enough));
  if (cut === "start") return visible(text.slice(-enough));
  return `${visible(text.slice(0, enough)).slice(0, width + 1)}${visible(text.slice(-enough)).slice(-width - 1)}`;
}

/**
 * Fits foreign text into exactly `width` columns: made safe, cut with an ellipsis, padded with spaces.
 * A width of zero or less gives empty text.
 */
export function cell(text: string, width: number, options: CellOptions = {}): SafeText {
  if (width <= 0) return "" as SafeText;
  const cut = options.cut ?? "end";
  const drawn = endsOf(text, width, cut);
  if (drawn.length <= width) return place(drawn, width, options.align) as SafeText;
  return shorten(drawn, width, visible(options.ellipsis ?? "…"), cut) as SafeText;
}

/**
 * Breaks foreign text into lines of at most `width` columns, at spaces where it can. Newlines in `text`
 * begin a new line; lines beyond `most` are dropped and the last one kept ends in the ellipsis.
 */
export function wrap(
  text: string,
  width: number,
  most = Number.POSITIVE_INFINITY,
  ellipsis = "…",
): SafeText[] {
  if (width <= 0 || most <= 0) return [];
  const lines: SafeText[] = [];
  for (const paragraph of text.split("\n")) {
    let rest: string = visible(paragraph.trimEnd());
    while (rest.length > width && lines.length <= most) {
      const space = rest.lastIndexOf(" ", width);
      const end = space > 0 ? space : width;
      lines.push(rest.slice(0, end) as SafeText);
      rest = rest.slice(space > 0 ? end + 1 : end);
    }
    lines.push(rest as SafeText);
    if (lines.length > most) break;
  }
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  const last = kept.pop() ?? ("" as SafeText);
  return [...kept, cell(`${last.padEnd(width)} `, width, { ellipsis })];
}

/** Letters that are drawn like ASCII ones although they belong to the Latin script themselves. */
const LATIN_LOOK_ALIKE = /[ıȷſƖǀɑɡɩʋʟɪ\u0250-\u02af\uff21-\uff3a\uff41-\uff5a\u212a\u{1d400}-\u{1d7ff}]/u;
const ASCII_LETTER = /[A-Za-z]/;
const FOREIGN_LETTER = /[\p{L}--\p{sc=Latin}]/v;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;

/**
 * True when `text` can be mistaken for another name: letters of another script among ASCII letters
 * (Cyrillic `а` in `аdmin`), letters drawn like ASCII ones, or invisible characters (after UTS 39,
 * "mixed-script confusables"). Accented Latin letters (`José`) are no look-alikes.
 */
export function hasLookAlike(text: string): boolean {
  if (PRINTABLE_ASCII.test(text)) return false;
  if (LATIN_LOOK_ALIKE.test(text) || INVISIBLE.test(text)) return true;
  return FOREIGN_LETTER.test(text) && ASCII_LETTER.test(text);
}
