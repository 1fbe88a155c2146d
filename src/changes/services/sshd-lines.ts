/** How sshd reads one line of its configuration: servconf.c, misc.c (strdelim, argv_split) of OpenSSH. */

const BLANK = " \t\r\n";

/** A line with a keyword; `rest` is unparsed. */
export interface SplitLine {
  /** As it is written. */
  readonly keyword: string;
  readonly rest: string;
}

/** The keyword of a line and what follows it; null for blank lines and comments. */
export function splitKeyword(line: string): SplitLine | null {
  const text = trimEnd(line);
  let next = delimited(text);
  // Blanks before the keyword are an empty first word.
  if (next?.word === "") next = delimited(next.rest);
  if (next === null || next.word === "" || next.word.startsWith("#")) return null;
  return { keyword: next.word, rest: next.rest };
}

function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && `${BLANK}\f`.includes(line[end - 1] ?? "")) end--;
  return line.slice(0, end);
}

/** The next word: ends at a blank, a quote or one `=`. null: a quote that does not end. */
export function delimited(text: string): { readonly word: string; readonly rest: string } | null {
  const end = text.search(/[ \t\r\n"=]/);
  if (end < 0) return { word: text, rest: "" };
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1);
    if (close < 0) return null;
    return { word: text.slice(0, end) + text.slice(end + 1, close), rest: skipBlanks(text, close + 1) };
  }
  let rest = skipBlanks(text, end + 1);
  if (text[end] !== "=" && rest.startsWith("=")) rest = skipBlanks(rest, 1);
  return { word: text.slice(0, end), rest };
}

function skipBlanks(text: string, from: number): string {
  let at = from;
  while (at < text.length && BLANK.includes(text[at] ?? "")) at++;
  return text.slice(at);
}

/** The arguments behind a keyword: quotes, backslashes, a comment at the end. null: quotes that do not end. */
export function splitArguments(text: string): string[] | null {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === " " || text[at] === "\t") {
      at++;
      continue;
    }
    if (text[at] === "#") break;
    const word = readWord(text, at);
    if (word === null) return null;
    words.push(word.text);
    at = word.end;
  }
  return words;
}

function readWord(text: string, from: number): { readonly text: string; readonly end: number } | null {
  let word = "";
  let quote = "";
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at] ?? "";
    const after = text[at + 1] ?? "";
    if (character === "\\" && isEscaped(after, quote)) {
      word += after;
      at++;
    } else if (quote === "" && (character === " " || character === "\t")) break;
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (quote !== "" && character === quote) quote = "";
    else word += character;
  }
  return quote === "" ? { text: word, end: at } : null;
}

function isEscaped(character: string, quote: string): boolean {
  return character === "'" || character === '"' || character === "\\" || (quote === "" && character === " ");
}
